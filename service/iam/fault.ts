// What the endpoint answers when it cannot do what was asked: a code of the protocol, its HTTP
// status and a text (catalogue in docs/iam.md). Expected refusals only; a mistake of ours is a 500.

import type { Refused } from "../../verifier/verdict.ts";

/** Codes and their HTTP statuses. Clients match on both. */
export const FAULT_STATUS = {
  AccessDenied: 403,
  ConcurrentModification: 409,
  DeleteConflict: 409,
  EntityAlreadyExists: 409,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InvalidAction: 400,
  InvalidAuthenticationCode: 403,
  InvalidClientTokenId: 403,
  InvalidInput: 400,
  LimitExceeded: 409,
  MissingAuthenticationToken: 403,
  NoSuchEntity: 404,
  RequestEntityTooLarge: 413,
  ServiceFailure: 500,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  Throttling: 400,
  ValidationError: 400,
} as const;

/** @see FAULT_STATUS */
export type FaultCode = keyof typeof FAULT_STATUS;

/** An answer that is none of success. Its text goes to the client: never a secret in it. */
export class IamFault extends Error {
  override readonly name = "IamFault";
  readonly code: FaultCode;
  readonly status: number;
  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = FAULT_STATUS[code];
  }
}

/** Codes that were not taken. Why is for the page: the endpoint has one text for all of it. */
export class CodesRefused extends IamFault {
  readonly verdict: Refused;
  constructor(verdict: Refused) {
    super("InvalidAuthenticationCode", "Authentication code for device is not valid.");
    this.verdict = verdict;
  }
}

/** @see IamFault */
export function denied(message: string): IamFault {
  return new IamFault("AccessDenied", message);
}

/** A user nobody knows. The text is recorded from the real service. */
export function noSuchUser(name: string): IamFault {
  return new IamFault("NoSuchEntity", `The user with name ${name} cannot be found.`);
}

/** A device nobody knows. The text is recorded from the real service. */
export function noSuchDevice(serial: string): IamFault {
  const text = `MFA Device with serial number ${serial} does not exist.`;
  return new IamFault("NoSuchEntity", text);
}

/** A rule of a parameter that has a text of its own. */
export function invalid(message: string): IamFault {
  return new IamFault("ValidationError", message);
}

/** A device of this name is there. The text is recorded from the real service. */
export function nameTaken(): IamFault {
  return new IamFault("EntityAlreadyExists", "MFA device already exists.");
}

/** Somebody has this device. The text is recorded from the real service. */
export function inUse(): IamFault {
  return new IamFault("EntityAlreadyExists", "MFA Device is already in use.");
}
