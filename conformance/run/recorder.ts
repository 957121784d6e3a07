// What a case says while it runs, kept for its result.

import type { Check, CheckContext } from "../checks.ts";
import type { OffsetPoint } from "../report.ts";
import { isSameValue, oneLine, printValue } from "./printing.ts";
import { Redactor } from "./redactor.ts";

/** Checks kept of a case; those that hold beyond it are counted only. */
const MAX_CHECKS = 400;
const MAX_NOTES = 50;
/** Points of a plot: more would lie on each other. */
const MAX_OFFSETS = 1000;
const MAX_NOTE_CHARACTERS = 2000;

/** Thrown by `skip`: ends the case, the requirement does not apply. */
export class CaseSkipped extends Error {
  override readonly name = "CaseSkipped";
}

/** Ends a case that cannot go on after a check that failed; the check says it all. */
export class CaseStopped extends Error {
  override readonly name = "CaseStopped";
}

/** The checks and notes of one case. After its signal has aborted, the case cannot go on. */
export class CaseRecorder implements CheckContext {
  readonly signal: AbortSignal;
  readonly redactor: Redactor = new Redactor();
  readonly checks: Check[] = [];
  readonly notes: string[] = [];
  /** Where the token's clock stood, in order. */
  readonly offsets: OffsetPoint[] = [];
  #made = 0;
  #failed = 0;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** How many checks were made, kept or not. */
  get made(): number {
    return this.#made;
  }

  /** How many of them failed. */
  get failed(): number {
    return this.#failed;
  }

  equal(what: string, actual: unknown, expected: unknown): void {
    const ok = isSameValue(actual, expected);
    let actualText = printValue(actual, this.redactor);
    let expectedText = printValue(expected, this.redactor);
    if (!ok && actualText === expectedText) {
      actualText += ` (${kindOf(actual)})`;
      expectedText += ` (${kindOf(expected)})`;
    }
    this.#record({ what, expected: expectedText, actual: actualText, ok });
  }

  holds(what: string, ok: boolean, actual?: unknown): void {
    const text = actual === undefined ? (ok ? "it holds" : "it does not hold") : undefined;
    const printed = text ?? printValue(actual, this.redactor);
    this.#record({ what, expected: "it holds", actual: printed, ok });
  }

  /** Records a comparison of texts made elsewhere. */
  compare(what: string, actual: string, expected: string, ok: boolean): void {
    this.#record({ what, expected, actual, ok });
  }

  skip(reason: string): never {
    this.signal.throwIfAborted();
    throw new CaseSkipped(reason);
  }

  note(text: string): void {
    this.signal.throwIfAborted();
    if (this.notes.length >= MAX_NOTES) return;
    const line = oneLine(this.redactor.clean(text));
    this.notes.push(line.slice(0, MAX_NOTE_CHARACTERS));
    if (this.notes.length === MAX_NOTES) this.notes.push("… further notes are left out");
  }

  mark(point: OffsetPoint): void {
    this.signal.throwIfAborted();
    if (this.offsets.length < MAX_OFFSETS) this.offsets.push(point);
  }

  /** How many checks were made but not kept. */
  get left(): number {
    return this.#made - this.checks.length;
  }

  #record(check: Check): void {
    this.signal.throwIfAborted();
    this.#made++;
    if (!check.ok) this.#failed++;
    const room = check.ok ? MAX_CHECKS : 2 * MAX_CHECKS;
    if (this.checks.length >= room) return;
    const clean = (text: string): string => oneLine(this.redactor.clean(text));
    const { what, expected, actual, ok } = check;
    this.checks.push({ what: clean(what), expected: clean(expected), actual: clean(actual), ok });
  }
}

function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return typeof value;
  return value.constructor?.name ?? "object";
}
