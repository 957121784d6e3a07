// What both versions of the binary form share.

import {
  assertParameters,
  HASH_ALGORITHMS,
  type HashAlgorithm,
  type OathParameters,
} from "../core/oath/parameters.ts";
import type { TokenState } from "./record.ts";

/** States in the order of their numbers. */
export const STATES: readonly TokenState[] = ["created", "enabled", "deactivated", "deleted"];

/** Bytes that are no record of a known version. */
export class RecordFormatError extends Error {
  override readonly name = "RecordFormatError";
}

/**
 * Parameters: kind, algorithm and digits from byte 2 on, stepSeconds and t0 from `at` on.
 *
 * @throws {RecordFormatError} when they are out of range
 */
export function decodeParameters(view: DataView, at: number): OathParameters {
  const kind = view.getUint8(2);
  const algorithm: HashAlgorithm = element(HASH_ALGORITHMS, view.getUint8(3), "algorithm");
  const digits = view.getUint8(4);
  if (kind > 1) throw new RecordFormatError(`unknown kind ${kind}`);
  const parameters: OathParameters =
    kind === 1
      ? { kind: "hotp", algorithm, digits }
      : {
          kind: "totp",
          algorithm,
          digits,
          stepSeconds: view.getUint32(at),
          t0: Number(view.getBigInt64(at + 4)),
        };
  try {
    assertParameters(parameters);
  } catch (cause) {
    throw new RecordFormatError("parameters out of range", { cause });
  }
  return parameters;
}

/** @throws {RecordFormatError} when the list has no such element */
export function element<T>(list: readonly T[], index: number, field: string): T {
  const value = list[index];
  if (value === undefined) throw new RecordFormatError(`unknown ${field} ${index}`);
  return value;
}

/** A double. @throws {RecordFormatError} when it is infinite or no number */
export function finite(view: DataView, at: number, field: string): number {
  const value = view.getFloat64(at);
  if (!Number.isFinite(value)) throw new RecordFormatError(`${field} is no finite number`);
  return value;
}
