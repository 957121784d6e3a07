// What went between host and token, newest entries kept. Entries are redacted where they are made:
// by the decoder that knows which field is a secret.

import type { WireEntry, WireLog } from "./driver.ts";

/** Entries kept; older ones are dropped and counted. */
const MAX_ENTRIES = 2000;
/** Longest line kept, characters. */
const MAX_TEXT = 1000;

/** A bounded log of a subject. */
export class BoundedWireLog {
  readonly #startUs: number;
  readonly #nowUs: () => number;
  #entries: WireEntry[] = [];
  #dropped = 0;

  /** @param nowUs host time, microseconds; entries count from its first reading */
  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
    this.#startUs = nowUs();
  }

  /** The function that drivers write with. */
  readonly write: WireLog = (entry) => {
    const text = entry.text.length > MAX_TEXT ? `${entry.text.slice(0, MAX_TEXT)}…` : entry.text;
    this.#entries.push({ ...entry, text, atUs: this.#nowUs() - this.#startUs });
    if (this.#entries.length < MAX_ENTRIES * 2) return;
    this.#dropped += MAX_ENTRIES;
    this.#entries = this.#entries.slice(-MAX_ENTRIES);
  };

  /** Oldest first. A first line says how many were dropped. */
  get entries(): readonly WireEntry[] {
    const kept = this.#entries.slice(-MAX_ENTRIES);
    const dropped = this.#dropped + this.#entries.length - kept.length;
    if (dropped === 0) return kept;
    const text = `${dropped} earlier entries were dropped`;
    return [{ atUs: kept[0]?.atUs ?? 0, direction: "event", text }, ...kept];
  }

  /** Forgets everything, for a subject that is used again. */
  clear(): void {
    this.#entries = [];
    this.#dropped = 0;
  }
}
