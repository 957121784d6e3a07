// Tokens into a file: PSKC under a passphrase or a key; formats in clear only by an explicit word.

import { writeCsv } from "./csv/write.ts";
import { writeOtpauthList } from "./otpauth-list.ts";
import { type PskcProtection, type PskcWriteOptions, writePskc } from "./pskc/write.ts";
import { assertTransferToken, MAX_TRANSFER_TOKENS, type TransferToken } from "./token.ts";

/** What is written. `plain: true` says that the secrets may be in clear. */
export type ExportOptions =
  | ({ readonly format: "pskc"; readonly plain?: false } & PskcWriteOptions & {
        readonly protection: Exclude<PskcProtection, { readonly kind: "plain" }>;
      })
  | { readonly format: "pskc" | "csv" | "otpauth"; readonly plain: true };

/**
 * The bytes of a file, UTF-8. In clear they are secrets: write them to a file of mode 0600 and
 * overwrite them afterwards.
 *
 * @throws {RangeError} naming what the format cannot carry, or what is wrong with key or passphrase
 * @throws {TypeError} when neither a protection nor `plain: true` is given
 */
export async function exportTokens(
  tokens: readonly TransferToken[],
  options: ExportOptions,
): Promise<Uint8Array> {
  if (tokens.length > MAX_TRANSFER_TOKENS) {
    throw new RangeError(`tokens must be at most ${MAX_TRANSFER_TOKENS}, got ${tokens.length}`);
  }
  for (const token of tokens) assertTransferToken(token);
  return new TextEncoder().encode(await textOf(tokens, options));
}

async function textOf(tokens: readonly TransferToken[], options: ExportOptions): Promise<string> {
  if (options.plain !== true) {
    if (options.format !== "pskc" || options.protection === undefined) {
      throw new TypeError("secrets in clear need plain: true; else give a protection for PSKC");
    }
    return writePskc(tokens, options);
  }
  switch (options.format) {
    case "pskc":
      return writePskc(tokens, { protection: { kind: "plain" } });
    case "csv":
      return writeCsv(tokens);
    case "otpauth":
      return writeOtpauthList(tokens);
  }
}
