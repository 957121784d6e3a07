// One process at a time keeps a token in a state file: two would each write over what the other
// has kept. `FILE.lock` holds the process number; that of a process that is gone counts no more.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { DeviceError } from "../../devices/errors.ts";

/** Longest process number read, characters. */
const MAX_CHARACTERS = 20;
/** How often a lock that was left behind is taken away: others may be quicker. */
const TRIES = 3;

/**
 * Takes the lock of a state file. Returns how to give it back; that is safe to call twice.
 *
 * @throws {DeviceError} no-access when another process has it, or the folder takes no file
 */
export function lockStateFile(path: string): () => void {
  const lock = `${path}.lock`;
  for (let left = TRIES; left > 0; left--) {
    if (take(lock)) return once(() => rmSync(lock, { force: true }));
    const holder = holderOf(lock);
    if (holder !== undefined && isAlive(holder)) throw inUse(path, lock, holder);
    rmSync(lock, { force: true });
  }
  throw inUse(path, lock, undefined);
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, `${process.pid}\n`, { flag: "wx", mode: 0o600 });
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    throw new DeviceError("no-access", `--state: ${lock} cannot be written (${code})`, {
      cause,
      hint: "check its folder's permissions and room, or name another file",
    });
  }
}

/** The process in a lock; undefined when there is none in it, or it was just given back. */
function holderOf(lock: string): number | undefined {
  try {
    const text = readFileSync(lock, "utf8").slice(0, MAX_CHARACTERS);
    return /^[1-9]\d*\n$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is one.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function inUse(path: string, lock: string, holder: number | undefined): DeviceError {
  const who = holder === undefined ? "another process" : `process ${holder}`;
  return new DeviceError("no-access", `--state ${path} is kept by ${who} already`, {
    hint: `end that one, or name another file; if it is no token run, remove ${lock}`,
  });
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}
