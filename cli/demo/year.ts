// A year in the life of a token: enrolled with two consecutive codes, a login a week, a long leave,
// and, when the clock has walked too far meanwhile, a resync with two consecutive codes.

import type { OffsetPoint, TokenTimeline } from "../../conformance/report.ts";
import { untilNextStepUs } from "../../core/drift/steps.ts";
import { type TotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { DAY_US, SECOND_US } from "../../core/time/clock.ts";
import type { Random } from "../../core/time/random.ts";
import type { Device } from "../../devices/device.ts";
import type { Rig } from "../../devices/rig.ts";
import type { Verdict } from "../../verifier/verdict.ts";
import type { Verifier } from "../../verifier/verifier.ts";

/** Name of the credential the demo writes. */
export const DEMO_CREDENTIAL = "demo";
const PARAMETERS: TotpParameters = totpParameters();
const WEEKS = 52;
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
    if (week >= LEAVE.fromWeek && week < LEAVE.toWeek) continue;
    await life.logIn(week);
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
    await this.#mark(verdict, "enrolled");
    if (verdict.outcome === "refused") throw new Error(`enrollment refused: ${verdict.reason}`);
    this.#story.push(`${this.#date()} enrolled with two consecutive codes`);
  }

  /** A week passes, and the user comes at another time of the day. */
  async passWeek(): Promise<void> {
    const jitterUs = this.#input.random.integer(-6 * 3600, 6 * 3600) * SECOND_US;
    await this.#input.rig.advance(7 * DAY_US + jitterUs);
  }

  async logIn(week: number): Promise<void> {
    this.#logins++;
    const verdict = await this.#submitCode();
    if (verdict.outcome === "accepted") {
      this.#accepted++;
      await this.#mark(verdict, "accepted");
      return;
    }
    const outOfSync = verdict.reason === "out-of-sync";
    await this.#mark(verdict, outOfSync ? "out-of-sync" : "refused");
    this.#story.push(
      `${this.#date()} login refused in week ${week}: ${verdict.reason}, ` +
        `the clock is ${await this.#offsetText()} off`,
    );
    await this.#resync();
  }

  async summary(): Promise<Year> {
    const { rig, name } = this.#input;
    const endOffsetSeconds = (await rig.truth()).offsetUs / SECOND_US;
    const leave = LEAVE.toWeek - LEAVE.fromWeek;
    this.#story.push(
      `${this.#date()} ${this.#accepted} of ${this.#logins} logins accepted in a year with ` +
        `${leave} weeks of leave; the clock ended ${await this.#offsetText()} off`,
    );
    return {
      timeline: { subject: name, points: this.#points, story: this.#story },
      logins: this.#logins,
      accepted: this.#accepted,
      resyncs: this.#resyncs,
      endOffsetSeconds,
    };
  }

  async #resync(): Promise<void> {
    await this.#input.rig.advance(60 * SECOND_US);
    const verdict = await this.#input.verifier.resync(this.#id, await this.#pair(), this.#nowUs());
    await this.#mark(verdict, "resynced");
    if (verdict.outcome === "refused") throw new Error(`resync refused: ${verdict.reason}`);
    this.#resyncs++;
    this.#story.push(
      `${this.#date()} resync with two consecutive codes: accepted, ` +
        `${verdict.offsetSteps >= 0 ? "+" : ""}${verdict.offsetSteps} steps recorded`,
    );
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

  async #mark(verdict: Verdict, event: OffsetPoint["event"]): Promise<void> {
    const state = await this.#input.verifier.state(this.#id);
    this.#points.push({
      atUs: this.#nowUs(),
      trueSeconds: (await this.#input.rig.truth()).offsetUs / SECOND_US,
      recordedSeconds: state.offsetSteps * PARAMETERS.stepSeconds,
      event: verdict.outcome === "accepted" || event !== "enrolled" ? event : "refused",
    });
  }

  #nowUs(): number {
    return this.#input.rig.clock.nowUs();
  }

  #date(): string {
    return new Date(this.#nowUs() / 1000).toISOString().slice(0, 10);
  }

  async #offsetText(): Promise<string> {
    const seconds = (await this.#input.rig.truth()).offsetUs / SECOND_US;
    return `${seconds >= 0 ? "+" : ""}${seconds.toFixed(1)} s`;
  }
}
