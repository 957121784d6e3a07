// What a Flipper Authenticator prints, read (protocols/serial-tokens.md §1.4, §1.5), and the name
// of what it refused.

import { OtpauthError, type OtpauthKey, parseOtpauthUri } from "../../core/oath/otpauth.ts";
import type { HashAlgorithm, OathParameters } from "../../core/oath/parameters.ts";
import { DeviceError } from "../errors.ts";
import { badArgument, notAnAnswer } from "./answers.ts";

/** A row of `totp ls --tsv`. */
export interface FlipperRow {
  /** Counted from 1; another one after each removal. */
  readonly index: number;
  readonly name: string;
}

const HASHES: Readonly<Record<string, HashAlgorithm>> = {
  sha1: "SHA1",
  sha256: "SHA256",
  sha512: "SHA512",
};

/** Rows of the list. @throws {DeviceError} protocol */
export function parseFlipperList(body: string): readonly FlipperRow[] {
  const [head, ...lines] = linesOf(body);
  if (head === "There are no tokens" && lines.length === 0) return [];
  if (head !== "#\tName\tAlgo\tLn\tType") throw notAnAnswer("a list of tokens");
  return lines.map((line, at) => {
    const [index, name, ...rest] = line.split("\t");
    if (Number(index) !== at + 1 || name === undefined || rest.length !== 3) {
      throw notAnAnswer("a list of tokens");
    }
    return { index: at + 1, name };
  });
}

/** Parameters of a token; undefined for those that RFC 4226 does not know: Steam, 5 digits. */
export function parseFlipperAttributes(body: string): OathParameters | undefined {
  const values = new Map(
    linesOf(body).map((line): [string, string] => {
      const tab = line.indexOf("\t");
      return [line.slice(0, Math.max(0, tab)), line.slice(tab + 1)];
    }),
  );
  const type = values.get("Type")?.toLowerCase();
  const hash = values.get("Hashing algorithm")?.toLowerCase();
  const digits = Number(values.get("Number of digits"));
  const step = Number(/^\d{1,3}/.exec(values.get("Token lifetime") ?? "")?.[0]);
  if (hash === undefined || !Number.isInteger(digits)) throw notAnAnswer("a token's attributes");
  const algorithm = HASHES[hash];
  if (algorithm === undefined || digits < 6) return undefined;
  if (type === "hotp") return { kind: "hotp", algorithm, digits };
  if (type !== "totp" || !(step >= 1)) throw notAnAnswer("a token's attributes");
  return { kind: "totp", algorithm, digits, stepSeconds: step, t0: 0 };
}

/**
 * The keys of `totp export`, secrets included.
 *
 * @throws {DeviceError} protocol; what is in the keys is never in the message
 */
export function parseFlipperExport(body: string): readonly OtpauthKey[] {
  const lines = linesOf(body);
  const begin = lines.indexOf("# --- EXPORT LIST BEGIN ---");
  const end = lines.indexOf("# --- EXPORT LIST END ---");
  if (begin < 0 || end < begin) throw notAnAnswer("an export");
  return lines.slice(begin + 1, end).map((line, at) => {
    try {
      return parseOtpauthUri(line);
    } catch (error) {
      if (!(error instanceof OtpauthError)) throw error;
      throw notAnAnswer(`a key in line ${at + 1} of the export (${error.field})`);
    }
  });
}

const REFUSALS: readonly { readonly text: RegExp; readonly says: () => DeviceError }[] = [
  {
    text: /`totp` command not found/,
    says: () =>
      new DeviceError("refused", "the Authenticator is not open on the Flipper", {
        hint: "open the app on the device, then try again",
      }),
  },
  {
    text: /enter PIN|Cancelled by user/i,
    says: () =>
      new DeviceError("refused", "the Flipper was not unlocked, or the act was cancelled", {
        hint: "enter the PIN on the device, then try again",
      }),
  },
  {
    text: /Token secret seems to be invalid/,
    says: () => badArgument("the Flipper takes no such secret"),
  },
  {
    text: /An error has occurred during updating config file|Failed to preload plugin/,
    says: () =>
      new DeviceError("refused", "the Flipper could not write its tokens", {
        hint: "check its SD card and how many tokens it holds",
      }),
  },
  {
    text: /Invalid command arguments|Unknown argument|is incorrect value|Missed or incorrect value/,
    says: () => badArgument("the Flipper takes no such value"),
  },
  {
    text: /Command "[^"]{0,40}" is unknown/,
    says: () => new DeviceError("not-supported", "this version of the app does not know that"),
  },
];

/** The error that an answer tells of; undefined when it tells of none. */
export function flipperRefusal(body: string): DeviceError | undefined {
  return REFUSALS.find(({ text }) => text.test(body))?.says();
}

function linesOf(body: string): readonly string[] {
  return body.split("\n").filter((line) => line !== "");
}
