// RFC 4226, HOTP: one file a section.

import type { Suite } from "../../case.ts";
import { REQUIREMENT_CASES } from "./4-requirements.ts";
import { COUNTER_CASES } from "./5.1-counters.ts";
import { SECRET_CASES } from "./5.2-secrets.ts";
import { TOKEN_CODE_CASES } from "./5.3-tokens.ts";
import { VERIFIER_CODE_CASES } from "./5.3-verifiers.ts";
import { VALIDATION_CASES } from "./7.2-validation.ts";
import { SESSION_CASES } from "./7.3-sessions.ts";
import { THROTTLING_CASES } from "./7.3-throttling.ts";
import { RESYNCHRONIZATION_CASES } from "./7.4-resynchronization.ts";
import { APPENDIX_D_CASES } from "./appendix-d.ts";

/** Cases about event-based codes, and what both kinds of codes share. */
export const RFC4226_SUITE: Suite = {
  name: "rfc4226",
  title: "RFC 4226: event-based one-time passwords (HOTP)",
  cases: [
    ...APPENDIX_D_CASES,
    ...REQUIREMENT_CASES,
    ...COUNTER_CASES,
    ...SECRET_CASES,
    ...TOKEN_CODE_CASES,
    ...VERIFIER_CODE_CASES,
    ...VALIDATION_CASES,
    ...THROTTLING_CASES,
    ...SESSION_CASES,
    ...RESYNCHRONIZATION_CASES,
  ],
};
