// A token looked at in real time. An emulated one lives on simulated time, which is led along here.

import type { TokenSource } from "../../conformance/run/token-source.ts";
import { timeStepAt, untilNextStepUs } from "../../core/drift/steps.ts";
import { type TotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { type Clock, SECOND_US } from "../../core/time/clock.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import type { CodeReading, Device } from "../../devices/device.ts";
import { DeviceError } from "../../devices/errors.ts";
import type { Subject, SubjectOptions } from "../../devices/subject.ts";

/** What is seen of a token at one moment. */
export interface TokenLook {
  readonly code: string;
  readonly stepSeconds: number;
  /** Seconds until the next code, by the token's clock as far as it is known. */
  readonly secondsLeft: number;
  /** Token minus host, seconds; null when the token does not tell. */
  readonly offsetSeconds: number | null;
  /** Time step, when the token tells. */
  readonly movingFactor: bigint | null;
}

/** @see openLiveToken */
export interface LiveTokenInput {
  readonly source: TokenSource;
  readonly options: SubjectOptions;
  /** Written to an emulated token, and shown. */
  readonly secret: Uint8Array;
  readonly parameters: TotpParameters;
  /** Which credential of a physical token; default its only one. */
  readonly credential?: string | undefined;
  readonly signal: AbortSignal;
}

/** Name of the credential that an emulated token gets. */
const EMULATED_CREDENTIAL = "shown";

/** Opens a token to look at. @throws {DeviceError} when it makes no time-based codes, and others */
export async function openLiveToken(input: LiveTokenInput): Promise<LiveToken> {
  const host = new SystemClock();
  const startUs = host.nowUs();
  const subject = await input.source.open({ ...input.options, startUs });
  try {
    const device = await subject.connect();
    if (device.capabilities.totp === undefined) {
      throw new DeviceError("not-supported", `${subject.name} makes no time-based codes`, {
        hint: "looking at an event-based token would use up its codes",
      });
    }
    const { secret, parameters, signal } = input;
    if (subject.rig === null) {
      const own = await ownParameters(device, input.credential, signal);
      return new LiveToken(subject, device, own, input.credential, host);
    }
    await device.provision({ name: EMULATED_CREDENTIAL, secret, parameters }, { signal });
    return new LiveToken(subject, device, parameters, EMULATED_CREDENTIAL, host);
  } catch (error) {
    await subject[Symbol.asyncDispose]();
    throw error;
  }
}

/** A token that is open, to be looked at again and again. */
export class LiveToken implements AsyncDisposable {
  readonly #subject: Subject;
  readonly #device: Device;
  readonly #parameters: TotpParameters;
  readonly #credential: string | undefined;
  readonly #host: Clock;
  readonly #startUs: number;
  readonly #subjectStartUs: number;
  #last: { readonly timeStep: bigint; readonly reading: CodeReading } | undefined;

  constructor(
    subject: Subject,
    device: Device,
    parameters: TotpParameters,
    credential: string | undefined,
    host: Clock,
  ) {
    this.#subject = subject;
    this.#device = device;
    this.#parameters = parameters;
    this.#credential = credential;
    this.#host = host;
    this.#startUs = host.monotonicUs();
    this.#subjectStartUs = subject.clock.monotonicUs();
  }

  get name(): string {
    return this.#subject.name;
  }

  /** `software 1.0`, or what the token says. */
  get model(): string {
    const { model, firmware } = this.#device.info;
    return firmware === undefined ? model : `${model} ${firmware}`;
  }

  /** Looks once. @throws {DeviceError} */
  async look(signal: AbortSignal): Promise<TokenLook> {
    await this.#catchUp();
    if (this.#device.capabilities.button) await this.#subject.rig?.pressButton();
    const nowUs = this.#subject.clock.nowUs();
    const reading = await this.#read(nowUs, signal);
    const offsetSeconds = await this.#offsetSeconds(nowUs, reading.tokenSeconds);
    const tokenUs = nowUs + (offsetSeconds ?? 0) * SECOND_US;
    return {
      code: reading.code,
      stepSeconds: this.#parameters.stepSeconds,
      secondsLeft: untilNextStepUs(tokenUs, this.#parameters) / SECOND_US,
      offsetSeconds,
      movingFactor: reading.movingFactor ?? null,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#subject[Symbol.asyncDispose]();
  }

  /** A token that is told the time is asked once a time step: it may want a touch each time. */
  async #read(nowUs: number, signal: AbortSignal): Promise<CodeReading> {
    const name = this.#credential === undefined ? {} : { credential: this.#credential };
    if (this.#device.capabilities.totp?.clock !== "host") {
      return this.#device.readTotp({ signal, ...name });
    }
    const timeStep = timeStepAt(nowUs, this.#parameters);
    if (this.#last?.timeStep !== timeStep) {
      const reading = await this.#device.readTotp({ signal, ...name, atUs: nowUs });
      this.#last = { timeStep, reading };
    }
    return this.#last.reading;
  }

  /** Simulated time follows the host's. */
  async #catchUp(): Promise<void> {
    const { rig, clock } = this.#subject;
    if (rig === null) return;
    const passedUs = this.#host.monotonicUs() - this.#startUs;
    const behindUs = passedUs - (clock.monotonicUs() - this.#subjectStartUs);
    if (behindUs > 0) await rig.advance(Math.floor(behindUs));
  }

  async #offsetSeconds(nowUs: number, tokenSeconds: number | undefined): Promise<number | null> {
    const { rig } = this.#subject;
    if (rig !== null) return (await rig.truth()).offsetUs / SECOND_US;
    if (this.#device.capabilities.totp?.clock === "host") return null;
    // Whole seconds: the token's time is half a second later on average.
    return tokenSeconds === undefined ? null : tokenSeconds + 0.5 - nowUs / SECOND_US;
  }
}

/** What a physical token says of the credential; the usual values when it says nothing. */
async function ownParameters(
  device: Device,
  credential: string | undefined,
  signal: AbortSignal,
): Promise<TotpParameters> {
  if (!device.capabilities.list) return totpParameters();
  const all = await device.list({ signal });
  const found = all.find(
    ({ name, parameters }) =>
      parameters.kind === "totp" && (credential === undefined || credential === name),
  );
  return found?.parameters.kind === "totp" ? found.parameters : totpParameters();
}
