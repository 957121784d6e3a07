// The rules at the head of devices/device.ts, judged on any token by its driver. One file a rule.

import type { Suite } from "../../case.ts";
import { CAPABILITY_CASES } from "./capabilities.ts";
import { CREDENTIAL_CASES } from "./credentials.ts";
import { DEADLINE_CASES } from "./deadlines.ts";
import { FAILURE_CASES } from "./failures.ts";
import { ORDER_CASES } from "./order.ts";

/** Cases about the way to a token, rather than its codes. */
export const DRIVER_CONTRACT_SUITE: Suite = {
  name: "driver-contract",
  title: "The contract of drivers and devices",
  cases: [
    ...CAPABILITY_CASES,
    ...CREDENTIAL_CASES,
    ...ORDER_CASES,
    ...DEADLINE_CASES,
    ...FAILURE_CASES,
  ],
};
