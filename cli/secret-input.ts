// Secrets come by file or stdin, as Base32 text or as an otpauth URI; never by a flag.

import { open } from "node:fs/promises";
import { decodeBase32 } from "../core/oath/base32.ts";
import { parseOtpauthUri } from "../core/oath/otpauth.ts";
import { assertSecret, type OathParameters } from "../core/oath/parameters.ts";
import type { InventoryToken } from "../devices/inventory/inventory.ts";
import { inventorySecret } from "../devices/inventory/secret.ts";
import type { Context } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/** Longest text with a secret, bytes. */
const MAX_BYTES = 16_384;

/** A secret as it was given: alone, or with what an otpauth URI says beside it. */
export type GivenSecret =
  | { readonly kind: "bare"; readonly secret: Uint8Array }
  | {
      readonly kind: "uri";
      readonly secret: Uint8Array;
      readonly parameters: OathParameters;
      /** First counter, HOTP; 0 for TOTP. */
      readonly counter: bigint;
    };

/** @see SECRET_OPTIONS */
export interface SecretArguments {
  readonly "secret-file"?: string | undefined;
  readonly "secret-stdin": boolean;
}

/**
 * The secret the options point to; undefined when they point to none.
 *
 * @throws {UsageError} when both are given, or there is nothing to read
 * @throws {Base32Error | OtpauthError} naming what is wrong; neither quotes the secret
 */
export async function givenSecret(
  args: SecretArguments,
  { terminal, signal }: Context,
): Promise<GivenSecret | undefined> {
  const path = args["secret-file"];
  if (path !== undefined && args["secret-stdin"]) {
    throw new UsageError("--secret-file and --secret-stdin exclude each other", "give one of them");
  }
  if (path !== undefined) return parseSecretText(await readStart(path), path);
  if (!args["secret-stdin"]) return undefined;
  if (terminal.inIsTerminal) terminal.err("secret (end with Ctrl-D): ");
  return parseSecretText(await terminal.readInput(MAX_BYTES, signal), "stdin");
}

/** The secret of a token of the inventory, when it is in a file. @throws {InventoryError} */
export async function secretOf(
  token: InventoryToken | undefined,
): Promise<GivenSecret | undefined> {
  if (token === undefined) return undefined;
  const found = await inventorySecret(token);
  if (found.kind !== "file") return undefined;
  const { secret, parameters, counter = 0n } = found;
  return parameters === undefined
    ? { kind: "bare", secret }
    : { kind: "uri", secret, parameters, counter };
}

/** Reads Base32 text or an otpauth URI. @param where names its place in errors */
export function parseSecretText(text: string, where: string): GivenSecret {
  const trimmed = text.trim();
  if (trimmed === "") {
    throw new UsageError(`${where} holds no secret`, "put Base32 text or an otpauth:// URI there");
  }
  if (/^otpauth/i.test(trimmed)) {
    const { secret, parameters, counter } = parseOtpauthUri(trimmed);
    return { kind: "uri", secret, parameters, counter };
  }
  const secret = decodeBase32(trimmed);
  assertSecret(secret);
  return { kind: "bare", secret };
}

async function readStart(path: string): Promise<string> {
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
  if (bytesRead > MAX_BYTES) {
    throw new UsageError(`${path} is longer than ${MAX_BYTES} bytes`, "is it the right file?");
  }
  const text = buffer.subarray(0, bytesRead).toString("utf8");
  buffer.fill(0);
  return text;
}
