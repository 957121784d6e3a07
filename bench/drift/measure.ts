// Measures a token's clock through any device that reads codes: plans reads so that few tell much
// (core/drift/edge-hunt.ts), writes each to the log before it is thought about, follows jumps, and
// waits for a token that was unplugged. With a rig time is simulated and an hour passes at once.

import { readingConstraint } from "../../core/drift/constraints.ts";
import { EdgeHunt } from "../../core/drift/edge-hunt.ts";
import type { EdgeHuntOptions, HuntEnd, HuntGoal } from "../../core/drift/hunt-options.ts";
import { type SegmentEvent, SegmentedClocks } from "../../core/drift/segments.ts";
import { leastStray } from "../../core/drift/stray.ts";
import type { TotpParameters } from "../../core/oath/parameters.ts";
import { SECOND_US, wait } from "../../core/time/clock.ts";
import type { Device } from "../../devices/device.ts";
import { DeviceError } from "../../devices/errors.ts";
import type { Subject } from "../../devices/subject.ts";
import { bootMonotonicUs } from "./host-clock.ts";
import type { DriftRecord, NoteRecord, ReadingRecord, StartRecord } from "./log.ts";
import { type HostReading, hostReadings } from "./readings.ts";
import { explainCode, SEARCHES, StepFinder } from "./step-finder.ts";

/** @see measureDrift */
export interface MeasureOptions {
  readonly subject: Subject;
  readonly credential?: string;
  readonly secret: Uint8Array;
  readonly parameters: TotpParameters;
  /** The session as it goes to the log; its times are taken when the measurement begins. */
  readonly start: StartRecord;
  /** Records of earlier sessions of the same log. */
  readonly earlier: readonly DriftRecord[];
  /** When the far end is turned to, seconds since the first session began. */
  readonly spanSeconds: number;
  /** No read is made after this; a session that goes on later still has its far end. */
  readonly deadlineSeconds?: number;
  readonly targetSeconds: number;
  /** Whether the target grows to what round trips allow; default false. */
  readonly mayWidenTarget?: boolean;
  readonly maxReads: number;
  /** Two reads guard an edge every so many seconds; 0: none. */
  readonly watchSeconds: number;
  readonly priorPpm: number;
  readonly straySeconds: number;
  readonly signal: AbortSignal;
  /** Called with each record as soon as there is one, before anything else happens. */
  readonly append: (record: DriftRecord) => void | Promise<void>;
  readonly onProgress?: (progress: MeasureProgress) => void;
}

/** Where a measurement is. */
export interface MeasureProgress {
  readonly reads: number;
  /** Of the span, seconds. */
  readonly passedSeconds: number;
  /** Half of the rate's interval, ppm. */
  readonly ratePpm: number;
  /** Width of the offset's interval, seconds. */
  readonly offsetWidthSeconds: number;
  /** When the next read is made, seconds from now; and why. */
  readonly nextInSeconds: number;
  readonly goal: HuntGoal | "confirm" | "reconnect";
}

/** Why a measurement ended. */
export type MeasureEnd = HuntEnd | "unplugged" | "stuck";

/** A second look at a reading that fits nothing comes after this share of a step. */
const CONFIRM_SHARE = 0.37;
const RETRY_SECONDS = 5;
const MOST_UNKNOWN = 3;
const MOST_UNREADABLE = 5;
/** One code for so many steps: the clock stands still. */
const STUCK_STEPS = 2;
const REFUSED_AFTER_STUCK = 5;

/**
 * Reads until the rate is known to the target, or the reads are used.
 *
 * @throws {DeviceError} when codes belong to no step (a wrong secret), or the token cannot be read
 * @throws the signal's reason
 */
export async function measureDrift(options: MeasureOptions): Promise<MeasureEnd> {
  using finder = new StepFinder(options.secret, options.parameters);
  const measurement = new Measurement(options, finder);
  await options.append(measurement.start);
  let why = "interrupted";
  try {
    const end = await measurement.run();
    why = end;
    return end;
  } catch (error) {
    if (!options.signal.aborted) why = "failed";
    throw error;
  } finally {
    await options.append({ kind: "end", atUs: measurement.nowUs, why });
  }
}

class Measurement {
  /** The session, with its times. */
  readonly start: StartRecord;
  readonly #options: MeasureOptions;
  readonly #finder: StepFinder;
  readonly #originUs: number;
  readonly #wallLessMonotonicUs: number;
  /** Seconds from the first session's start to this one's. */
  readonly #shift: number;
  readonly #deadline: number;
  readonly #segments: SegmentedClocks;
  /** Readings of the segment that lasts, and those that wait; in seconds since the first start. */
  #readings: HostReading[] = [];
  #waiting: HostReading[] = [];
  #hunt: EdgeHunt;
  #reads = 0;
  #unknown = 0;
  #unreadable = 0;
  #sameStep = { step: -1, since: 0, reads: 0 };

  constructor(options: MeasureOptions, finder: StepFinder) {
    this.#options = options;
    this.#finder = finder;
    const { clock } = options.subject;
    this.#originUs = clock.monotonicUs();
    const wallUs = clock.nowUs();
    this.#wallLessMonotonicUs = wallUs - this.#originUs;
    const { boot } = options.start;
    this.start = {
      ...options.start,
      wallUs,
      ...(boot === undefined ? {} : { monotonicUs: bootMonotonicUs() }),
    };
    const { readings, shiftSeconds } = hostReadings([...options.earlier, this.start]);
    this.#shift = shiftSeconds;
    const { deadlineSeconds = Number.POSITIVE_INFINITY, spanSeconds } = options;
    this.#deadline = Math.max(deadlineSeconds, shiftSeconds + deadlineSeconds - spanSeconds);
    const { straySeconds, priorPpm } = options;
    this.#segments = new SegmentedClocks({ straySeconds, priorPpm });
    this.#hunt = this.#newHunt();
    for (const reading of readings) this.#learn(reading);
  }

  /** Microseconds since the session's start. */
  get nowUs(): number {
    return this.#options.subject.clock.monotonicUs() - this.#originUs;
  }

  get #now(): number {
    return this.#shift + this.nowUs / SECOND_US;
  }

  async run(): Promise<MeasureEnd> {
    let device = await this.#options.subject.connect();
    for (;;) {
      this.#options.signal.throwIfAborted();
      const next = this.#next();
      if (next.kind === "done") return next.why;
      await this.#waitUntil(next.at, next.goal);
      try {
        await this.#readOnce(device);
      } catch (error) {
        const back = await this.#recover(error);
        if (back === undefined) return "unplugged";
        if (back !== "same") device = back;
      }
    }
  }

  #next():
    | { kind: "done"; why: MeasureEnd }
    | { kind: "read"; at: number; goal: HuntGoal | "confirm" } {
    const { parameters, maxReads } = this.#options;
    const { stepSeconds } = parameters;
    const { since, reads } = this.#sameStep;
    const same = this.#now - since;
    if (same > STUCK_STEPS * stepSeconds + 1 && reads >= REFUSED_AFTER_STUCK) {
      return { kind: "done", why: "stuck" };
    }
    if (this.#reads >= maxReads) return { kind: "done", why: "reads-used" };
    if (this.#now >= this.#deadline) return { kind: "done", why: "time-used" };
    if (this.#waiting.length === 0) return this.#hunt.next(this.#now);
    const at = this.#now + CONFIRM_SHARE * stepSeconds;
    return at > this.#deadline
      ? { kind: "done", why: "time-used" }
      : { kind: "read", at, goal: "confirm" };
  }

  async #readOnce(device: Device): Promise<void> {
    const { subject, credential, signal } = this.#options;
    if (device.capabilities.button) await subject.rig?.pressButton();
    const fromUs = this.nowUs;
    const { code } = await device.readTotp({
      signal,
      ...(credential === undefined ? {} : { credential }),
    });
    // The clock's reading is cut to whole microseconds: the answer was there before the next one.
    const toUs = this.nowUs + (subject.rig === null ? 1 : 0);
    this.#reads++;
    this.#unreadable = 0;
    const step = this.#stepOf(code, this.#shift + (fromUs + toUs) / 2 / SECOND_US);
    if (step === undefined) {
      await this.#unknownCode(code, toUs);
      return;
    }
    this.#unknown = 0;
    const wallUs = subject.clock.nowUs();
    const wallShiftUs = wallUs - subject.clock.monotonicUs() - this.#wallLessMonotonicUs;
    const record: ReadingRecord = { kind: "reading", fromUs, toUs, wallShiftUs, step };
    await this.#options.append(record);
    const seconds = { from: fromUs / SECOND_US, to: toUs / SECOND_US };
    this.#learn({ from: this.#shift + seconds.from, to: this.#shift + seconds.to, step });
  }

  /** The step of a code read at `at`: first where the clocks that fit may be, then ever wider. */
  #stepOf(code: string, at: number): number | undefined {
    const range = this.#hunt.stepsAt(at);
    if (range !== undefined && Number.isFinite(range.low) && range.high - range.low < 100) {
      const [step, ...others] = this.#finder.matches(code, range.low - 1, range.high + 1);
      if (step !== undefined && others.length === 0) return step;
    }
    const { t0, stepSeconds } = this.#options.parameters;
    const wallSeconds = this.#options.subject.clock.nowUs() / SECOND_US;
    const centre = Math.floor((wallSeconds - t0) / stepSeconds);
    for (const steps of SEARCHES) {
      const choice = this.#finder.around(code, centre, steps);
      if (choice.kind === "one") return Number(choice.step);
      if (choice.kind === "ambiguous") return undefined;
    }
    return undefined;
  }

  async #unknownCode(code: string, atUs: number): Promise<void> {
    this.#unknown++;
    const text = "a code belongs to no step within a day, or to several";
    await this.#note("unknown-code", text, atUs);
    if (this.#unknown < MOST_UNKNOWN) {
      await this.#sleep(this.#options.parameters.stepSeconds);
      return;
    }
    const { secret, parameters, subject } = this.#options;
    const seconds = subject.clock.nowUs() / SECOND_US;
    const explained = explainCode(code, secret, parameters, seconds);
    throw new DeviceError("protocol", `${this.#unknown} codes in a row belong to no step`, {
      hint:
        explained === undefined
          ? "is it this token's secret? its time may also be more than a day off"
          : `the token seems to use ${explained.text}`,
    });
  }

  #learn(reading: HostReading): void {
    const { parameters } = this.#options;
    const { step, from, to } = reading;
    this.#sameStep =
      step === this.#sameStep.step
        ? { ...this.#sameStep, reads: this.#sameStep.reads + 1 }
        : { step, since: from, reads: 1 };
    const base = this.#readings[0]?.step ?? step;
    const { stepSeconds } = parameters;
    const { leastLatencySeconds, lagSeconds } = this.start;
    const relative = { from, to, step: step - base };
    const allowance = { stepSeconds, leastLatencySeconds, lagSeconds };
    this.#follow(this.#segments.take(readingConstraint(relative, allowance)), reading);
  }

  #follow(event: SegmentEvent, reading: HostReading): void {
    switch (event.kind) {
      case "waiting":
        this.#waiting.push(reading);
        return;
      case "jump":
        // Steps stay counted from the first reading of all: the segments know no other.
        this.#readings = [...this.#readings.slice(0, 1), ...this.#waiting, reading];
        this.#waiting = [];
        this.#restartHunt(this.#readings.slice(1));
        return;
      case "outlier":
      case "fits":
        this.#waiting = [];
        this.#readings.push(reading);
        this.#hunt.take(reading);
        if (!this.#hunt.clocks.isFeasible) this.#restartHunt(this.#readings);
    }
  }

  /** A hunt that knows these readings; with a stray, where no line fits them. */
  #restartHunt(readings: readonly HostReading[]): void {
    const feed = (hunt: EdgeHunt): EdgeHunt => {
      for (const reading of readings) hunt.take(reading);
      return hunt;
    };
    const strict = feed(this.#newHunt());
    const { straySeconds } = leastStray(strict.clocks, readings.at(-1)?.to ?? 0);
    this.#hunt = straySeconds > 0 ? feed(this.#newHunt(2 * straySeconds)) : strict;
  }

  #newHunt(straySeconds = 0): EdgeHunt {
    const { parameters, spanSeconds, targetSeconds, watchSeconds, priorPpm } = this.#options;
    const { mayWidenTarget = false } = this.#options;
    const { leastLatencySeconds, lagSeconds } = this.start;
    const options: EdgeHuntOptions = {
      stepSeconds: parameters.stepSeconds,
      maxReads: Number.MAX_SAFE_INTEGER,
      spanSeconds,
      targetSeconds,
      mayWidenTarget,
      watchSeconds,
      priorPpm,
      straySeconds,
      leastLatencySeconds,
      lagSeconds,
      deadlineSeconds: this.#deadline,
    };
    return new EdgeHunt(options);
  }

  /**
   * What to do after an error: read again ("same"), go on with a token that is back, or end
   * (undefined) because it stays away.
   *
   * @throws what is no trouble of the wire
   */
  async #recover(error: unknown): Promise<Device | "same" | undefined> {
    if (!(error instanceof DeviceError)) throw error;
    if (error.code === "timed-out" || error.code === "protocol") {
      if (this.#unknown >= MOST_UNKNOWN || ++this.#unreadable >= MOST_UNREADABLE) throw error;
      await this.#note("unreadable", error.message, this.nowUs);
      await this.#sleep(RETRY_SECONDS);
      return "same";
    }
    if (error.code !== "disconnected") throw error;
    await this.#note("unplugged", error.message, this.nowUs);
    const until = Number.isFinite(this.#deadline) ? this.#deadline : this.#options.spanSeconds;
    while (this.#now < until) {
      this.#progress(RETRY_SECONDS, "reconnect");
      await this.#sleep(RETRY_SECONDS);
      const device = await this.#tryConnect();
      if (device === undefined) continue;
      await this.#note("reconnected", "the token is back", this.nowUs);
      return device;
    }
    return undefined;
  }

  async #tryConnect(): Promise<Device | undefined> {
    try {
      return await this.#options.subject.connect();
    } catch (error) {
      if (error instanceof DeviceError) return undefined;
      throw error;
    }
  }

  async #note(what: NoteRecord["what"], text: string, atUs: number): Promise<void> {
    await this.#options.append({ kind: "note", atUs, what, text: text.slice(0, 500) });
  }

  /** In pieces, so that progress lives. */
  async #waitUntil(at: number, goal: HuntGoal | "confirm"): Promise<void> {
    for (;;) {
      const left = at - this.#now;
      this.#progress(Math.max(0, left), goal);
      if (left <= 0) return;
      const isSimulated = this.#options.subject.rig !== null;
      // The last stretch in one piece: timers are late, never early.
      await this.#sleep(isSimulated || left < 2 ? left : Math.min(1, left - 1));
    }
  }

  async #sleep(seconds: number): Promise<void> {
    const { subject, signal } = this.#options;
    signal.throwIfAborted();
    const left = Math.max(0, this.#deadline - this.#now);
    const byUs = Math.max(1, Math.round(Math.min(seconds, left) * SECOND_US));
    if (subject.rig === null) await wait(subject.clock, byUs, signal);
    else await subject.rig.advance(byUs);
  }

  #progress(nextInSeconds: number, goal: MeasureProgress["goal"]): void {
    const { clocks } = this.#hunt;
    const rates = clocks.rates;
    const offset = clocks.offsetAt(clocks.isEmpty ? 0 : clocks.latest);
    this.#options.onProgress?.({
      reads: this.#reads,
      passedSeconds: this.#now,
      ratePpm: (rates.high - rates.low) / 2e-6,
      offsetWidthSeconds: offset.high - offset.low,
      nextInSeconds,
      goal,
    });
  }
}
