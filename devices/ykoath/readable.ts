// Answers of a card that must be readable, and names as text.

import type { Malformed } from "../../core/wire/bytes.ts";
import { DeviceError } from "../errors.ts";

/** What was read. @throws {DeviceError} protocol, for what cannot be */
export function readable<T extends { readonly kind: string }>(
  result: T | Malformed,
): Exclude<T, Malformed> {
  if (result.kind !== "malformed") return result as Exclude<T, Malformed>;
  const { problem } = result as Malformed;
  throw new DeviceError("protocol", `the token's answer cannot be read: ${problem}`);
}

/** Bytes of a name. */
export function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "utf8"));
}

/** A name of bytes. */
export function textOf(name: Uint8Array): string {
  return Buffer.from(name).toString("utf8");
}
