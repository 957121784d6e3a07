// Namespaces and algorithm names of PSKC (RFC 6030), and the other spellings seen in files.

import type { HashAlgorithm } from "../../../core/oath/parameters.ts";

/** XML namespaces; elements are matched by namespace and local name, never by prefix. */
export const PSKC_NS = "urn:ietf:params:xml:ns:keyprov:pskc";
export const XENC_NS = "http://www.w3.org/2001/04/xmlenc#";
export const XENC11_NS = "http://www.w3.org/2009/xmlenc11#";
export const DS_NS = "http://www.w3.org/2000/09/xmldsig#";
export const PKCS5_NS = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#";

/** Algorithm attributes that are written. */
export const AES128_CBC: string = `${XENC_NS}aes128-cbc`;
export const PBKDF2: string = `${PKCS5_NS}pbkdf2`;

const KEY_ALGORITHMS: Readonly<Record<string, "hotp" | "totp">> = {
  // RFC 6030 section 10, and the names of its drafts.
  "urn:ietf:params:xml:ns:keyprov:pskc:hotp": "hotp",
  "urn:ietf:params:xml:ns:keyprov:pskc:totp": "totp",
  "urn:ietf:params:xml:ns:keyprov:pskc#hotp": "hotp",
  "urn:ietf:params:xml:ns:keyprov:pskc#totp": "totp",
  "http://www.ietf.org/keyprov/pskc#hotp": "hotp",
  "http://www.ietf.org/keyprov/pskc#totp": "totp",
};

/** The kind of a Key's Algorithm; null for one that is neither HOTP nor TOTP. */
export function keyKindOf(algorithm: string): "hotp" | "totp" | null {
  return KEY_ALGORITHMS[algorithm.trim().toLowerCase()] ?? null;
}

/** What the key is for, for people: the last part of a known algorithm name, else nothing. */
export function foreignKindOf(algorithm: string): string {
  const name = /(?:^|[:#])(ocra[-a-z0-9]*|pin|securid[-a-z0-9]*|totp|hotp|aes[-a-z0-9]*)/i;
  return name.exec(algorithm)?.[1]?.slice(0, 24) ?? "another kind";
}

/** The hash that a Suite names: SHA1, SHA-256, HMAC-SHA512, HmacSHA1…; null for another text. */
export function hashOfSuite(suite: string): HashAlgorithm | null {
  const match = /^(?:HMAC[-_]?)?SHA[-_]?(1|256|512)$/i.exec(suite.trim());
  if (match === null) return null;
  return match[1] === "1" ? "SHA1" : match[1] === "256" ? "SHA256" : "SHA512";
}

/** A cipher of node:crypto and its key's length in bytes. */
export interface Cipher {
  readonly name: "aes-128-cbc" | "aes-192-cbc" | "aes-256-cbc";
  readonly keyBytes: number;
}

const CIPHERS: Readonly<Record<string, Cipher>> = {
  [AES128_CBC]: { name: "aes-128-cbc", keyBytes: 16 },
  [`${XENC_NS}aes192-cbc`]: { name: "aes-192-cbc", keyBytes: 24 },
  [`${XENC_NS}aes256-cbc`]: { name: "aes-256-cbc", keyBytes: 32 },
};

/** The cipher of an EncryptionMethod, or null for one that is not read. */
export function cipherOf(algorithm: string): Cipher | null {
  return CIPHERS[algorithm.trim()] ?? null;
}

/** Hashes of node:crypto. */
export type MacHash = "sha1" | "sha224" | "sha256" | "sha384" | "sha512";

/** The hash of an HMAC's name, in any of its namespaces; null for one that is not read. */
export function macHashOf(algorithm: string): MacHash | null {
  const match = /[#/]hmac-?sha-?(1|224|256|384|512)$/i.exec(algorithm.trim());
  return match === null ? null : (`sha${match[1]}` as MacHash);
}

/** The name of an HMAC as it is written. */
export function macNameOf(hash: "sha1" | "sha256"): string {
  return hash === "sha1"
    ? `${DS_NS}hmac-sha1`
    : "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
}
