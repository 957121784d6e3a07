// How secrets appear where people and files see them: length and fingerprint, never the bytes.

import { createHash } from "node:crypto";

/** Set before the bytes, so that a fingerprint is of no use against other tables of SHA-256. */
const DOMAIN = "oathbed secret fingerprint\0";

/**
 * `20 bytes, sha256:1a2b3c4d`: the first 32 bits of SHA-256 over a fixed label and the bytes. The
 * same in every process, so that logs and reports of different runs can be compared. It tells
 * nothing of a random secret of 128 bits or more (RFC 4226 §4, R6); a guessable one can be
 * confirmed by it, as it can by any code.
 */
export function describeSecret(secret: Uint8Array): string {
  const hash = createHash("sha256").update(DOMAIN).update(secret).digest("hex");
  return `${secret.length} ${secret.length === 1 ? "byte" : "bytes"}, sha256:${hash.slice(0, 8)}`;
}

/** Overwrites `bytes` with zeros. Copies made elsewhere, strings above all, stay. */
export function wipe(bytes: Uint8Array): void {
  bytes.fill(0);
}
