// The keys that open an encrypted PSKC file, and opening its values (RFC 6030 section 6): AES-CBC
// under a pre-shared key or one derived from a passphrase, each value under an HMAC that is checked
// before anything is decrypted.

import { createDecipheriv, createHmac, pbkdf2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { wipe } from "../../../core/oath/secret.ts";
import { Fault } from "../problems.ts";
import { ownBytes } from "../source.ts";
import type { XmlElement } from "../xml.ts";
import { base64In, childOf, neededChild, wholeIn } from "./elements.ts";
import {
  cipherOf,
  DS_NS,
  type MacHash,
  macHashOf,
  PKCS5_NS,
  PSKC_NS,
  XENC_NS,
  XENC11_NS,
} from "./names.ts";

/** What opens a file: the pre-shared key (16, 24 or 32 bytes), or a passphrase, UTF-8. */
export interface PskcCredentials {
  readonly key?: Uint8Array;
  readonly passphrase?: Uint8Array;
}

/** Most rounds of PBKDF2: some seconds. */
export const MAX_PBKDF2_ITERATIONS = 10_000_000;
const MAX_DERIVED_BYTES = 64;
const BLOCK_BYTES = 16;
const derive = promisify(pbkdf2);

/** The keys of a container. */
export interface PskcKeys {
  readonly encryption: Uint8Array;
  /** Null when the file gives no MACMethod. */
  readonly mac: { readonly hash: MacHash; readonly key: Uint8Array } | null;
}

/** Overwrites the keys. */
export function wipeKeys(keys: PskcKeys): void {
  wipe(keys.encryption);
  if (keys.mac !== null) wipe(keys.mac.key);
}

/**
 * The keys of `container`, or null when it has no EncryptionKey.
 *
 * @throws {Fault} when what would open it is not given, not read, or does not fit
 */
export async function keysOf(
  container: XmlElement,
  credentials: PskcCredentials,
): Promise<PskcKeys | null> {
  const holder = childOf(container, "EncryptionKey");
  if (holder === null) return null;
  const encryption = await encryptionKeyOf(holder, credentials);
  const method = childOf(container, "MACMethod");
  if (method === null) return { encryption, mac: null };
  const hash = macHashOf(method.attributes.Algorithm ?? "");
  if (hash === null) {
    throw new Fault(method.offset, "MACMethod", "must be an HMAC with SHA-1 or SHA-2");
  }
  const wrapped = childOf(method, "MACKey");
  // Older producers give no MACKey and use the encryption key.
  const key = wrapped === null ? encryption.slice() : openCipher(wrapped, "MACKey", encryption);
  return { encryption, mac: { hash, key } };
}

async function encryptionKeyOf(
  holder: XmlElement,
  { key, passphrase }: PskcCredentials,
): Promise<Uint8Array> {
  const derived =
    childOf(holder, "DerivedKey", XENC11_NS) ??
    childOf(holder, "DerivedKey", XENC_NS) ??
    childOf(holder, "DerivedKey");
  if (derived !== null) {
    if (passphrase === undefined) {
      throw new Fault(holder.offset, "EncryptionKey", "needs the file's passphrase; give it");
    }
    return deriveKey(derived, passphrase);
  }
  const certificate = childOf(holder, "X509Data", DS_NS);
  if (certificate !== null) {
    const remedy = "ask for the file under a passphrase or a pre-shared key";
    throw new Fault(certificate.offset, "X509Data", `keys of certificates are not read; ${remedy}`);
  }
  if (key === undefined) {
    throw new Fault(holder.offset, "EncryptionKey", "needs the file's pre-shared key; give it");
  }
  return key.slice();
}

/** PBKDF2 of RFC 8018, as XML Encryption 1.1 and PKCS #5 write it. */
async function deriveKey(derived: XmlElement, passphrase: Uint8Array): Promise<Uint8Array> {
  const name = "KeyDerivationMethod";
  const method =
    childOf(derived, name, XENC11_NS) ?? childOf(derived, name, XENC_NS) ?? childOf(derived, name);
  if (method === null || !/#pbkdf2$/i.test((method.attributes.Algorithm ?? "").trim())) {
    throw new Fault((method ?? derived).offset, name, "must be PBKDF2");
  }
  const parameters = method.children.find(({ local }) => local === "PBKDF2-params");
  if (parameters === undefined) {
    throw new Fault(method.offset, "PBKDF2-params", "missing; the salt and rounds are in it");
  }
  const part = (parent: XmlElement, local: string): XmlElement | null =>
    [PSKC_NS, PKCS5_NS, XENC11_NS, ""].reduce<XmlElement | null>(
      (found, uri) => found ?? childOf(parent, local, uri),
      null,
    );
  const needed = (parent: XmlElement, local: string): XmlElement => {
    const child = part(parent, local);
    if (child === null) throw new Fault(parent.offset, local, "missing; PBKDF2 needs it");
    return child;
  };
  const salt = base64In(needed(needed(parameters, "Salt"), "Specified"), "Salt");
  const rounds = needed(parameters, "IterationCount");
  const limit = BigInt(MAX_PBKDF2_ITERATIONS);
  const iterations = Number(wholeIn(rounds, "IterationCount", rounds.text, 1n, limit));
  const length = part(parameters, "KeyLength");
  const bytes =
    length === null
      ? BLOCK_BYTES
      : Number(wholeIn(length, "KeyLength", length.text, 1n, BigInt(MAX_DERIVED_BYTES)));
  const prf = part(parameters, "PRF");
  // An empty PRF, as in the RFC's figure 7, is the default too.
  const prfName = prf?.attributes.Algorithm;
  const hash = prfName === undefined ? "sha1" : macHashOf(prfName);
  if (hash === null) {
    throw new Fault(prf?.offset ?? 0, "PRF", "must be an HMAC with SHA-1 or SHA-2");
  }
  return ownBytes(await derive(passphrase, salt, iterations, bytes, hash));
}

/**
 * The plaintext of an encrypted value that has a MAC.
 *
 * @param holder the element that holds EncryptedValue and ValueMAC: Secret, Counter…
 * @throws {Fault} when the MAC is missing or wrong, or the key does not fit
 */
export function openValue(holder: XmlElement, field: string, keys: PskcKeys | null): Uint8Array {
  const encrypted = neededChild(holder, "EncryptedValue", "give a PlainValue or an EncryptedValue");
  if (keys === null) {
    throw new Fault(encrypted.offset, field, "is encrypted, but the file has no EncryptionKey");
  }
  const macElement = childOf(holder, "ValueMAC");
  if (keys.mac === null || macElement === null) {
    const what = keys.mac === null ? "MACMethod" : "ValueMAC";
    const why =
      "a value under AES-CBC can be changed unseen without it; ask for a file that has it";
    throw new Fault(encrypted.offset, what, `missing; ${why}`);
  }
  const expected = createHmac(keys.mac.hash, keys.mac.key).update(cipherTextOf(encrypted)).digest();
  const given = base64In(macElement, "ValueMAC");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    const why = "the key or passphrase is another one, or the value was changed";
    throw new Fault(macElement.offset, "ValueMAC", `does not fit: ${why}`);
  }
  return openCipher(encrypted, field, keys.encryption);
}

function cipherTextOf(encrypted: XmlElement): Uint8Array {
  const data = neededChild(encrypted, "CipherData", "it holds the encrypted value", XENC_NS);
  const value = neededChild(data, "CipherValue", "it holds the encrypted value", XENC_NS);
  return base64In(value, "CipherValue");
}

/** Decrypts IV and ciphertext; of the padding only the last byte means something (XML-Enc 5.2). */
function openCipher(encrypted: XmlElement, field: string, key: Uint8Array): Uint8Array {
  const method = neededChild(encrypted, "EncryptionMethod", "it names the cipher", XENC_NS);
  const cipher = cipherOf(method.attributes.Algorithm ?? "");
  if (cipher === null) {
    const read = "AES-128-CBC, AES-192-CBC and AES-256-CBC are read";
    throw new Fault(method.offset, "EncryptionMethod", `another cipher; ${read}`);
  }
  if (key.length !== cipher.keyBytes) {
    const lengths = `${cipher.keyBytes} bytes, the key given has ${key.length}`;
    throw new Fault(method.offset, "EncryptionMethod", `needs a key of ${lengths}`);
  }
  const bytes = cipherTextOf(encrypted);
  if (bytes.length < 2 * BLOCK_BYTES || bytes.length % BLOCK_BYTES !== 0) {
    throw new Fault(encrypted.offset, field, "is no IV and whole blocks; its end is missing");
  }
  const decipher = createDecipheriv(cipher.name, key, bytes.subarray(0, BLOCK_BYTES));
  decipher.setAutoPadding(false);
  const padded = decipher.update(bytes.subarray(BLOCK_BYTES));
  decipher.final();
  const padding = padded.at(-1) ?? 0;
  const plain = Uint8Array.from(padded.subarray(0, Math.max(0, padded.length - padding)));
  padded.fill(0);
  if (padding < 1 || padding > BLOCK_BYTES || plain.length === 0) {
    wipe(plain);
    throw new Fault(encrypted.offset, field, "does not open; the key or passphrase is another one");
  }
  return plain;
}
