// A year in the life of a token: enrolled with two consecutive codes, a login a week, a long leave,
// and, when the clock has walked too far meanwhile, a resync with two consecutive codes.

import type { OffsetPoint, TokenTimeline } from "../../conformance/report.ts";
import { untilNextStepUs } from "../../core/drift/steps.ts";
import { type TotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { DAY_US, SECOND_US } from "../../core/time/clock.ts";
import type { Random } from "../../core/time/random.ts";
import type { Device } from "../../devices/device.ts";
import type { Rig } from "../../devices/rig.ts";
import type { RefusalReason, Verdict } from "../../verifier/verdict.ts";
import type { Verifier } from "../../verifier/verifier.ts";
import {
  endSentence,
  enrolledSentence,
  leaveSentence,
  type Moment,
  refusedSentence,
  resyncSentence,
  returnSentence,
} from "./story.ts";

/** Name of the credential the demo writes. */
export const DEMO_CREDENTIAL = "demo";
const PARAMETERS: TotpParameters = totpParameters();
/** Weeks of a year: a login in each, but in those of leave. */
export const WEEKS = 52;
/** Weeks without a login: long enough for a bad crystal to leave the window. */
const LEAVE = { fromWeek: 26, toWeek: 38 } as const;

/** What a year needs: an emulated token, and the verifier that knows it. */
export interface YearInput {
  readonly name: string;
  readonly device: Device;
  readonly rig: Rig;
  readonly verifier: Verifier;
  readonly random: Random;
  readonly signal?: AbortSignal;
  /** Called when a week is over. */
  readonly onWeek?: (week: number) => void;
}

/** How a year went. */
export interface Year {
  readonly timeline: TokenTimeline;
  readonly logins: number;
  readonly accepted: number;
  readonly resyncs: number;
  /** True offset at the end, seconds. */
  readonly endOffsetSeconds: number;
}

/** Runs the year; simulated time, so it takes as long as the reads do. */
export async function liveYear(input: YearInput): Promise<Year> {
  const life = new Life(input);
  await life.enroll();
  for (let week = 1; week <= WEEKS; week++) {
    input.signal?.throwIfAborted();
    await life.passWeek();
    if (week === LEAVE.fromWeek) await life.goOnLeave();
    if (week < LEAVE.fromWeek || week >= LEAVE.toWeek) await life.logIn(week === LEAVE.toWeek);
    input.onWeek?.(week);
  }
  return life.summary();
}

class Life {
  readonly #input: YearInput;
  readonly #points: OffsetPoint[] = [];
  readonly #story: string[] = [];
  #id = 0;
  #logins = 0;
  #accepted = 0;
  #resyncs = 0;

  constructor(input: YearInput) {
    this.#input = input;
  }

  async enroll(): Promise<void> {
    const { device, verifier, random, name } = this.#input;
    const secret = random.fork("secret").bytes(20);
    await device.provision({ name: DEMO_CREDENTIAL, secret, parameters: PARAMETERS });
    this.#id = await verifier.create({ label: name, user: name, parameters: PARAMETERS, secret });
    const verdict = await verifier.enroll(this.#id, await this.#pair(), this.#nowUs());
    if (verdict.outcome === "refused") throw new Error(`enrollment refused: ${verdict.reason}`);
    this.#story.push(enrolledSentence(await this.#mark("enrolled")));
  }

  /** A week passes, and the user comes at another time of the day. */
  async passWeek(): Promise<void> {
    const jitterUs = this.#input.random.integer(-6 * 3600, 6 * 3600) * SECOND_US;
    await this.#input.rig.advance(7 * DAY_US + jitterUs);
  }

  async goOnLeave(): Promise<void> {
    const weeks = LEAVE.toWeek - LEAVE.fromWeek;
    this.#story.push(leaveSentence(await this.#moment(), this.#logins, weeks));
  }

  /** Who is refused tries the next code, as people do; then there is the resync. */
  async logIn(isFirstAfterLeave: boolean): Promise<void> {
    this.#logins++;
    const first = await this.#submitCode();
    if (first.outcome === "accepted") {
      this.#accepted++;
      const moment = await this.#mark("accepted");
      if (isFirstAfterLeave) this.#story.push(returnSentence(moment));
      return;
    }
    const refused = await this.#markRefused(first.reason);
    await this.#input.rig.advance(PARAMETERS.stepSeconds * SECOND_US);
    const second = await this.#submitCode();
    const isAccepted = second.outcome === "accepted";
    this.#story.push(refusedSentence(refused, first.reason, isAccepted));
    if (isAccepted) {
      this.#accepted++;
      await this.#mark("accepted");
      return;
    }
    await this.#markRefused(second.reason);
    await this.#resync();
  }

  async summary(): Promise<Year> {
    const moment = await this.#moment();
    this.#story.push(endSentence(moment, this.#accepted, this.#logins));
    return {
      timeline: { subject: this.#input.name, points: this.#points, story: this.#story },
      logins: this.#logins,
      accepted: this.#accepted,
      resyncs: this.#resyncs,
      endOffsetSeconds: moment.trueSeconds,
    };
  }

  async #resync(): Promise<void> {
    await this.#input.rig.advance(60 * SECOND_US);
    const verdict = await this.#input.verifier.resync(this.#id, await this.#pair(), this.#nowUs());
    if (verdict.outcome === "refused") throw new Error(`resync refused: ${verdict.reason}`);
    this.#resyncs++;
    this.#story.push(resyncSentence(await this.#mark("resynced"), verdict.offsetSteps));
  }

  /** The user reads the display and types: 2 to 12 seconds. */
  async #submitCode(): Promise<Verdict> {
    const { device, rig, verifier, random } = this.#input;
    const { code } = await device.readTotp({ credential: DEMO_CREDENTIAL });
    await rig.advance(random.integer(2, 12) * SECOND_US);
    return verifier.verify(this.#id, code, this.#nowUs());
  }

  async #pair(): Promise<readonly [string, string]> {
    const { device, rig } = this.#input;
    const first = await device.readTotp({ credential: DEMO_CREDENTIAL });
    const tokenUs = rig.clock.nowUs() + (await rig.truth()).offsetUs;
    // A millisecond past the edge: the token's clock is not a whole number of microseconds.
    await rig.advance(Math.ceil(untilNextStepUs(tokenUs, PARAMETERS)) + 1000);
    const second = await device.readTotp({ credential: DEMO_CREDENTIAL });
    return [first.code, second.code];
  }

  #markRefused(reason: RefusalReason): Promise<Moment> {
    return this.#mark(reason === "out-of-sync" ? "out-of-sync" : "refused");
  }

  /** A point of the timeline. */
  async #mark(event: OffsetPoint["event"]): Promise<Moment> {
    const moment = await this.#moment();
    this.#points.push({ ...moment, event });
    return moment;
  }

  async #moment(): Promise<Moment> {
    const { rig, verifier } = this.#input;
    const { offsetSteps } = await verifier.state(this.#id);
    return {
      atUs: this.#nowUs(),
      trueSeconds: (await rig.truth()).offsetUs / SECOND_US,
      recordedSeconds: offsetSteps * PARAMETERS.stepSeconds,
    };
  }

  #nowUs(): number {
    return this.#input.rig.clock.nowUs();
  }
}
