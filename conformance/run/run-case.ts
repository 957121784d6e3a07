// One case on one subject: set up, run within its time, taken down, judged.

import { type Clock, SECOND_US } from "../../core/time/clock.ts";
import type { Random } from "../../core/time/random.ts";
import type { Subject } from "../../devices/subject.ts";
import type { ConformanceCase } from "../case.ts";
import type { ReportWireLine } from "../report.ts";
import type { TargetFactory } from "../target.ts";
import { Deadline } from "./deadline.ts";
import { missingTokenNeed, missingVerifierNeed, partNeeds } from "./needs.ts";
import { type Ending, judge, type Outcome } from "./outcome.ts";
import { printError } from "./printing.ts";
import { TargetLog } from "./recorded-target.ts";
import { CaseRecorder, CaseSkipped } from "./recorder.ts";
import type { Redactor } from "./redactor.ts";
import { TokenCaseContext } from "./token-context.ts";
import type { ProbedToken } from "./token-source.ts";
import { VerifierCaseContext } from "./verifier-context.ts";
import { cleanWire, excerptWire, MAX_KEPT_BYTES } from "./wire-excerpt.ts";

/** Longest time a subject may take to close, microseconds of host time. */
const CLOSE_WITHIN_US: number = 5 * SECOND_US;

/** Time-outs that a long case may take. */
const LONG_FACTOR = 30;

/** What all cases of a run share. */
export interface CaseSettings {
  readonly hostClock: Clock;
  readonly timeoutMs: number;
  readonly maxWaitSeconds: number;
  /** A sentence for people before each wait in real time. */
  readonly onWait?: (sentence: string) => void;
  readonly isStrict: boolean;
  readonly signal: AbortSignal | undefined;
}

/** What a case runs on. */
export interface CaseGround {
  readonly token?: ProbedToken;
  readonly target?: TargetFactory;
}

/** A case that has run. */
export interface CaseRun extends Outcome {
  readonly recorder: CaseRecorder;
  readonly wire: readonly ReportWireLine[];
  readonly wireLinesCut: number;
  readonly simulatedUs: number;
  readonly durationMs: number;
  /** Whether the token could not even be opened. */
  readonly notOpened: boolean;
  /** Why the subject did not close as it should; empty when it did. */
  readonly closing: string;
}

/**
 * Runs `one`; `random` is its own. Whatever goes wrong is in the outcome; "interrupted" when the
 * run's signal aborted, with all closed.
 */
export async function runCase(
  one: ConformanceCase,
  ground: CaseGround,
  random: Random,
  settings: CaseSettings,
): Promise<CaseRun | "interrupted"> {
  const { hostClock } = settings;
  const startUs = hostClock.monotonicUs();
  const timeoutMs = settings.timeoutMs * (one.isLong === true ? LONG_FACTOR : 1);
  const deadline = new Deadline(hostClock, timeoutMs * 1000, settings.signal);
  const recorder = new CaseRecorder(deadline.signal);
  const stage = new Stage(one, ground, random, settings, deadline, recorder);
  let ending: Ending = { kind: "returned" };
  try {
    await deadline.race(stage.play());
  } catch (error) {
    ending = { kind: "threw", error };
  } finally {
    deadline[Symbol.dispose]();
  }
  const seen = stage.seen();
  const closing = await closeWithin(hostClock, stage.close(), recorder.redactor);
  if (settings.signal?.aborted) return "interrupted";
  return {
    ...judge(ending, recorder, one.level, settings.isStrict),
    ...seen,
    recorder,
    durationMs: (hostClock.monotonicUs() - startUs) / 1000,
    notOpened: stage.isOpening,
    closing,
  };
}

/** The subjects of one case while it runs. */
class Stage {
  readonly #case: ConformanceCase;
  readonly #ground: CaseGround;
  readonly #random: Random;
  readonly #settings: CaseSettings;
  readonly #deadline: Deadline;
  readonly #recorder: CaseRecorder;
  readonly #targetLog = new TargetLog();
  #subject: Subject | undefined;
  #token: TokenCaseContext | undefined;
  #verifier: VerifierCaseContext | undefined;
  #startUs = 0;
  #isOver = false;
  /** True from the start of opening the token until it is open. */
  isOpening = false;

  constructor(
    one: ConformanceCase,
    ground: CaseGround,
    random: Random,
    settings: CaseSettings,
    deadline: Deadline,
    recorder: CaseRecorder,
  ) {
    this.#case = one;
    this.#ground = ground;
    this.#random = random;
    this.#settings = settings;
    this.#deadline = deadline;
    this.#recorder = recorder;
  }

  /** @throws whatever the case threw; CaseSkipped when it does not apply to this ground */
  async play(): Promise<void> {
    const one = this.#case;
    const lack = lackOf(one, this.#ground);
    if (lack !== undefined) throw new CaseSkipped(lack);
    switch (one.subject) {
      case "token":
        return one.run(await this.#openToken());
      case "verifier":
        return one.run(this.#openVerifier());
      case "pair":
        return one.run(await this.#openToken(), this.#openVerifier());
    }
  }

  /** What has been seen of the subjects so far; taken before they are closed. */
  seen(): Pick<CaseRun, "wire" | "wireLinesCut" | "simulatedUs"> {
    this.#isOver = true;
    const lines = [...(this.#subject?.wireLog() ?? []), ...this.#targetLog.lines];
    const excerpt = excerptWire(cleanWire(lines, this.#recorder.redactor), MAX_KEPT_BYTES);
    const hasRig = this.#subject !== undefined && this.#subject.rig !== null;
    const tokenUs = hasRig ? (this.#subject?.clock.monotonicUs() ?? 0) - this.#startUs : 0;
    return {
      wire: excerpt.lines,
      wireLinesCut: excerpt.cut + this.#targetLog.cut,
      simulatedUs: Math.max(tokenUs, this.#targetLog.spanUs),
    };
  }

  async close(): Promise<void> {
    try {
      await this.#token?.restore();
    } finally {
      try {
        await this.#verifier?.[Symbol.asyncDispose]();
      } finally {
        await this.#subject?.[Symbol.asyncDispose]();
      }
    }
  }

  async #openToken(): Promise<TokenCaseContext> {
    const source = this.#ground.token?.source;
    if (source === undefined) throw new TypeError("this case needs a token");
    this.isOpening = true;
    const subject = await source.open({ randomSeed: this.#random.fork("token").uint32() });
    if (this.#isOver) {
      await subject[Symbol.asyncDispose]();
      throw this.#deadline.signal.reason;
    }
    this.#subject = subject;
    this.#startUs = subject.clock.monotonicUs();
    const device = await subject.connect();
    this.isOpening = false;
    this.#token = new TokenCaseContext({
      subject,
      device,
      recorder: this.#recorder,
      deadline: this.#deadline,
      random: this.#random.fork("token-case"),
      maxWaitSeconds: this.#settings.maxWaitSeconds,
      ...(this.#settings.onWait && { onWait: this.#settings.onWait }),
    });
    return this.#token;
  }

  #openVerifier(): VerifierCaseContext {
    const { target } = this.#ground;
    if (target === undefined) throw new TypeError("this case needs a target");
    const random = this.#random.fork("verifier-case");
    this.#verifier = new VerifierCaseContext(target, this.#recorder, random, this.#targetLog);
    return this.#verifier;
  }
}

/** Why the case does not apply to this ground; undefined when it does. */
function lackOf(one: ConformanceCase, { token, target }: CaseGround): string | undefined {
  const needs =
    one.subject === "pair"
      ? partNeeds(one.needs)
      : {
          token: one.subject === "token" ? one.needs : [],
          verifier: one.subject === "verifier" ? one.needs : [],
        };
  return (
    (token && missingTokenNeed(needs.token, token.capabilities, token.hasRig)) ??
    (target && missingVerifierNeed(needs.verifier, target.abilities))
  );
}

/** Waits for `closing` for a bounded time; resolves with what went wrong, empty when nothing. */
async function closeWithin(
  clock: Clock,
  closing: Promise<void>,
  redactor: Redactor,
): Promise<string> {
  const deadline = new Deadline(clock, CLOSE_WITHIN_US);
  try {
    await deadline.race(closing);
    return "";
  } catch (error) {
    return printError(error, redactor);
  } finally {
    deadline[Symbol.dispose]();
  }
}
