// Finding elements of a PSKC tree and reading their values; what is wrong is a Fault with its
// place.

import { parseUnsigned } from "../../../core/oath/codes.ts";
import { Fault } from "../problems.ts";
import { ownBytes } from "../source.ts";
import { isTransferName, MAX_TRANSFER_NAME } from "../token.ts";
import type { XmlElement } from "../xml.ts";
import { PSKC_NS } from "./names.ts";

/** All children of this name. */
export function childrenOf(
  parent: XmlElement,
  local: string,
  uri: string = PSKC_NS,
): readonly XmlElement[] {
  return parent.children.filter((child) => child.local === local && child.uri === uri);
}

/** The child of this name, or null. @throws {Fault} when there are two */
export function childOf(
  parent: XmlElement,
  local: string,
  uri: string = PSKC_NS,
): XmlElement | null {
  const [first, second] = childrenOf(parent, local, uri);
  if (second !== undefined) throw new Fault(second.offset, local, "given twice; give it once");
  return first ?? null;
}

/** The child of this name. @throws {Fault} with `remedy` when there is none */
export function neededChild(
  parent: XmlElement,
  local: string,
  remedy: string,
  uri: string = PSKC_NS,
): XmlElement {
  const child = childOf(parent, local, uri);
  if (child === null) throw new Fault(parent.offset, local, `missing; ${remedy}`);
  return child;
}

/** The text of the child of this name, as a name; null when it is missing or empty. */
export function nameIn(parent: XmlElement | null, local: string): string | null {
  const child = parent === null ? null : childOf(parent, local);
  const text = child?.text.trim() ?? "";
  if (child === null || text === "") return null;
  if (isTransferName(text)) return text;
  const form = `at most ${MAX_TRANSFER_NAME} characters without control characters`;
  throw new Fault(child.offset, local, `must be ${form}`);
}

/** A whole number in a text, `low` to `high`. @throws {Fault} at `element`, naming the field */
export function wholeIn(
  element: XmlElement,
  field: string,
  text: string,
  low: bigint,
  high: bigint,
): bigint {
  const plain = text.trim();
  const negative = low < 0n && plain.startsWith("-");
  const number = parseUnsigned(negative ? plain.slice(1) : plain);
  const value = number.kind === "number" ? (negative ? -number.value : number.value) : null;
  if (value === null || value < low || value > high) {
    throw new Fault(element.offset, field, `must be a whole number from ${low} to ${high}`);
  }
  return value;
}

/** Base64 of RFC 4648 §4, white space anywhere; padding is needed. Shows nothing of the text. */
export function base64In(element: XmlElement, field: string): Uint8Array {
  const text = element.text.replace(/[ \t\r\n]+/g, "");
  if (text === "") throw new Fault(element.offset, field, "empty; it must be base64");
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    throw new Fault(element.offset, field, "is no base64, or its end is missing");
  }
  return ownBytes(Buffer.from(text, "base64"));
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/** An xs:dateTime as microseconds since the Unix epoch; without a zone it is UTC. Null: missing. */
export function dateIn(parent: XmlElement | null, local: string): number | null {
  const child = parent === null ? null : childOf(parent, local);
  if (child === null) return null;
  const text = child.text.trim();
  const match = DATE.exec(text);
  const ms = match === null ? Number.NaN : Date.parse(match[7] === undefined ? `${text}Z` : text);
  if (Number.isNaN(ms)) {
    throw new Fault(child.offset, local, "must be a date and time such as 2030-01-31T00:00:00Z");
  }
  return ms * 1000;
}
