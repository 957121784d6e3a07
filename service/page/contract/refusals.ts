// What the page refuses with: ids, never texts.

/** The body of every answer with a status of 400 or more. */
export interface Refusal {
  readonly error: {
    readonly id: MessageId;
    /** Which field of the request is meant: `code1`, `name`. */
    readonly field?: string;
    /** When to try again: throttled, locked. */
    readonly retryAfterSeconds?: number;
  };
}

/** Why something was refused. Stable; the page has a text for each in every language. */
export type MessageId = GeneralId | SignInId | CodeId | PairId | DeviceId | LabId;

/** Of any request. */
export type GeneralId =
  | "request-invalid" // 400: `field` is missing, unknown or out of range
  | "request-too-large" // 413
  | "not-found" // 404: no such route
  | "origin-refused" // 403: from another site, or to another host name than the server's
  | "csrf-refused" // 403: ask GET /session anew
  | "signed-out" // 401: sign in first
  | "session-expired" // 401: it was idle too long, or is over
  | "session-restricted" // 403: only the lost device may be taken out of use and replaced
  | "not-allowed" // 403: this person does not manage that
  | "mfa-needed" // 403: sign in with a code first
  | "too-many-requests" // 429
  | "busy" // 503: try again
  | "internal"; // 500

/** Of signing in. */
export type SignInId =
  | "sign-in-refused" // 403: account, name or password; never which of them
  | "sign-in-throttled" // 429
  | "sign-in-stage" // 409: not at this stage (any more); ask GET /session
  | "recovery-unavailable" // 409: no e-mail and phone are known, or nothing is simulated here
  | "recovery-code-malformed" // 400: six digits
  | "recovery-code-wrong" // 403
  | "recovery-code-expired"; // 410: or tried too often; send another

/** Of one code. */
export type CodeId =
  | "code-malformed" // 400: six digits
  | "code-wrong" // 403
  | "code-repeated" // 403: it was used; wait for the next
  | "code-out-of-sync" // 403: right but for its time; resynchronize
  | "device-locked"; // 423: too many failures in a row

/** Of two consecutive codes. */
export type PairId =
  | "codes-malformed" // 400: six digits each; `field`
  | "codes-same" // 403: the same code twice
  | "codes-wrong" // 403
  | "codes-repeated" // 403: they were used; wait for the next two
  | "codes-swapped" // 403: right, but in the other order
  | "codes-not-consecutive" // 403: both of this device, but not one after the other
  | "codes-too-late"; // 403: consecutive, but of a time too far from now

/** Of devices and users. */
export type DeviceId =
  | "device-name-invalid" // 400: letters, digits and + = , . @ - _; at most 128
  | "device-name-taken" // 409: also by one that nobody holds; delete that first
  | "device-name-reserved" // 409: root's
  | "device-limit" // 409: the holder has as many as the rule allows
  | "device-quota" // 409: the account has too many
  | "device-unknown" // 404: or not of this account, or not to be seen by this person
  | "device-in-use" // 409: somebody enabled it meanwhile
  | "device-not-enabled" // 409
  | "device-deactivate-first" // 409
  | "wizard-expired" // 410: the secret waited too long; the device is deleted, begin anew
  | "wizard-replaced" // 410: begun anew elsewhere
  | "secret-malformed" // 400: Base32 text or an otpauth:// URI
  | "secret-not-of-device" // 403: of another device, another account, or none
  | "user-unknown"; // 404

/** Of the token panel, the mailbox and the clock. */
export type LabId =
  | "lab-absent" // 404: this server was started without it
  | "fob-unknown" // 404
  | "clock-not-settable"; // 409
