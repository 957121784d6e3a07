// The OTP interface of YubiKeys in frames: feature reports of a keyboard, and what the slots
// answer.

import type { Suite } from "../../case.ts";
import { CHALLENGE_CASES } from "./challenges.ts";
import { FRAME_CASES } from "./frames.ts";

/** Cases about tokens with OTP slots behind HID reports. */
export const HID_OTP_SUITE: Suite = {
  name: "hid-otp",
  title: "YubiKey OTP slots over HID, in reports",
  cases: [...FRAME_CASES, ...CHALLENGE_CASES],
};
