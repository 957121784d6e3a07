// An emulated token on a pseudo-terminal, opened by the serial driver like any other port.

import type { Clock } from "../../core/time/clock.ts";
import type { Device } from "../device.ts";
import type { WireEntry } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import type { Rig } from "../rig.ts";
import { parseSerialAddress } from "../serial/address.ts";
import { openSerialDevice } from "../serial/serial-device.ts";
import type { Subject, SubjectOptions } from "../subject.ts";
import { BoundedWireLog } from "../wire-log.ts";
import { statedPpmOf } from "./emulated-token.ts";
import { type SerialToken, startSerialToken } from "./serial-token.ts";

/**
 * Starts a token with a shell of its own on a port of its own.
 *
 * @throws {DeviceError} unsupported-platform, missing-package
 * @throws {RangeError} naming an option that is out of range
 */
export async function openSerialSubject(name: string, options: SubjectOptions): Promise<Subject> {
  return new SerialSubject(name, await startSerialToken(options), statedPpmOf(options));
}

class SerialSubject implements Subject {
  readonly driver = "serial";
  readonly name: string;
  readonly statedPpm?: number;
  readonly #token: SerialToken;
  readonly #log: BoundedWireLog;
  #device: Device | undefined;

  constructor(name: string, token: SerialToken, statedPpm: number | undefined) {
    if (statedPpm !== undefined) this.statedPpm = statedPpm;
    this.name = name;
    this.#token = token;
    this.#log = new BoundedWireLog(() => token.rig.clock.monotonicUs());
    this.#log.write({ direction: "event", text: token.description });
  }

  get rig(): Rig {
    return this.#token.rig;
  }

  get clock(): Clock {
    return this.#token.rig.clock;
  }

  async connect(): Promise<Device> {
    await this.#device?.close();
    const { path } = this.#token;
    if (path === undefined) {
      throw new DeviceError("not-found", "the token is not connected", {
        hint: "connect it again: the rig can",
      });
    }
    this.#device = await openSerialDevice(parseSerialAddress(path), { log: this.#log.write });
    return this.#device;
  }

  wireLog(): readonly WireEntry[] {
    return this.#log.entries;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#device?.close();
    await this.#token[Symbol.asyncDispose]();
  }
}
