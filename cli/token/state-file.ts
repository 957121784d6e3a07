// The file that keeps a token between two runs: what its non-volatile memory holds, secrets
// included, and how far its clock has walked. For its owner alone, and replaced whole.

import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { JsonTextError, parseJson } from "../../core/wire/json-text.ts";
import { DeviceError } from "../../devices/errors.ts";
import { parseTokenState, type TokenState } from "../../firmware-sim/token-state.ts";
import { UsageError } from "../usage-error.ts";

/** Longest file, bytes: 128 records of 4 KiB in base64, and room. */
const MAX_BYTES = 1_048_576;

/** What the file holds. */
export interface KeptToken {
  readonly state: TokenState;
  /** Token time minus true time, microseconds; absent: the token has no clock. */
  readonly clockOffsetUs?: number;
}

/**
 * Reads a state file; undefined when there is none yet.
 *
 * @param profile the model it must be of
 * @throws {UsageError} when it is another file, or another model's; it is left as it is
 */
export async function readStateFile(path: string, profile: string): Promise<KeptToken | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    const value = parseJson(text);
    const state = parseTokenState(value);
    if (state.profile !== profile) {
      throw new RangeError(`it is of a ${state.profile}; this token is a ${profile}`);
    }
    const { clockOffsetUs } = value as { readonly clockOffsetUs?: unknown };
    return Number.isFinite(clockOffsetUs)
      ? { state, clockOffsetUs: Number(clockOffsetUs) }
      : { state };
  } catch (error) {
    if (error instanceof JsonTextError) throw unusable(path, `it is ${error.message}`);
    throw unusable(path, error instanceof RangeError ? error.message : "it is no state of a token");
  }
}

/** Replaces the file, whole or not at all. @throws {DeviceError} no-access */
export function writeStateFile(path: string, { state, clockOffsetUs }: KeptToken): void {
  const text = `${JSON.stringify({ ...state, clockOffsetUs }, null, 1)}\n`;
  const fresh = `${path}.${randomBytes(6).toString("hex")}.new`;
  try {
    writeWhole(fresh, text);
    renameSync(fresh, path);
  } catch (cause) {
    rmSync(fresh, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    const hint = "check its folder's permissions and room, or name another file";
    throw new DeviceError("no-access", `--state ${path} cannot be written (${code})`, {
      cause,
      hint,
    });
  }
}

/** Ends when the disk has it. */
function writeWhole(path: string, text: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path, "r");
    const facts = await file.stat();
    if (!facts.isFile()) throw unusable(path, "it is no regular file");
    if (facts.size > MAX_BYTES) throw unusable(path, `it is longer than ${MAX_BYTES} bytes`);
    return await file.readFile("utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The error for a file that is not what it should be. @param problem one sentence, no content */
export function unusable(path: string, problem: string): UsageError {
  return new UsageError(
    `--state ${path} is no state of this token: ${problem}`,
    "the file is left as it is; name another one, and it is made",
  );
}
