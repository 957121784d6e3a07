// How values appear in reports: readable, the same on every machine, bounded, never a secret.

import { isDeepStrictEqual } from "node:util";
import type { Redactor } from "./redactor.ts";

const MAX_STRING_CHARACTERS = 200;
const MAX_BYTES = 64;
const MAX_ENTRIES = 32;
const MAX_DEPTH = 4;
const MAX_PRINTED_CHARACTERS = 2000;

/**
 * One line for any value: strings quoted with control characters escaped, bytes in hex with their
 * length, keys in alphabetical order, long ones cut with their length. A property named `secret`
 * and bytes the redactor knows show as length and fingerprint.
 */
export function printValue(value: unknown, redactor?: Redactor): string {
  const text = print(value, 0, redactor);
  return cut(redactor?.clean(text) ?? text, MAX_PRINTED_CHARACTERS);
}

/** An error in one line: its name, its code if it has one, its message and that of its cause. */
export function printError(error: unknown, redactor?: Redactor): string {
  const text = oneLine(errorText(error));
  return cut(redactor?.clean(text) ?? text, MAX_PRINTED_CHARACTERS);
}

/** Whether two values are the same: deep and strict; byte arrays of any class by their bytes. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return isDeepStrictEqual(a, b);
}

/** `text` in one line of printable characters; the others as \xNN or \u{N}. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const point = character.codePointAt(0) ?? 0;
    switch (character) {
      case "\n":
        return "\\n";
      case "\r":
        return "\\r";
      case "\t":
        return "\\t";
      default:
        return point < 0x100
          ? `\\x${point.toString(16).padStart(2, "0")}`
          : `\\u{${point.toString(16)}}`;
    }
  });
}

function print(value: unknown, depth: number, redactor: Redactor | undefined): string {
  switch (typeof value) {
    case "string":
      return printString(value);
    case "bigint":
    case "number":
    case "boolean":
    case "undefined":
      return Object.is(value, -0) ? "-0" : String(value);
    case "symbol":
    case "function":
      return `[${typeof value}]`;
    case "object":
      return value === null ? "null" : printObject(value, depth, redactor);
  }
}

function printString(text: string): string {
  const shown = oneLine(cut(text, MAX_STRING_CHARACTERS).replace(/["\\]/g, "\\$&"));
  const length = text.length > MAX_STRING_CHARACTERS ? ` (${text.length} characters)` : "";
  return `"${shown}"${length}`;
}

function printObject(value: object, depth: number, redactor: Redactor | undefined): string {
  if (value instanceof Uint8Array) return printBytes(value, redactor);
  if (value instanceof Error) return oneLine(errorText(value));
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? "[no date]" : value.toISOString();
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? "[…]" : "{…}";
  const inner = (item: unknown): string => print(item, depth + 1, redactor);
  if (Array.isArray(value)) return list("[", value.map(inner), "]");
  if (value instanceof Set) return list("Set {", [...value].map(inner), "}");
  if (value instanceof Map) {
    return list(
      "Map {",
      [...value].map(([key, item]) => `${inner(key)}: ${inner(item)}`),
      "}",
    );
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const properties = entries.map(([key, item]) => {
    const isSecret = key === "secret" && item instanceof Uint8Array;
    return `${oneLine(key)}: ${isSecret ? `[secret: ${item.length} bytes]` : inner(item)}`;
  });
  return list("{", properties, "}");
}

function printBytes(bytes: Uint8Array, redactor: Redactor | undefined): string {
  const secret = redactor?.describe(bytes);
  if (secret !== undefined) return secret;
  if (bytes.length === 0) return "no bytes";
  const shown = Buffer.from(bytes.subarray(0, MAX_BYTES)).toString("hex");
  const more = bytes.length > MAX_BYTES ? "…" : "";
  return `${shown}${more} (${bytes.length} ${bytes.length === 1 ? "byte" : "bytes"})`;
}

function list(open: string, items: readonly string[], close: string): string {
  if (items.length === 0) return `${open}${close}`;
  const shown = items.slice(0, MAX_ENTRIES);
  if (items.length > MAX_ENTRIES) shown.push(`… ${items.length - MAX_ENTRIES} more`);
  const space = open.endsWith("{") ? " " : "";
  return `${open}${space}${shown.join(", ")}${space}${close}`;
}

function errorText(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${print(error, 1, undefined)}`;
  const code = "code" in error && typeof error.code === "string" ? ` ${error.code}` : "";
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.name}${code}: ${error.message}${cause}`;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
