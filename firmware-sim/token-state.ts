// What a smart token keeps without power, as JSON for a state file. It holds secrets: files of it
// are for their owner only (mode 0600), and it never goes into a log or report.

import type { NonVolatileMemory } from "./memory.ts";

/** Version of the form below. */
export const TOKEN_STATE_VERSION = 1;

/** The state of a smart token. */
export interface TokenState {
  readonly kind: "oathbed-token-state";
  readonly version: number;
  /** Name of the profile it belongs to. */
  readonly profile: string;
  readonly serial: number;
  /** Records of non-volatile memory by slot number, base64. Empty slots are left out. */
  readonly records: Readonly<Record<string, string>>;
}

/** Longest record read, bytes. */
const MAX_RECORD_BYTES = 4096;

/** The state of a memory. */
export function stateOf(profile: string, serial: number, memory: NonVolatileMemory): TokenState {
  const records: Record<string, string> = {};
  for (let slot = 0; slot < memory.slots; slot++) {
    const record = memory.read(slot);
    if (record !== undefined) records[slot] = Buffer.from(record).toString("base64");
  }
  return { kind: "oathbed-token-state", version: TOKEN_STATE_VERSION, profile, serial, records };
}

/**
 * Writes a state into a memory; slots it does not name are erased.
 *
 * @throws {RangeError} when a record has a slot number or text that cannot be
 */
export function writeState(state: TokenState, memory: NonVolatileMemory): void {
  const records = new Map<number, Uint8Array>();
  for (const [key, text] of Object.entries(state.records)) {
    const slot = Number(key);
    const record = new Uint8Array(Buffer.from(text, "base64"));
    const isSlot = Number.isInteger(slot) && slot >= 0 && slot < memory.slots;
    if (!isSlot || record.length < 1 || record.length > MAX_RECORD_BYTES) {
      throw new RangeError(`records: slot "${key}" is none of this token's, or holds no record`);
    }
    records.set(slot, record);
  }
  for (let slot = 0; slot < memory.slots; slot++) {
    const record = records.get(slot);
    if (record !== undefined) memory.write(slot, record);
    else if (memory.read(slot) !== undefined) memory.erase(slot);
  }
}

/** @throws {RangeError} when it is the state of another profile */
export function assertStateOf(state: TokenState, profile: string): void {
  if (state.profile === profile) return;
  throw wrong("profile", `is ${JSON.stringify(state.profile)}; this token is a "${profile}"`);
}

/**
 * Reads parsed JSON as a state.
 *
 * @throws {RangeError} naming the field that is wrong, never its content
 */
export function parseTokenState(value: unknown): TokenState {
  if (typeof value !== "object" || value === null) throw wrong("the state", "must be an object");
  const state: Partial<Record<keyof TokenState, unknown>> = value;
  const { kind, version, profile, serial, records } = state;
  if (kind !== "oathbed-token-state") throw wrong("kind", 'must be "oathbed-token-state"');
  if (version !== TOKEN_STATE_VERSION) {
    throw wrong("version", `must be ${TOKEN_STATE_VERSION}; use the release that wrote the file`);
  }
  if (typeof profile !== "string") throw wrong("profile", "must be the name of a token profile");
  if (typeof serial !== "number" || !Number.isInteger(serial) || serial < 1) {
    throw wrong("serial", "must be a whole number above 0");
  }
  if (typeof records !== "object" || records === null) throw wrong("records", "must be an object");
  const entries = Object.entries(records);
  if (entries.some(([, text]) => typeof text !== "string")) {
    throw wrong("records", "must hold base64 texts");
  }
  return { kind, version, profile, serial, records: Object.fromEntries(entries) };
}

function wrong(field: string, problem: string): RangeError {
  return new RangeError(`token state: ${field} ${problem}`);
}
