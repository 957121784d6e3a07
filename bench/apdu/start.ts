// How long `oathbed token run` takes from the start of its process to its ready line, as a script
// that waits for it sees it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";

/** Longest start, milliseconds. */
const TIMEOUT_MS = 30_000;

/** The launcher of the command that runs now; undefined where something else does: a test. */
export function launcherOf(path: string | undefined = process.argv[1]): string | undefined {
  return path !== undefined && /^oathbed(\.js)?$/.test(basename(path)) ? path : undefined;
}

/** Milliseconds to the ready line of a token on USB/IP. @throws {Error} when there is none */
export async function measureStart(launcher: string): Promise<number> {
  const words = ["token", "run", "--attach", "usbip", "--address", "127.0.0.1:0"];
  const startedMs = performance.now();
  const child = spawn(process.execPath, [launcher, ...words], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "close");
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const [first] = await Promise.race([once(child.stdout, "data", { signal }), ended]);
    if (!String(first).startsWith("ready ")) throw new Error(`token run says ${String(first)}`);
    return performance.now() - startedMs;
  } finally {
    child.kill();
    await ended;
  }
}
