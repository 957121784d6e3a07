// RFC 6238, TOTP: one file a section.

import type { Suite } from "../../case.ts";
import { ALGORITHM_CASES } from "./1.2-algorithms.ts";
import { REQUIREMENT_CASES } from "./3-requirements.ts";
import { PARAMETER_CASES } from "./4.1-parameters.ts";
import { TIME_STEP_CASES } from "./4.2-time-steps.ts";
import { RACE_CASES } from "./5.2-races.ts";
import { REPLAY_CASES } from "./5.2-replay.ts";
import { SHARED_CODE_CASES } from "./5.2-shared-codes.ts";
import { TOKEN_STEP_CASES } from "./5.2-tokens.ts";
import { WINDOW_CASES } from "./5.2-windows.ts";
import { LONG_LIFE_CASES } from "./6-long-lives.ts";
import { RECORDED_DRIFT_CASES } from "./6-recorded-drift.ts";
import { RESYNC_CASES } from "./6-resync.ts";
import { RESYNC_GUARD_CASES } from "./6-resync-guarded.ts";
import { APPENDIX_B_TOKEN_CASES } from "./appendix-b-tokens.ts";
import { APPENDIX_B_VERIFIER_CASES } from "./appendix-b-verifiers.ts";

/** Cases about time-based codes and their validation. */
export const RFC6238_SUITE: Suite = {
  name: "rfc6238",
  title: "RFC 6238: time-based one-time passwords (TOTP)",
  cases: [
    ...APPENDIX_B_TOKEN_CASES,
    ...APPENDIX_B_VERIFIER_CASES,
    ...ALGORITHM_CASES,
    ...REQUIREMENT_CASES,
    ...PARAMETER_CASES,
    ...TIME_STEP_CASES,
    ...TOKEN_STEP_CASES,
    ...WINDOW_CASES,
    ...REPLAY_CASES,
    ...SHARED_CODE_CASES,
    ...RACE_CASES,
    ...RECORDED_DRIFT_CASES,
    ...LONG_LIFE_CASES,
    ...RESYNC_CASES,
    ...RESYNC_GUARD_CASES,
  ],
};
