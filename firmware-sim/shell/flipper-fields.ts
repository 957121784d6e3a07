// Options of `totp add` and `totp update` (protocols/serial-tokens.md §1.2), and secrets as they
// are typed.

import { Base32Error, decodeBase32 } from "../../core/oath/base32.ts";
import { parseUnsigned } from "../../core/oath/codes.ts";
import {
  type HashAlgorithm,
  type OathParameters,
  totpParameters,
} from "../../core/oath/parameters.ts";
import {
  badValue,
  type FlipperArguments,
  FlipperError,
  type OptionForms,
} from "./flipper-words.ts";

/** Options of `add`; `update` has `-n` and `-s`, too. */
export const ADD_OPTIONS: OptionForms = {
  "-t": "value",
  "-i": "value",
  "-a": "value",
  "-d": "value",
  "-e": "value",
  "-l": "value",
  "-u": "flag",
  "-b": "value",
};

/** Options of `update`. */
export const UPDATE_OPTIONS: OptionForms = { ...ADD_OPTIONS, "-n": "value", "-s": "flag" };

/** How a secret is typed. */
export type SecretForm = "base32" | "base64";

/** What the options say. */
export interface FlipperFields {
  readonly parameters: OathParameters;
  readonly counter: bigint;
  readonly form: SecretForm;
  /** Whether the secret is shown as it is typed. */
  readonly echoesSecret: boolean;
}

const HASHES: Readonly<Record<string, HashAlgorithm>> = {
  sha1: "SHA1",
  sha256: "SHA256",
  sha512: "SHA512",
};
const FEATURES: readonly string[] = ["none", "enter", "tab", "slower"];

/** @param before what the token has; defaults for a new one @throws {FlipperError} */
export function readFields(
  { options }: FlipperArguments,
  before: Pick<FlipperFields, "parameters" | "counter"> = {
    parameters: totpParameters(),
    counter: 0n,
  },
): FlipperFields {
  const value = (option: string): string | undefined => options.get(option)?.at(-1)?.toLowerCase();
  for (const feature of options.get("-b") ?? []) {
    if (!FEATURES.includes(feature.toLowerCase())) throw badValue("-b", feature);
  }
  const kind = oneOf("-t", value("-t"), ["totp", "hotp"] as const) ?? before.parameters.kind;
  const hash = value("-a");
  const algorithm = hash === undefined ? before.parameters.algorithm : HASHES[hash];
  if (algorithm === undefined) throw badValue("-a", hash ?? "");
  const digits = Number(oneOf("-d", value("-d"), ["6", "8"]) ?? before.parameters.digits);
  const old = before.parameters.kind === "totp" ? before.parameters.stepSeconds : 30;
  const stepSeconds = numberOf("-l", value("-l"), 15n, 255n) ?? BigInt(old);
  const counter = numberOf("-i", value("-i"), 0n, undefined) ?? before.counter;
  return {
    parameters:
      kind === "totp"
        ? { kind, algorithm, digits, stepSeconds: Number(stepSeconds), t0: 0 }
        : { kind, algorithm, digits },
    counter: kind === "totp" ? 0n : counter,
    form: oneOf("-e", value("-e"), ["base32", "base64"] as const) ?? "base32",
    echoesSecret: options.has("-u"),
  };
}

/** The bytes of a secret as it was typed. @throws {FlipperError} */
export function decodeTypedSecret(text: string, form: SecretForm): Uint8Array {
  const problem = new FlipperError("Token secret seems to be invalid and can not be parsed");
  if (text === "") throw problem;
  if (form === "base64") {
    if (!/^(?:[0-9A-Za-z+/]{4})*(?:[0-9A-Za-z+/]{2,3}=*)?$/.test(text)) throw problem;
    return Uint8Array.from(Buffer.from(text, "base64"));
  }
  try {
    return decodeBase32(text);
  } catch (error) {
    if (error instanceof Base32Error) throw problem;
    throw error;
  }
}

function oneOf<T extends string>(
  option: string,
  value: string | undefined,
  all: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = all.find((each) => each === value);
  if (found === undefined) throw badValue(option, value);
  return found;
}

function numberOf(
  option: string,
  value: string | undefined,
  low: bigint,
  high: bigint | undefined,
): bigint | undefined {
  if (value === undefined) return undefined;
  const read = parseUnsigned(value, high);
  if (read.kind !== "number" || read.value < low) throw badValue(option, value);
  return read.value;
}
