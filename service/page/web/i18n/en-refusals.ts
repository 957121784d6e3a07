// What the service refuses, in English: `refused.` says what is wrong, `remedy.` what to do.

/** @see say */
export const EN_REFUSALS = {
  "refused.offline": "The service does not answer",
  "remedy.offline": "Check that oathbed serve is running, then try again.",
  "refused.request-invalid": "Something is missing or not allowed",
  "remedy.request-invalid": "Check what you entered and try again.",
  "refused.request-too-large": "That is too long",
  "remedy.request-too-large": "Enter less and try again.",
  "refused.not-found": "There is nothing here",
  "remedy.not-found": "Load the page again: it may be older than the service.",
  "refused.origin-refused": "The request came from another address",
  "remedy.origin-refused": "Open the page at the address that oathbed serve printed.",
  "refused.csrf-refused": "Your sign-in changed in another tab",
  "remedy.csrf-refused": "Load the page again.",
  "refused.signed-out": "You are signed out",
  "remedy.signed-out": "Sign in again.",
  "refused.session-expired": "Your session has expired",
  "remedy.session-expired": "Sign in again. Nothing was half done.",
  "refused.session-restricted": "Not possible in this session",
  "remedy.session-restricted":
    "You signed in without your device. Deactivate and replace it, then sign in with the new one.",
  "refused.not-allowed": "You do not manage that",
  "remedy.not-allowed": "Ask an administrator of the account.",
  "refused.mfa-needed": "A code is needed first",
  "remedy.mfa-needed":
    "Sign in with a code of your device to deactivate it. If it is lost, use “Troubleshoot your device” there.",
  "refused.too-many-requests": "Too many tries",
  "remedy.too-many-requests": "Wait a little before the next one.",
  "refused.busy": "The service is busy",
  "remedy.busy": "Nothing was changed. Try again.",
  "refused.internal": "Something went wrong in the service",
  "remedy.internal": "Try again; its log says more.",

  "refused.sign-in-refused": "Account, name or password is wrong",
  "remedy.sign-in-refused": "Check all three. Which one it is, is not told.",
  "refused.sign-in-throttled": "Too many sign-ins were tried",
  "remedy.sign-in-throttled": "Wait before you try again.",
  "refused.sign-in-stage": "This sign-in is over, or goes on elsewhere",
  "remedy.sign-in-stage": "Go on from what is shown now.",
  "refused.recovery-unavailable": "There is no other way to sign in",
  "remedy.recovery-unavailable":
    "No e-mail address and phone are known for you. Ask an administrator to deactivate the device.",
  "refused.recovery-code-malformed": "A code has six digits",
  "remedy.recovery-code-malformed": "Enter all six.",
  "refused.recovery-code-wrong": "That is not the code that was sent",
  "remedy.recovery-code-wrong": "Check the latest message and enter its code.",
  "refused.recovery-code-expired": "That code is no longer good",
  "remedy.recovery-code-expired": "It is too old or was tried too often. Send another one.",

  "refused.code-malformed": "A code has six digits",
  "remedy.code-malformed": "Enter the six digits that the device shows now.",
  "refused.code-wrong": "That code is wrong",
  "remedy.code-wrong": "Check that you read the right device, and enter what it shows now.",
  "refused.code-repeated": "That code was used already",
  "remedy.code-repeated": "A code counts once. Wait for the next one: at most 30 seconds.",
  "refused.code-out-of-sync": "The device is out of sync",
  "remedy.code-out-of-sync":
    "Its clock is off, or its codes came late when it was assigned. Two consecutive codes put that right.",
  "refused.device-locked": "The device is locked",
  "remedy.device-locked": "Too many wrong codes in a row. Wait before you try again.",

  "refused.codes-malformed": "A code has six digits",
  "remedy.codes-malformed": "Enter two codes of six digits each.",
  "refused.codes-same": "That is the same code twice",
  "remedy.codes-same":
    "Enter one code, wait until the device shows the next, and enter that as the second.",
  "refused.codes-wrong": "These codes are not of this device",
  "remedy.codes-wrong":
    "Check that you read the right device and that it took the secret. Then enter two new consecutive codes.",
  "refused.codes-repeated": "These codes were used already",
  "remedy.codes-repeated": "A code counts once. Wait for two new ones.",
  "refused.codes-swapped": "The codes are in the wrong order",
  "remedy.codes-swapped":
    "The older one comes first. Enter two new codes in the order they appear.",
  "refused.codes-not-consecutive": "The codes do not follow each other",
  "remedy.codes-not-consecutive":
    "Both are of this device, but there was another between them. Enter a code and the very next one.",
  "refused.codes-too-late": "The codes are of a time too far from now",
  "remedy.codes-too-late":
    "They follow each other, but are too old or too new. Check the device’s clock and enter two new codes.",

  "refused.device-name-invalid": "That is no name for a device",
  "remedy.device-name-invalid": "Use 1 to 128 letters (A to Z), digits and + = , . @ - _",
  "refused.device-name-taken": "A device of that name exists",
  "remedy.device-name-taken":
    "Choose another name, or delete the other device first: a deactivated one keeps its name.",
  "refused.device-name-reserved": "That name is reserved for root’s device",
  "remedy.device-name-reserved": "Choose another name.",
  "refused.device-limit": "There is a device already",
  "remedy.device-limit":
    "The number of devices per user is limited here. Deactivate or replace the other one first.",
  "refused.device-quota": "The account has too many devices",
  "remedy.device-quota": "Delete devices that nobody uses.",
  "refused.device-unknown": "There is no such device any more",
  "remedy.device-unknown": "It was deleted, or you may not see it. Go back to the list.",
  "refused.device-in-use": "Somebody has just assigned this device",
  "remedy.device-in-use": "It was enabled elsewhere, perhaps in another tab. Go back to the list.",
  "refused.device-not-enabled": "The device is not in use",
  "remedy.device-not-enabled": "It was deactivated meanwhile. Go back to the list.",
  "refused.device-deactivate-first": "The device is in use",
  "remedy.device-deactivate-first": "Deactivate it first.",
  "refused.wizard-expired": "The secret waited too long",
  "remedy.wizard-expired":
    "Nothing was assigned, and the device is deleted: whoever saw the QR code cannot use it. Begin again.",
  "refused.wizard-replaced": "The wizard was begun again elsewhere",
  "remedy.wizard-replaced":
    "Nothing was assigned here. The QR code shown last is the one that counts. Begin again, or go on there.",
  "refused.secret-malformed": "That is no secret",
  "remedy.secret-malformed":
    "A secret has letters A to Z and digits 2 to 7; or paste the text of the QR code, which begins with otpauth://",
  "refused.secret-not-of-device": "That is the secret of another device",
  "remedy.secret-not-of-device":
    "A secret belongs to one device of one account. Find the one that you saved for this device.",
  "refused.user-unknown": "There is no such user any more",
  "remedy.user-unknown": "Go back to the list of users.",

  "refused.lab-absent": "There are no test tokens here",
  "remedy.lab-absent": "The service was started without them.",
  "refused.fob-unknown": "There is no such token any more",
  "remedy.fob-unknown": "Load the page again.",
  "refused.clock-not-settable": "The clock cannot be set here",
  "remedy.clock-not-settable": "Start the service with --test-mode.",
  "refusal.retryAfter": "Try again in {span} (minutes:seconds).",
} as const;
