// A token on the bench of the contract's tests.

import { expect } from "vitest";
import { hotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import type { CodeReading, Device, OperationOptions } from "../device.ts";
import { DeviceError, type DeviceErrorCode } from "../errors.ts";
import type { Rig } from "../rig.ts";
import type { Subject } from "../subject.ts";
import type { OpenSubject } from "./contract.ts";

/** Unix times of RFC 6238 Appendix B with their SHA-1 codes of 8 digits. */
export const AT_59 = { seconds: 59, code: "94287082" } as const;
/** @see AT_59 */
export const AT_1111111109 = { seconds: 1_111_111_109, code: "07081804" } as const;

/** A token that is open. Disposing disposes of the subject. */
export class Bench implements AsyncDisposable {
  readonly subject: Subject;
  readonly rig: Rig;
  device: Device;
  /** Host time for tokens without a clock, microseconds since the Unix epoch. */
  #atUs = 59_000_000;

  private constructor(subject: Subject, rig: Rig, device: Device) {
    this.subject = subject;
    this.rig = rig;
    this.device = device;
  }

  static async open(openSubject: OpenSubject): Promise<Bench> {
    const subject = await openSubject();
    const { rig } = subject;
    if (rig === null) throw new Error("the contract needs a token with a rig");
    return new Bench(subject, rig, await subject.connect());
  }

  /** With the RFCs' 20-byte secret as a time-based credential of 8 digits. */
  static async withTotp(openSubject: OpenSubject): Promise<Bench> {
    const bench = await Bench.open(openSubject);
    await bench.putTotp();
    return bench;
  }

  /** With the RFCs' secret as an event-based credential of 6 digits. */
  static async withHotp(openSubject: OpenSubject): Promise<Bench> {
    const bench = await Bench.open(openSubject);
    const parameters = hotpParameters();
    await bench.device.provision({ name: "counted", secret: rfc4226Secret(), parameters });
    return bench;
  }

  async putTotp(name = "timed"): Promise<void> {
    const parameters = totpParameters({ digits: 8 });
    await this.device.provision({ name, secret: rfc4226Secret(), parameters });
  }

  /** Whether the token has no clock: the time goes with each request. */
  get isHostClock(): boolean {
    return this.device.capabilities.totp?.clock === "host";
  }

  /** Sets the token's clock, or the time that goes with the next requests. */
  async setTime({ seconds }: { readonly seconds: number }): Promise<void> {
    this.#atUs = seconds * 1_000_000;
    if (!this.isHostClock) await this.device.setTime(seconds);
  }

  /** The code at the time that was set. */
  readTotp(
    options: OperationOptions & { readonly credential?: string } = {},
  ): Promise<CodeReading> {
    return this.device.readTotp(this.isHostClock ? { ...options, atUs: this.#atUs } : options);
  }

  async codeAt(at: { readonly seconds: number }): Promise<CodeReading> {
    await this.setTime(at);
    return this.readTotp();
  }

  /** An operation that changes nothing and that every token knows. Needs a credential. */
  async ask(options: OperationOptions = {}): Promise<void> {
    if (this.device.capabilities.readTime) await this.device.readTime(options);
    else await this.readTotp(options);
  }

  async reconnect(): Promise<void> {
    this.device = await this.subject.connect();
  }

  /** Power off and on, and a new device. */
  async revive(): Promise<void> {
    await this.rig.powerCycle();
    await this.reconnect();
  }

  logText(): string {
    return this.subject
      .wireLog()
      .map(({ text }) => text)
      .join("\n");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.subject[Symbol.asyncDispose]());
  }
}

/** The code of the DeviceError that `operation` must reject with. */
export async function failure(operation: Promise<unknown>): Promise<DeviceErrorCode> {
  const outcome = await operation.then(
    () => "it succeeded",
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(DeviceError);
  return (outcome as DeviceError).code;
}
