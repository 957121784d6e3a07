// The secret of a token of the inventory, from where the inventory says it is.

import { readFile, stat } from "node:fs/promises";
import { Base32Error, decodeBase32 } from "../../core/oath/base32.ts";
import { OtpauthError, parseOtpauthUri } from "../../core/oath/otpauth.ts";
import { assertSecret, type OathParameters } from "../../core/oath/parameters.ts";
import { InventoryError, type InventoryToken } from "./inventory.ts";

/** Longest secret file, bytes: the longest otpauth URI, and room. */
const MAX_BYTES = 16_384;

/** How a bare secret is written in its file. */
export type SecretEncoding = "base32" | "hex";

/** Where a secret is, and the secret itself when it is in a file. */
export type InventorySecret =
  | { readonly kind: "none" }
  /** Under this label in the state store. */
  | { readonly kind: "state"; readonly label: string }
  | ({ readonly kind: "file" } & SecretFile);

/** What a secret file holds. */
export interface SecretFile {
  readonly secret: Uint8Array;
  /** Of an otpauth URI; a bare secret says nothing of them. */
  readonly parameters?: OathParameters;
  /** First counter of an otpauth URI of HOTP. */
  readonly counter?: bigint;
}

/** @throws {InventoryError} naming the file and what is wrong with it; never what is in it */
export async function inventorySecret({ secret }: InventoryToken): Promise<InventorySecret> {
  if (secret === undefined) return { kind: "none" };
  if ("state" in secret) return { kind: "state", label: secret.state };
  return { kind: "file", ...(await readSecretFile(secret.file, secret.encoding)) };
}

/**
 * Reads a file with an otpauth URI, or with a bare secret; white space around it is ignored.
 *
 * @throws {InventoryError} as above
 */
export async function readSecretFile(
  path: string,
  encoding: SecretEncoding = "base32",
): Promise<SecretFile> {
  const text = (await readSmallFile(path)).trim();
  try {
    if (/^otpauth:/i.test(text)) {
      const { secret, parameters, counter } = parseOtpauthUri(text);
      return parameters.kind === "hotp" ? { secret, parameters, counter } : { secret, parameters };
    }
    const secret = encoding === "hex" ? decodeHex(text) : decodeBase32(text);
    assertSecret(secret);
    return { secret };
  } catch (cause) {
    const isExpected =
      cause instanceof OtpauthError || cause instanceof Base32Error || cause instanceof RangeError;
    if (!isExpected) throw cause;
    throw new InventoryError(path, [cause.message], { cause });
  }
}

function decodeHex(text: string): Uint8Array {
  const digits = text.replace(/[\s:-]/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new RangeError("the secret must be an even number of hex digits");
  }
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

async function readSmallFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_BYTES) return await readFile(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InventoryError(path, [`the secret cannot be read (${code})`], { cause });
  }
  throw new InventoryError(path, [`longer than ${MAX_BYTES} bytes; it holds more than a secret`]);
}
