// The values of a PSKC key's Data, in clear or encrypted (RFC 6030 section 4.2).

import { isCode } from "../../../core/oath/codes.ts";
import { MAX_MOVING_FACTOR, MAX_SECRET_BYTES } from "../../../core/oath/parameters.ts";
import { wipe } from "../../../core/oath/secret.ts";
import { Fault } from "../problems.ts";
import type { XmlElement } from "../xml.ts";
import { base64In, childOf, neededChild, wholeIn } from "./elements.ts";
import { openValue, type PskcKeys } from "./keys.ts";

/** The secret: base64 in clear, or encrypted. @throws {Fault} */
export function readSecret(data: XmlElement, keys: PskcKeys | null): Uint8Array {
  const holder = neededChild(data, "Secret", "give the key's secret");
  const plain = childOf(holder, "PlainValue");
  const secret = plain === null ? openValue(holder, "Secret", keys) : base64In(plain, "Secret");
  if (secret.length <= MAX_SECRET_BYTES) return secret;
  wipe(secret);
  throw new Fault(holder.offset, "Secret", `longer than ${MAX_SECRET_BYTES} bytes`);
}

/** The next counter of an HOTP key. @throws {Fault} also when it is missing */
export function readCounter(data: XmlElement, keys: PskcKeys | null): bigint {
  const holder = neededChild(data, "Counter", "HOTP needs the next counter, 0 for a new token");
  return readNumber(holder, "Counter", keys, 0n, MAX_MOVING_FACTOR);
}

/** A whole number of Data, or `fallback` when it is not given. @throws {Fault} */
export function readInteger(
  data: XmlElement,
  local: string,
  keys: PskcKeys | null,
  fallback: number,
  low: number,
  high: number,
): number {
  const holder = childOf(data, local);
  if (holder === null) return fallback;
  return Number(readNumber(holder, local, keys, BigInt(low), BigInt(high)));
}

function readNumber(
  holder: XmlElement,
  field: string,
  keys: PskcKeys | null,
  low: bigint,
  high: bigint,
): bigint {
  const plain = childOf(holder, "PlainValue");
  if (plain !== null) return wholeIn(plain, field, plain.text, low, high);
  const bytes = openValue(holder, field, keys);
  return wholeIn(holder, field, numberText(bytes), low, high);
}

/** Some producers encrypt decimal text, some eight (or four) big-endian bytes. */
function numberText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("latin1");
  const digits = text.startsWith("-") ? text.slice(1) : text;
  if (digits !== "" && isCode(digits, digits.length)) return text;
  if (bytes.length !== 4 && bytes.length !== 8) return "";
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`).toString();
}
