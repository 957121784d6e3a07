// The virtual-MFA workflow: created, secret shown, two consecutive codes, enabled; and what
// becomes of a device afterwards. One file a part of it.

import type { Suite } from "../../case.ts";
import { DEVICE_CASES } from "./devices.ts";
import { ENABLE_CASES } from "./enable.ts";
import { LATE_CASES } from "./late.ts";
import { REFUSAL_CASES } from "./refusals.ts";
import { TOKEN_WORKFLOW_CASES } from "./with-a-token.ts";

/** Cases about taking a device into use, repairing and replacing it. */
export const ENROLLMENT_SUITE: Suite = {
  name: "enrollment",
  title: "Enrollment: the virtual-MFA workflow",
  cases: [
    ...ENABLE_CASES,
    ...REFUSAL_CASES,
    ...LATE_CASES,
    ...DEVICE_CASES,
    ...TOKEN_WORKFLOW_CASES,
  ],
};
