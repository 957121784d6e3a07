// Waiting for what other processes do in their own time.

import { setTimeout as pause } from "node:timers/promises";
import { patience } from "./patience.ts";

const TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 20;

/** Waits until `holds` is true. @throws {Error} naming what did not come within 10 s */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = performance.now() + patience(TIMEOUT_MS);
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`there never was ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}
