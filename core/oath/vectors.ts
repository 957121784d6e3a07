// The RFCs' test vectors as data: RFC 4226 Appendix D, RFC 6238 Appendix B, RFC 4648 §10. Text as
// in the RFCs; a test recomputes every value with node:crypto.

import type { HashAlgorithm } from "./parameters.ts";

const SECRET_BYTES: Readonly<Record<HashAlgorithm, number>> = { SHA1: 20, SHA256: 32, SHA512: 64 };

/**
 * The secret of RFC 4226 Appendix D, and of RFC 6238 Appendix B for SHA1: the 20 ASCII characters
 * 12345678901234567890. A copy of its own for each caller, who may wipe it.
 */
export function rfc4226Secret(): Uint8Array {
  return rfc6238Secret("SHA1");
}

/**
 * The secret of RFC 6238 Appendix B for `algorithm`: ASCII "1234567890" repeated to 20, 32 or 64
 * bytes, a copy for each caller. The text of the appendix names only the first length; the code of
 * its Appendix A, which made the table, has one a hash.
 */
export function rfc6238Secret(algorithm: HashAlgorithm): Uint8Array {
  return Uint8Array.from({ length: SECRET_BYTES[algorithm] }, (_, at) => 0x30 + ((at + 1) % 10));
}

/** A row of RFC 4226 Appendix D. */
export interface HotpVector {
  readonly counter: bigint;
  /** HMAC-SHA-1 of the secret and the counter, hexadecimal. */
  readonly hmac: string;
  /** Dynamic truncation of the HMAC, 31 bits (RFC 4226 §5.3). */
  readonly truncated: number;
  /** 6 digits. */
  readonly code: string;
}

/** RFC 4226 Appendix D, with rfc4226Secret(). */
export const RFC4226_VECTORS: readonly HotpVector[] = [
  hotp(0n, "cc93cf18508d94934c64b65d8ba7667fb7cde4b0", 1284755224, "755224"),
  hotp(1n, "75a48a19d4cbe100644e8ac1397eea747a2d33ab", 1094287082, "287082"),
  hotp(2n, "0bacb7fa082fef30782211938bc1c5e70416ff44", 137359152, "359152"),
  hotp(3n, "66c28227d03a2d5529262ff016a1e6ef76557ece", 1726969429, "969429"),
  hotp(4n, "a904c900a64b35909874b33e61c5938a8e15ed1c", 1640338314, "338314"),
  hotp(5n, "a37e783d7b7233c083d4f62926c7a25f238d0316", 868254676, "254676"),
  hotp(6n, "bc9cd28561042c83f219324d3c607256c03272ae", 1918287922, "287922"),
  hotp(7n, "a4fb960c0bc06e1eabb804e5b397cdc4b45596fa", 82162583, "162583"),
  hotp(8n, "1b3c89f65e6c9e883012052823443f048b4332db", 673399871, "399871"),
  hotp(9n, "1637409809a679dc698207310c8c7fc07290d9e5", 645520489, "520489"),
];

/** A row of RFC 6238 Appendix B. */
export interface TotpVector {
  /** Unix time, whole seconds. */
  readonly seconds: number;
  /** T, with X = 30 and T0 = 0. */
  readonly timeStep: bigint;
  /** 8 digits, one a hash. */
  readonly codes: Readonly<Record<HashAlgorithm, string>>;
}

/** RFC 6238 Appendix B: 8 digits, X = 30, T0 = 0, with rfc6238Secret(). */
export const RFC6238_VECTORS: readonly TotpVector[] = [
  totp(59, 0x1n, "94287082", "46119246", "90693936"),
  totp(1111111109, 0x23523ecn, "07081804", "68084774", "25091201"),
  totp(1111111111, 0x23523edn, "14050471", "67062674", "99943326"),
  totp(1234567890, 0x273ef07n, "89005924", "91819424", "93441116"),
  totp(2000000000, 0x3f940aan, "69279037", "90698825", "38618901"),
  totp(20000000000, 0x27bc86aan, "65353130", "77737706", "47863826"),
];

/**
 * What RFC 6238 Appendix B would be with the 20-byte secret for all three hashes, as its text has
 * it. A token or verifier that gives these has the wrong secret length, not the wrong algorithm.
 */
export const RFC6238_20_BYTE_SECRET_VECTORS: readonly TotpVector[] = [
  totp(59, 0x1n, "94287082", "32247374", "69342147"),
  totp(1111111109, 0x23523ecn, "07081804", "34756375", "63049338"),
  totp(1111111111, 0x23523edn, "14050471", "74584430", "54380122"),
  totp(1234567890, 0x273ef07n, "89005924", "42829826", "76671578"),
  totp(2000000000, 0x3f940aan, "69279037", "78428693", "56464532"),
  totp(20000000000, 0x27bc86aan, "65353130", "24142410", "69481994"),
];

/** A row of RFC 4648 §10. */
export interface Base32Vector {
  /** ASCII. */
  readonly text: string;
  /** With padding. */
  readonly base32: string;
}

/** RFC 4648 §10, the BASE32 rows. */
export const RFC4648_VECTORS: readonly Base32Vector[] = [
  { text: "", base32: "" },
  { text: "f", base32: "MY======" },
  { text: "fo", base32: "MZXQ====" },
  { text: "foo", base32: "MZXW6===" },
  { text: "foob", base32: "MZXW6YQ=" },
  { text: "fooba", base32: "MZXW6YTB" },
  { text: "foobar", base32: "MZXW6YTBOI======" },
];

function hotp(counter: bigint, hmac: string, truncated: number, code: string): HotpVector {
  return { counter, hmac, truncated, code };
}

function totp(
  seconds: number,
  timeStep: bigint,
  SHA1: string,
  SHA256: string,
  SHA512: string,
): TotpVector {
  return { seconds, timeStep, codes: { SHA1, SHA256, SHA512 } };
}
