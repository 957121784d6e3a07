// Codes read from a device for enroll, verify and resync. An emulated token is fresh each time: it
// gets the secret first. A physical one is read as it is.

import type { TokenSource } from "../../conformance/run/token-source.ts";
import { untilNextStepUs } from "../../core/drift/steps.ts";
import type { OathParameters } from "../../core/oath/parameters.ts";
import { SECOND_US, wait } from "../../core/time/clock.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import type { Device } from "../../devices/device.ts";
import { DeviceError } from "../../devices/errors.ts";
import type { Subject } from "../../devices/subject.ts";
import type { Context } from "../command.ts";
import { ProgressLine } from "../progress.ts";

/** How often a display is looked at while its next code is waited for, microseconds. */
const LOOK_AGAIN_US: number = SECOND_US / 2;

/** Which codes to read. */
export interface DeviceCodesInput {
  readonly source: TokenSource;
  /** Name of the credential on tokens that have names. */
  readonly credential: string;
  readonly parameters: OathParameters;
  readonly secret: Uint8Array;
  /** First counter of an HOTP credential that is written. */
  readonly counter: bigint;
  readonly count: 1 | 2;
  /** Whether the secret is written to a physical token too. */
  readonly provision: boolean;
}

/** Codes, and the host's time at which they count as received. */
export interface DeviceCodes {
  readonly codes: readonly string[];
  readonly receivedAtUs: number;
}

/** Reads one code, or two consecutive ones. @throws {DeviceError} */
export async function readDeviceCodes(
  input: DeviceCodesInput,
  context: Context,
): Promise<DeviceCodes> {
  const startUs = new SystemClock().nowUs();
  await using subject = await input.source.open({ startUs });
  const device = await subject.connect();
  const reader = new CodeReader(input, subject, device, context);
  if (subject.rig !== null || input.provision) await reader.provision();
  const codes = await reader.read();
  return { codes, receivedAtUs: subject.clock.nowUs() };
}

class CodeReader {
  readonly #input: DeviceCodesInput;
  readonly #subject: Subject;
  readonly #device: Device;
  readonly #context: Context;

  constructor(input: DeviceCodesInput, subject: Subject, device: Device, context: Context) {
    this.#input = input;
    this.#subject = subject;
    this.#device = device;
    this.#context = context;
  }

  async provision(): Promise<void> {
    const { credential: name, secret, parameters, counter } = this.#input;
    if (this.#device.capabilities.provision === undefined) {
      throw new DeviceError("not-supported", `secrets cannot be written to ${this.#subject.name}`, {
        hint: "give the secret it holds with --secret-file",
      });
    }
    const start = parameters.kind === "hotp" ? { counter } : {};
    await this.#device.provision(
      { name, secret, parameters, ...start },
      { signal: this.#context.signal },
    );
  }

  async read(): Promise<readonly string[]> {
    const { parameters, count } = this.#input;
    if (parameters.kind === "hotp") {
      const codes: string[] = [];
      while (codes.length < count) codes.push(await this.#hotp());
      return codes;
    }
    const stepUs = parameters.stepSeconds * SECOND_US;
    if (count === 1) return [await this.#totp(0)];
    // A token that is told the time is told two times: there is nothing to wait for.
    if (this.#device.capabilities.totp?.clock === "host") {
      return [await this.#totp(-stepUs), await this.#totp(0)];
    }
    const first = await this.#totp(0);
    return [first, await this.#nextAfter(first, stepUs)];
  }

  /** The code after `first`: the next time step's. */
  async #nextAfter(first: string, stepUs: number): Promise<string> {
    const { rig, clock, name } = this.#subject;
    const { parameters } = this.#input;
    if (parameters.kind !== "totp") throw new TypeError("event-based codes need no wait");
    if (rig !== null) {
      const tokenUs = clock.nowUs() + (await rig.truth()).offsetUs;
      await rig.advance(Math.ceil(untilNextStepUs(tokenUs, parameters)) + 1000);
      return this.#totp(0);
    }
    using progress = new ProgressLine(this.#context.terminal);
    const startUs = clock.monotonicUs();
    const limitUs = 2 * stepUs;
    for (let passedUs = 0; passedUs < limitUs; passedUs = clock.monotonicUs() - startUs) {
      progress.show(passedUs / SECOND_US, 0, `waiting for the next code of ${name}`);
      await wait(clock, LOOK_AGAIN_US, this.#context.signal);
      const next = await this.#totp(0);
      if (next !== first) return next;
    }
    throw new DeviceError("timed-out", `${name} shows the same code for ${limitUs / SECOND_US} s`, {
      hint: "its clock stands still, or its time steps are longer",
    });
  }

  async #totp(shiftUs: number): Promise<string> {
    const { capabilities } = this.#device;
    await this.#press();
    const isHostTimed = capabilities.totp?.clock === "host";
    const { code } = await this.#device.readTotp({
      signal: this.#context.signal,
      ...this.#credential(),
      ...(isHostTimed ? { atUs: this.#subject.clock.nowUs() + shiftUs } : {}),
    });
    return code;
  }

  async #hotp(): Promise<string> {
    await this.#press();
    const { signal } = this.#context;
    return (await this.#device.readHotp({ signal, ...this.#credential() })).code;
  }

  /** The button of an emulated token; a physical one's is pressed by its owner. */
  async #press(): Promise<void> {
    if (this.#device.capabilities.button) await this.#subject.rig?.pressButton();
  }

  #credential(): { readonly credential?: string } {
    const hasNames = this.#device.capabilities.provision?.names === true;
    return hasNames ? { credential: this.#input.credential } : {};
  }
}
