// The readings of one token of a lot, as they come: taps wait for the code that anchors them, codes
// that say too little wait for the next one, and what belongs to no step is explained.

import type { TotpParameters } from "../../../core/oath/parameters.ts";
import { totpParameters } from "../../../core/oath/parameters.ts";
import type { SeenCode } from "../../../devices/operator/code-file.ts";
import type { IntakeRecord, LotNoteRecord, LotReadingRecord, WithdrawRecord } from "./log.ts";
import type { Lot, LotToken, ShownCode } from "./lot.ts";
import { readingKey } from "./readings.ts";
import { diagnosisText, middleOffset, offsetText, type Said } from "./words.ts";

/** How people are. */
export interface DeskOptions {
  /** A typed code was shown at most so long before its Enter, seconds. */
  readonly delaySeconds: number;
  /** A tap comes so long after the change it answers, seconds. */
  readonly reaction: { readonly least: number; readonly most: number };
}

/** What the protocol notes measured of people (C5). */
export const DEFAULT_DESK: DeskOptions = {
  delaySeconds: 12,
  reaction: { least: 0.15, most: 0.6 },
};

/** @see TokenReadings */
export interface Taken {
  readonly records: readonly IntakeRecord[];
  readonly said: readonly Said[];
}

/** Enters nearer than this are one: keys bounce and repeat. */
const BOUNCE_SECONDS = 1;
const MOST_TAPS = 20;
/** Codes that wait for another. */
const MOST_WAITING = 4;
/** Codes of no step after which the secret is blamed. */
const ENOUGH = 2;
/** A clock may be a thousandth off its last reading's offset; a jump is more. */
const MOST_RATE = 1e-3;
/** How far apart taps are whole steps, seconds. */
const TAP_SLACK = 1.5;

/** A tap: when the display changed, Unix seconds. */
interface Change {
  readonly notBefore: number;
  readonly notAfter: number;
}

interface Waiting extends ShownCode {
  readonly by: LotReadingRecord["by"];
  /** Changes it anchors, the last one its own step's beginning. */
  readonly changes: readonly Change[];
}

/** @see Taken */
export class TokenReadings {
  readonly #lot: Lot;
  readonly #token: LotToken;
  readonly #parameters: TotpParameters;
  readonly #readings: LotReadingRecord[] = [];
  /** Of the readings: the same one counts once. */
  readonly #keys = new Set<string>();
  #taps: number[] = [];
  #waiting: Waiting[] = [];
  #isBlamed = false;

  constructor(lot: Lot, token: LotToken) {
    this.#lot = lot;
    this.#token = token;
    const { parameters } = token;
    this.#parameters = parameters.kind === "totp" ? parameters : totpParameters();
  }

  get serial(): string {
    return this.#token.serial;
  }

  get digits(): number {
    return this.#parameters.digits;
  }

  /** Readings that count. */
  get count(): number {
    return this.#readings.length;
  }

  /** The token is taken up again: what was wrong with it may be mended. */
  takeUp(): void {
    this.#isBlamed = false;
  }

  /** Takes a reading of an earlier session. */
  remember(record: LotReadingRecord): void {
    this.#readings.push(record);
    this.#keys.add(readingKey(record));
  }

  /** Forgets the last reading. */
  withdraw(): LotReadingRecord | undefined {
    const last = this.#readings.pop();
    if (last !== undefined) this.#keys.delete(readingKey(last));
    return last;
  }

  /** Withdraws the last reading; undefined when there is none. */
  undo(at: number): WithdrawRecord | undefined {
    this.#taps = [];
    this.#waiting = [];
    return this.withdraw() && { kind: "withdraw", serial: this.serial, at };
  }

  /** Whether a code is of a step near now: it is none of another token by chance. */
  shows(code: string, at: number): boolean {
    const shown = { code, notBefore: at, notAfter: at };
    return this.#lot.stepsOf(this.#token, [shown], this.#offset(), true).kind !== "none";
  }

  /** The display has changed, as the operator says by Enter. */
  tap(at: number): Taken {
    const last = this.#taps.at(-1);
    if (last !== undefined && at - last < BOUNCE_SECONDS) return NOTHING;
    this.#taps = [...this.#taps, at].slice(-MOST_TAPS);
    const text = `${this.serial}: change ${this.#taps.length}; type the code that it changed to`;
    return { records: [], said: [{ tone: "plain", text }] };
  }

  /** A code was typed, its Enter at `at`. */
  takeTyped(code: string, at: number, { delaySeconds, reaction }: DeskOptions): Taken {
    const changes = this.#taps.map((tap) => ({
      notBefore: micro(tap - reaction.most),
      notAfter: micro(tap - reaction.least),
    }));
    this.#taps = [];
    const own = changes.at(-1);
    const isLate = own !== undefined && at - own.notBefore >= this.#parameters.stepSeconds;
    const isTapped = own !== undefined && !isLate;
    const taken = this.#take({
      code,
      by: isTapped ? "tap" : "typed",
      notBefore: isTapped ? own.notBefore : micro(at - delaySeconds),
      notAfter: micro(at),
      changes: isTapped ? changes : [],
    });
    if (!isLate) return taken;
    const text = "more than a step since the tap: it does not count; tap again, then type at once";
    return { ...taken, said: [{ tone: "warn", text }, ...taken.said] };
  }

  /** A rig saw a code. */
  takeRig({ code, notBefore, notAfter }: SeenCode): Taken {
    return this.#take({ code, by: "rig", notBefore, notAfter, changes: [] });
  }

  /** No more codes come now: says what is left of those that wait. */
  close(at: number): Taken {
    this.#taps = [];
    if (this.#waiting.length === 0 || this.#isBlamed) return NOTHING;
    const steps = this.#lot.stepsOf(this.#token, this.#waiting, this.#offset());
    if (steps.kind === "none") return this.#blame(at);
    this.#waiting = [];
    const text = `${this.serial}: its code may be of several steps, or of a clock hours off`;
    return {
      records: [{ kind: "note", serial: this.serial, at, what: "wrong-secret", text }],
      said: [{ tone: "warn", text: `${text}; read it once more` }],
    };
  }

  #take(shown: Waiting): Taken {
    if (this.#isBlamed) return this.#takeBlamed(shown);
    this.#waiting = [...this.#waiting, shown].slice(-MOST_WAITING);
    const found = this.#lot.stepsOf(this.#token, this.#waiting, this.#offset());
    switch (found.kind) {
      case "known":
        return this.#known(found.steps);
      case "ambiguous": {
        const text =
          `${this.serial}: this code is of several steps, or of a clock hours off; ` +
          "type the next one as well";
        return { records: [], said: [{ tone: "warn", text }] };
      }
      case "none":
        return this.#unknown(shown);
    }
  }

  /** What was explained is not searched for and said again, line after line of a rig. */
  #takeBlamed(shown: Waiting): Taken {
    const found = this.#lot.stepsOf(this.#token, [shown], this.#offset(), true);
    if (found.kind !== "known") return NOTHING;
    this.#waiting = [shown];
    return this.#known(found.steps);
  }

  #unknown(shown: Waiting): Taken {
    // A mistyped code must not spoil the one that follows it.
    const alone = this.#lot.stepsOf(this.#token, [shown], this.#offset());
    if (this.#waiting.length > 1 && alone.kind === "known") {
      this.#waiting = [shown];
      return this.#known(alone.steps);
    }
    if (this.#waiting.length >= ENOUGH) return this.#blame(shown.notAfter);
    const text =
      `${this.serial}: this code belongs to no step within a day; ` +
      "type the next code, or scan the serial number again";
    return { records: [], said: [{ tone: "warn", text }] };
  }

  #known(steps: readonly number[]): Taken {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isBlamed = false;
    const records: IntakeRecord[] = [];
    const said: Said[] = [];
    for (const [at, shown] of waiting.entries()) {
      for (const reading of this.#readingsOf(shown, steps[at] as number)) {
        if (this.#keys.has(readingKey(reading))) {
          said.push({ tone: "plain", text: `${this.serial}: this reading is there already` });
          continue;
        }
        const jump = this.#jump(reading);
        if (jump !== undefined) {
          records.push(jump);
          said.push({ tone: "bad", text: jump.text });
        }
        records.push(reading);
        said.push({ tone: "good", text: `${this.serial}: ${offsetText(reading)}` });
        this.remember(reading);
      }
    }
    return { records, said };
  }

  #readingsOf(shown: Waiting, step: number): readonly LotReadingRecord[] {
    const { stepSeconds, t0 } = this.#parameters;
    const base = { kind: "reading", serial: this.serial, stepSeconds, t0 } as const;
    const last = shown.changes.at(-1);
    if (last === undefined) {
      const { by, notBefore, notAfter } = shown;
      return [{ ...base, by, notBefore, notAfter, step }];
    }
    return shown.changes.flatMap((change) => {
      const passed = last.notBefore - change.notBefore;
      const steps = Math.round(passed / stepSeconds);
      // An Enter that was no change is none of whole steps.
      if (Math.abs(passed - steps * stepSeconds) > TAP_SLACK) return [];
      return [{ ...base, by: "tap", ...change, step: step - steps } as const];
    });
  }

  /** Where the clock was at its last reading, seconds; undefined before one. */
  #offset(): number | undefined {
    const last = this.#readings.at(-1);
    return last && middleOffset(last);
  }

  #jump(reading: LotReadingRecord): LotNoteRecord | undefined {
    const last = this.#readings.at(-1);
    if (last === undefined) return undefined;
    const moved = middleOffset(reading) - middleOffset(last);
    const apart = Math.abs(reading.notAfter - last.notAfter);
    const slack = 2 * reading.stepSeconds + (reading.notAfter - reading.notBefore);
    if (Math.abs(moved) <= slack + apart * MOST_RATE) return undefined;
    const text =
      `${this.serial}: its clock is ${moved.toFixed(0)} s from where its last reading left it; ` +
      "is it the same token?";
    return { kind: "note", serial: this.serial, at: reading.notAfter, what: "jump", text };
  }

  #blame(at: number): Taken {
    const diagnosis = this.#lot.diagnose(this.#token, this.#waiting);
    this.#waiting = [];
    this.#isBlamed = true;
    const text = `${this.serial}: ${diagnosisText(diagnosis, this.#parameters)}`;
    const other = diagnosis.kind === "swapped" ? { other: diagnosis.other } : {};
    const what = diagnosis.kind;
    return {
      records: [{ kind: "note", serial: this.serial, at, what, text, ...other }],
      said: [{ tone: "bad", text }],
    };
  }
}

const NOTHING: Taken = { records: [], said: [] };

function micro(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
