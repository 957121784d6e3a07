// How secrets lie in a database: AES-256-GCM (NIST SP 800-38D) under a key that is kept elsewhere.
//
//   offset  size  field
//   0       1     version = 1
//   1       4     id of the key
//   5       12    nonce, random
//   17      n     ciphertext, as long as the secret
//   17+n    16    tag
//
// The associated data is the name of the place: a secret moved to another row does not open.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const VERSION = 1;
const ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + ID_BYTES + NONCE_BYTES;

/** Length of a sealing key. */
export const KEY_BYTES = 32;

/** Sealed bytes that do not open: damaged, moved, or of another key. */
export class SealError extends Error {
  override readonly name = "SealError";
}

/** A key and its id, which tells nothing of it. */
export interface SealingKey {
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** A key from its KEY_BYTES bytes. */
export function sealingKey(bytes: Uint8Array): SealingKey {
  if (bytes.length !== KEY_BYTES) {
    throw new RangeError(`a key has ${KEY_BYTES} bytes, not ${bytes.length}`);
  }
  const id = hkdfSync("sha256", bytes, "", "oathbed key id", ID_BYTES);
  return { id: Buffer.from(id).toString("hex"), bytes };
}

/** The name of the place of a token's secret. */
export function secretPlace(id: number): string {
  return `oathbed token ${id}`;
}

/** Seals `plain` for `place`. */
export function seal(key: SealingKey, plain: Uint8Array, place: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key.bytes, nonce).setAAD(Buffer.from(place));
  return Buffer.concat([
    Uint8Array.of(VERSION),
    Buffer.from(key.id, "hex"),
    nonce,
    cipher.update(plain),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** The id of the key that `sealed` needs. @throws {SealError} when these bytes are not sealed */
export function keyIdOf(sealed: Uint8Array): string {
  if (sealed[0] !== VERSION || sealed.length < HEAD_BYTES + TAG_BYTES) {
    throw new SealError("bytes that are not sealed, or by a newer oathbed");
  }
  return Buffer.from(sealed.subarray(1, 1 + ID_BYTES)).toString("hex");
}

/** What was sealed for `place`. @throws {SealError} */
export function unseal(key: SealingKey, sealed: Uint8Array, place: string): Uint8Array {
  if (keyIdOf(sealed) !== key.id) throw new SealError("sealed under another key");
  const nonce = sealed.subarray(1 + ID_BYTES, HEAD_BYTES);
  const tag = sealed.subarray(sealed.length - TAG_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key.bytes, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(place))
    .setAuthTag(tag);
  const head = decipher.update(sealed.subarray(HEAD_BYTES, sealed.length - TAG_BYTES));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealError("does not open: damaged, or moved from another place", { cause });
  }
  // A copy of its own: a small Buffer lies in a pool that others share.
  const plain = Uint8Array.from(head);
  head.fill(0);
  return plain;
}
