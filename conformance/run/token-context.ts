// What a token case works with: the token contract, on top of a subject under test.

import type { OathParameters } from "../../core/oath/parameters.ts";
import { type Clock, SECOND_US, wait } from "../../core/time/clock.ts";
import type { Random } from "../../core/time/random.ts";
import type { CodeReading, Device, HotpRequest } from "../../devices/device.ts";
import type { Rig } from "../../devices/rig.ts";
import type { Subject } from "../../devices/subject.ts";
import type { TokenContext } from "../token-context.ts";
import type { Deadline } from "./deadline.ts";
import { provisionLack, secretLack, timeRangeLack } from "./needs.ts";
import { RecordedChecks } from "./recorded-checks.ts";
import type { CaseRecorder } from "./recorder.ts";

/** Name of the credential a case writes when it gives none. */
export const DEFAULT_CREDENTIAL = "oathbed";
/** A token whose clock cannot be set is led through this much time at most, microseconds. */
const LONGEST_ADVANCE_US = 100 * 366 * 86_400 * SECOND_US;

/** What the context is built from. */
export interface TokenContextInput {
  readonly subject: Subject;
  readonly device: Device;
  readonly recorder: CaseRecorder;
  readonly deadline: Deadline;
  readonly random: Random;
  /** Real time a case may wait for a token without a rig, all in all, seconds. */
  readonly maxWaitSeconds: number;
  /** A sentence for people before each wait in real time. */
  readonly onWait?: (sentence: string) => void;
}

/** @see TokenContext */
export class TokenCaseContext extends RecordedChecks implements TokenContext {
  readonly rig: Rig | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly statedPpm: number | null;
  readonly #onWait: (sentence: string) => void;
  readonly #subject: Subject;
  readonly #deadline: Deadline;
  #device: Device;
  #waitLeftSeconds: number;
  #timeSet = false;
  /** What the case wrote last: somebody's own credentials on a physical token stay alone. */
  #written: string | undefined;

  constructor(input: TokenContextInput) {
    super(input.recorder);
    this.#subject = input.subject;
    this.#deadline = input.deadline;
    this.#device = input.device;
    this.#waitLeftSeconds = input.maxWaitSeconds;
    this.rig = input.subject.rig;
    this.clock = input.subject.clock;
    this.random = input.random;
    this.statedPpm = input.subject.statedPpm ?? null;
    this.#onWait = input.onWait ?? (() => {});
  }

  get device(): Device {
    return this.#device;
  }

  async reconnect(): Promise<Device> {
    this.signal.throwIfAborted();
    this.#device = await this.#subject.connect();
    return this.#device;
  }

  async provision(
    secret: Uint8Array,
    parameters: OathParameters,
    options: { readonly name?: string; readonly counter?: bigint } = {},
  ): Promise<string> {
    this.recorder.redactor.hide(secret);
    const { name = DEFAULT_CREDENTIAL, counter } = options;
    const { capabilities } = this.#device;
    const lack =
      provisionLack(capabilities, secret.length, parameters, counter ?? 0n) ??
      secretLack(capabilities, secret);
    if (lack !== undefined) this.skip(lack);
    const credential = { name, secret, parameters, ...(counter === undefined ? {} : { counter }) };
    await this.#device.provision(credential, { signal: this.signal });
    this.#written = name;
    if (parameters.kind === "totp") await this.#tellTime();
    return name;
  }

  async totpAt(seconds: number, credential?: string): Promise<CodeReading> {
    const lack = timeRangeLack(this.#device.capabilities, seconds);
    if (lack !== undefined) this.skip(lack);
    if (this.#device.capabilities.totp?.clock === "host") {
      return this.#readTotp(credential, seconds * SECOND_US);
    }
    await this.#bringClockTo(seconds);
    return this.#readTotp(credential);
  }

  totpNow(credential?: string): Promise<CodeReading> {
    const isHostTimed = this.#device.capabilities.totp?.clock === "host";
    return this.#readTotp(credential, isHostTimed ? this.clock.nowUs() : undefined);
  }

  async hotp(request: HotpRequest = {}): Promise<CodeReading> {
    await this.#pressIfNeeded();
    const credential = this.#written;
    return this.#device.readHotp({
      signal: this.signal,
      ...(credential === undefined ? {} : { credential }),
      ...request,
    });
  }

  async wait(bySeconds: number, what = "time to pass"): Promise<void> {
    this.signal.throwIfAborted();
    const byUs = Math.ceil(bySeconds * SECOND_US);
    if (this.rig !== null) return this.rig.advance(byUs);
    if (bySeconds > this.#waitLeftSeconds) {
      this.skip(
        `needs ${roundUp(bySeconds)} s of real time for ${what}; ` +
          `--max-wait leaves ${Math.floor(this.#waitLeftSeconds)} s of it`,
      );
    }
    this.#waitLeftSeconds -= bySeconds;
    this.#deadline.extend(byUs);
    const sentence = `waiting ${roundUp(bySeconds)} s for ${what}`;
    this.#onWait(`${this.#subject.name}: ${sentence}`);
    this.note(sentence);
    await wait(this.clock, byUs, this.signal);
  }

  async markOffset(isRight: boolean): Promise<void> {
    if (this.rig === null) return;
    const { offsetUs } = await this.rig.truth();
    this.recorder.mark({
      atUs: this.clock.nowUs(),
      trueSeconds: offsetUs / SECOND_US,
      recordedSeconds: null,
      event: isRight ? "accepted" : "refused",
    });
  }

  /** A physical token whose clock the case has set gets the host's time again. */
  async restore(): Promise<void> {
    if (!this.#timeSet || this.rig !== null) return;
    await this.#device.setTime(Math.floor(this.clock.nowUs() / SECOND_US));
  }

  /** A token that keeps a time, but cannot tell it, may never have been told one. */
  async #tellTime(): Promise<void> {
    const { totp, setTime, setTimeForgets, readTime } = this.#device.capabilities;
    if (this.#timeSet || totp?.clock !== "token" || !setTime || readTime) return;
    if (setTimeForgets === true) return;
    this.#timeSet = true;
    const seconds = Math.floor(this.clock.nowUs() / SECOND_US);
    await this.#device.setTime(seconds, { signal: this.signal });
  }

  async #bringClockTo(seconds: number): Promise<void> {
    const { setTime, setTimeForgets } = this.#device.capabilities;
    if (setTime && setTimeForgets !== true) {
      this.#timeSet = true;
      await this.#device.setTime(seconds, { signal: this.signal });
      return;
    }
    if (this.rig === null) this.skip("the token's clock cannot be set");
    const tokenUs = this.rig.clock.nowUs() + (await this.rig.truth()).offsetUs;
    const byUs = Math.ceil(seconds * SECOND_US - tokenUs);
    if (byUs < 0 || byUs > LONGEST_ADVANCE_US) {
      this.skip("the token's clock cannot be set, and that time is not ahead of it");
    }
    await this.rig.advance(byUs);
  }

  async #readTotp(credential = this.#written, atUs?: number): Promise<CodeReading> {
    await this.#pressIfNeeded();
    return this.#device.readTotp({
      signal: this.signal,
      ...(credential === undefined ? {} : { credential }),
      ...(atUs === undefined ? {} : { atUs }),
    });
  }

  /** An emulated press-to-show token gets its button pressed; on a physical one a person does. */
  async #pressIfNeeded(): Promise<void> {
    if (this.#device.capabilities.button) await this.rig?.pressButton();
  }
}

/** Seconds as people read them: whole ones, or a tenth of a short wait. */
function roundUp(seconds: number): number {
  return seconds < 3 ? Math.ceil(seconds * 10) / 10 : Math.ceil(seconds);
}
