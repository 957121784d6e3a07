// `version` of the complete dialect: `oathbed-shell 1 profile=… firmware=… credentials=8 …`, what
// the token is and what it can do, as words of the form name=value in any order.

import type { HashAlgorithm } from "../../core/oath/parameters.ts";
import { DeviceError } from "../errors.ts";
import { notAnAnswer } from "./answers.ts";
import { hashAlgorithmOf } from "./credential-line.ts";

/** What the token says of itself. */
export interface ShellVersion {
  readonly profile: string;
  readonly firmware: string;
  readonly credentials: number;
  readonly algorithms: readonly HashAlgorithm[];
  readonly digits: readonly number[];
  readonly stepSeconds: { readonly low: number; readonly high: number };
  readonly secretBytes: { readonly low: number; readonly high: number };
  readonly timeRange: { readonly fromSeconds: number; readonly toSeconds: number };
  readonly button: boolean;
}

/**
 * What `version` answered; undefined when it is not the complete dialect that answered.
 *
 * @throws {DeviceError} protocol when it is, but cannot be read or is of a later version
 */
export function parseVersion(body: string): ShellVersion | undefined {
  const [, version, rest] = /^oathbed-shell (\d{1,4})((?: [^\n]{0,1000})?)\n?$/.exec(body) ?? [];
  if (version === undefined || rest === undefined) return undefined;
  if (version !== "1") {
    throw new DeviceError("protocol", `the token speaks version ${version} of the shell, not 1`, {
      hint: "update oathbed",
    });
  }
  const words = new Map(rest.split(" ").map(pair));
  const step = span(words, "step");
  const time = span(words, "time");
  return {
    profile: word(words, "profile"),
    firmware: word(words, "firmware"),
    credentials: wholeNumber(word(words, "credentials")),
    algorithms: word(words, "algorithms").split(",").map(hashAlgorithmOf),
    digits: word(words, "digits").split(",").map(wholeNumber),
    stepSeconds: step,
    secretBytes: span(words, "secret"),
    timeRange: { fromSeconds: time.low, toSeconds: time.high },
    button: word(words, "button") === "yes",
  };
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function word(words: ReadonlyMap<string, string>, name: string): string {
  const value = words.get(name);
  if (value === undefined || value === "") throw notAnAnswer(`a version that tells ${name}`);
  return value;
}

function span(words: ReadonlyMap<string, string>, name: string): { low: number; high: number } {
  const [low = "", high = "", ...more] = word(words, name).split("-");
  if (more.length > 0) throw notAnAnswer(`a version that tells ${name}`);
  return { low: wholeNumber(low), high: wholeNumber(high) };
}

function wholeNumber(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw notAnAnswer("a version with whole numbers");
  return Number(text);
}
