// Responses of an OATH applet: HMACs over challenges and counters, whole or truncated (YKOATH
// document, section 4; RFC 4226 §5.3).

import { viewOf } from "../../../core/wire/bytes.ts";
import type { CalculatedResponse } from "../../../core/wire/ykoath.ts";
import { hmac } from "../../hmac.ts";
import { dynamicTruncation } from "../../hotp.ts";
import { type CardCredential, isOnlyIncreasing } from "./credential.ts";

/** The response of a credential to `message`: a challenge, or a counter of eight bytes. */
export function respond(
  { algorithm, secret, digits }: CardCredential,
  message: Uint8Array,
  truncated: boolean,
): CalculatedResponse {
  const mac = hmac(algorithm, secret, message);
  if (!truncated) return { kind: "full", digits, hmac: mac };
  return { kind: "truncated", digits, truncated: dynamicTruncation(mac) };
}

/** C of RFC 4226 §5.1: eight bytes, the first one the highest. */
export function counterBytes(counter: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  viewOf(bytes).setBigUint64(0, counter);
  return bytes;
}

/** Whether an only-increasing credential refuses the challenge: it is below the last one. */
export function isBehind(credential: CardCredential, challenge: Uint8Array): boolean {
  if (credential.type !== "totp" || !isOnlyIncreasing(credential)) return false;
  return compareNumbers(challenge, credential.lastChallenge) < 0;
}

/** The credential after it took the challenge; itself when it need not remember anything. */
export function remembering(credential: CardCredential, challenge: Uint8Array): CardCredential {
  if (credential.type !== "totp" || !isOnlyIncreasing(credential)) return credential;
  if (compareNumbers(challenge, credential.lastChallenge) === 0) return credential;
  return { ...credential, lastChallenge: challenge.slice() };
}

/** Compares big-endian numbers of any length: below, equal to or above 0. */
function compareNumbers(a: Uint8Array, b: Uint8Array): number {
  const length = Math.max(a.length, b.length);
  for (let place = length; place > 0; place--) {
    const difference = (a[a.length - place] ?? 0) - (b[b.length - place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
