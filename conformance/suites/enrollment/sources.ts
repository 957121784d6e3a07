// The virtual-MFA workflow's sentences that several sections judge.

import type { Requirement } from "../../case.ts";

/** What enabling takes. */
export const ENABLE: Requirement = {
  text: "The device is enabled by two consecutive codes, AuthenticationCode1 then 2.",
  source: "AWS IAM API Reference, EnableMFADevice",
};

/** Codes are for one use, whatever it is. */
export const SINGLE_USE: Requirement = {
  text: "A code is valid for a single use: wait for the next one to sign in again.",
  source: "AWS IAM User Guide, Using MFA devices; RFC 6238 §5.2",
};

/** What late codes do. */
export const LATE: Requirement = {
  text:
    "If you wait too long to submit, the device is associated but out of sync; " +
    "you can resynchronize it.",
  source: "AWS IAM User Guide, Enabling a virtual MFA device",
};

/** Who may have how many devices. */
export const ONE_DEVICE: Requirement = {
  text: "A user has one MFA device (a limit of the account); a device belongs to one user.",
  source: "AWS IAM User Guide, Enabling a virtual MFA device",
};

/** What replacing takes. */
export const REPLACE: Requirement = {
  text: "Deactivate the device that is lost or replaced, then add the new one.",
  source: "AWS IAM User Guide, What if an MFA device is lost or stops working",
};

/** What may be done with the saved secret. */
export const SAVED_SECRET: Requirement = {
  text: "Keep the QR code or the secret key, to set the same device up again if it is lost.",
  source: "AWS IAM User Guide, Enabling a virtual MFA device",
};
