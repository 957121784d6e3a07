// The body of a request as flat parameters: `a=1&Tags.member.1.Key=x`, percent-encoded, a space as
// `+` or `%20`.

import { invalid } from "./fault.ts";

/** Most parameters: 50 tags of two and the longest action's. */
const MAX_PARAMETERS = 500;
const MAX_MEMBERS = 1000;

/** @see parseParameters */
export type Parameters = ReadonlyMap<string, string>;

/** @throws {IamFault} ValidationError when it is not form-encoded, or a name comes twice */
export function parseParameters(body: Uint8Array): Parameters {
  const found = new Map<string, string>();
  const text = utf8(body);
  if (text === "") return found;
  const parts = text.split("&", MAX_PARAMETERS + 1);
  if (parts.length > MAX_PARAMETERS) throw invalid(`More than ${MAX_PARAMETERS} parameters`);
  for (const part of parts) {
    if (part === "") continue;
    const at = part.indexOf("=");
    const name = decode(at < 0 ? part : part.slice(0, at));
    if (found.has(name)) throw invalid(`Parameter ${name.slice(0, 64)} is given twice`);
    found.set(name, at < 0 ? "" : decode(part.slice(at + 1)));
  }
  return found;
}

/**
 * The members of a list, in the order of their numbers: `NAME.member.1`, `NAME.member.1.Key`; the
 * key of an inner map is what follows the number, "" for plain members.
 */
export function membersOf(
  parameters: Parameters,
  name: string,
): readonly ReadonlyMap<string, string>[] {
  const members = new Map<number, Map<string, string>>();
  const prefix = `${name}.member.`;
  for (const [key, value] of parameters) {
    if (!key.startsWith(prefix)) continue;
    const match = /^([1-9]\d{0,3})(?:\.(\w+))?$/.exec(key.slice(prefix.length));
    if (match === null || Number(match[1]) > MAX_MEMBERS) {
      throw invalid(`${key.slice(0, 64)} is no member of ${name}`);
    }
    const at = Number(match[1]);
    const member = members.get(at) ?? new Map<string, string>();
    members.set(at, member.set(match[2] ?? "", value));
  }
  return [...members].toSorted(([a], [b]) => a - b).map(([, member]) => member);
}

function utf8(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw invalid("The body is not UTF-8");
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalid("The body is not form-encoded: a % without two hexadecimal digits of UTF-8");
  }
}
