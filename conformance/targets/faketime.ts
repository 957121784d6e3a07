// A clock of its own for a program: libfaketime, preloaded.

import { existsSync } from "node:fs";
import { TargetCannot } from "../target.ts";

/** Where Debian has it, by machine. */
const PLACES: readonly string[] = ["x86_64", "aarch64"].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`,
);
/** Last moment that C programs of the day tell without a mistake of the library's own: 2100. */
const LAST_US = 4_102_444_800e6;

/**
 * The environment in which it is `atUs` and stays so.
 *
 * @throws {TargetCannot} when libfaketime is not installed, or cannot show that time
 */
export function frozenAt(atUs: number): Readonly<Record<string, string>> {
  return { LD_PRELOAD: libraryPath(), FAKETIME: stamp(atUs), FAKETIME_DONT_FAKE_MONOTONIC: "1" };
}

/** The path of libfaketime. @throws {TargetCannot} when it is not installed */
export function libraryPath(): string {
  const path = PLACES.find((place) => existsSync(place));
  if (path !== undefined) return path;
  throw new TargetCannot("libfaketime is not installed: apt install libfaketime");
}

/** A time as libfaketime reads it, UTC. @throws {TargetCannot} outside 1970 to 2100 */
export function stamp(atUs: number): string {
  if (atUs < 0 || atUs >= LAST_US) throw new TargetCannot("faketime shows times from 1970 to 2100");
  const at = new Date(Math.floor(atUs / 1e6) * 1000);
  return at.toISOString().slice(0, 19).replace("T", " ");
}
