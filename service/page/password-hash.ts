// Hashes of passwords: scrypt (RFC 7914) in the PHC string form
//
//   $scrypt$ln=15,r=8,p=3$SALT$HASH      ln: log2 of N; salt and hash in Base64 without padding
//
// The work that a sign-in costs is bounded: by the ranges below, and by how many run at once.

import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** Longest password taken, bytes. */
export const MAX_PASSWORD_BYTES = 1024;

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** The block size r: 1 KiB of memory for each of N. */
const BLOCK = 8;
const LOWEST_LN = 10;
/** 128 MiB of memory. */
const HIGHEST_LN = 17;
const FORM = /^\$scrypt\$ln=(\d{2}),r=8,p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** How much work a hash costs. */
export interface HashCost {
  /** Log2 of scrypt's N, 10 to 17. */
  readonly ln: number;
  /** Scrypt's p, 1 to 16. */
  readonly p: number;
}

/** What OWASP's password storage cheat sheet gives for 32 MiB. */
export const DEFAULT_COST: HashCost = { ln: 15, p: 3 };

/** Whether a text is such a hash, its cost within range. */
export function isPasswordHash(text: string): boolean {
  return parse(text) !== null;
}

/**
 * Hashes a password with a new salt.
 *
 * @throws {RangeError} when it is empty or longer than MAX_PASSWORD_BYTES; it is not quoted
 */
export async function hashPassword(
  password: string,
  cost: HashCost = DEFAULT_COST,
): Promise<string> {
  const { length } = Buffer.from(password);
  if (length === 0 || length > MAX_PASSWORD_BYTES) {
    throw new RangeError(`a password has 1 to ${MAX_PASSWORD_BYTES} bytes`);
  }
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, cost);
  const { ln, p } = cost;
  return `$scrypt$ln=${ln},r=${BLOCK},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Whether the password is the one that was hashed. False for a text that is no hash. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const parts = parse(hash);
  if (parts === null || Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false;
  return timingSafeEqual(await derive(password, parts.salt, parts.cost), parts.hash);
}

/** A hash of nothing that costs as much as `like`, to be compared with for nobody's name. */
export function decoyOf(like: string | null): string {
  const { ln, p } = (like === null ? null : parse(like))?.cost ?? DEFAULT_COST;
  const [salt, hash] = [randomBytes(SALT_BYTES), randomBytes(HASH_BYTES)];
  return `$scrypt$ln=${ln},r=${BLOCK},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
}

interface HashParts {
  readonly cost: HashCost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

function parse(text: string): HashParts | null {
  const [, ln, p, salt, hash] = FORM.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return null;
  const cost = { ln: Number(ln), p: Number(p) };
  if (cost.ln < LOWEST_LN || cost.ln > HIGHEST_LN || cost.p < 1 || cost.p > 16) return null;
  return { cost, salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") };
}

function derive(password: string, salt: Uint8Array, { ln, p }: HashCost): Promise<Buffer> {
  const N = 2 ** ln;
  const options: ScryptOptions = { N, r: BLOCK, p, maxmem: 256 * N * BLOCK };
  return promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt)(
    password.normalize("NFC"),
    salt,
    HASH_BYTES,
    options,
  );
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
