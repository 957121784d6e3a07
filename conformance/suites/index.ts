// Every suite. A new case touches the file of its section; a new section the suite's file.

import type { Suite } from "../case.ts";
import { CCID_SUITE } from "./ccid/suite.ts";
import { CLOCK_SUITE } from "./clock/suite.ts";
import { DRIVER_CONTRACT_SUITE } from "./driver-contract/suite.ts";
import { ENDURANCE_SUITE } from "./endurance/suite.ts";
import { ENROLLMENT_SUITE } from "./enrollment/suite.ts";
import { HID_OTP_SUITE } from "./hid-otp/suite.ts";
import { OPERATIONS_SUITE } from "./operations/suite.ts";
import { PROVISIONING_SUITE } from "./provisioning/suite.ts";
import { RFC4226_SUITE } from "./rfc4226/suite.ts";
import { RFC6238_SUITE } from "./rfc6238/suite.ts";
import { ROBUSTNESS_SUITE } from "./robustness/suite.ts";
import { SERIAL_SHELL_SUITE } from "./serial-shell/suite.ts";
import { YKOATH_SUITE } from "./ykoath/suite.ts";

/** All suites, in the order they run. */
export const SUITES: readonly Suite[] = [
  RFC4226_SUITE,
  RFC6238_SUITE,
  ENROLLMENT_SUITE,
  OPERATIONS_SUITE,
  DRIVER_CONTRACT_SUITE,
  CLOCK_SUITE,
  PROVISIONING_SUITE,
  ROBUSTNESS_SUITE,
  YKOATH_SUITE,
  CCID_SUITE,
  HID_OTP_SUITE,
  SERIAL_SHELL_SUITE,
  ENDURANCE_SUITE,
];
