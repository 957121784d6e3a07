// A physical token as a subject: no rig, and the host's own clock.

import { SystemClock } from "../core/time/system-clock.ts";
import type { Device } from "./device.ts";
import type { Driver, WireEntry } from "./driver.ts";
import type { Subject } from "./subject.ts";
import { BoundedWireLog } from "./wire-log.ts";

/** The token at an address of a driver; it is opened by `connect`. */
export function openPhysicalSubject(name: string, driver: Driver, address: string): Subject {
  return new PhysicalSubject(name, driver, address);
}

class PhysicalSubject implements Subject {
  readonly name: string;
  readonly driver: string;
  readonly rig = null;
  readonly clock: SystemClock = new SystemClock();
  readonly #open: () => Promise<Device>;
  readonly #log: BoundedWireLog = new BoundedWireLog(() => this.clock.monotonicUs());
  #device: Device | undefined;

  constructor(name: string, driver: Driver, address: string) {
    this.name = name;
    this.driver = driver.name;
    this.#open = () => driver.open(address, { log: this.#log.write });
  }

  async connect(): Promise<Device> {
    await this.#device?.close();
    this.#device = await this.#open();
    return this.#device;
  }

  wireLog(): readonly WireEntry[] {
    return this.#log.entries;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#device?.close();
  }
}
