// The codes that a token must give now, by otplib.

import { otplibCode } from "../../../conformance/oracle.ts";
import type { HashAlgorithm } from "../../../core/oath/parameters.ts";

/** The RFCs' secret of 20 bytes as authenticator URIs carry it. */
export const SECRET_BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const SECRET = new TextEncoder().encode("12345678901234567890");

/** What is not as authenticators usually have it. */
export interface CodeForm {
  readonly algorithm?: HashAlgorithm;
  readonly digits?: number;
  readonly stepSeconds?: number;
}

/** The code of a counter. */
export function counterCode(counter: number, { algorithm = "SHA1", digits = 6 }: CodeForm): string {
  return otplibCode(SECRET, algorithm, digits, BigInt(counter));
}

/** All codes that are right for a reading taken from `sinceMs` (Unix time) to now. */
export function timeCodes(sinceMs: number, form: CodeForm = {}): readonly string[] {
  const stepMs = (form.stepSeconds ?? 30) * 1000;
  const codes: string[] = [];
  for (let step = Math.floor(sinceMs / stepMs); step * stepMs <= Date.now(); step++) {
    codes.push(counterCode(step, form));
  }
  return codes;
}
