// What an admin act may fail for. Refused codes are verdicts, and failing stores StoreErrors.

/** An admin act that the state or a rule does not allow. */
export type VerifierErrorCode =
  | "unknown-token"
  | "wrong-state"
  | "device-limit" // the user has as many devices as the policy allows
  | "secret-in-use"; // a token in use has this secret, or one used it with other parameters

/** @see VerifierErrorCode */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
  readonly code: VerifierErrorCode;
  /** What to do about it, one sentence. */
  readonly hint: string;
  constructor(code: VerifierErrorCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
