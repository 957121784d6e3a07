// A token that is not of this process as a subject. A physical one has no rig, and the host's own
// clock; an emulated one in another process has both over its control socket.

import type { Clock } from "../core/time/clock.ts";
import { SystemClock } from "../core/time/system-clock.ts";
import type { Device } from "./device.ts";
import type { Driver, OpenOptions, WireEntry } from "./driver.ts";
import type { Rig } from "./rig.ts";
import type { Subject } from "./subject.ts";
import { BoundedWireLog } from "./wire-log.ts";

/** What a token is opened with. */
export type PhysicalOptions = Pick<OpenOptions, "password" | "isFresh">;

/**
 * The token at an address of a driver; it is opened by `connect`.
 *
 * @param rig the hand around it; disposed of with the subject
 * @param options of each time it is opened
 */
export function openPhysicalSubject(
  name: string,
  driver: Driver,
  address: string,
  rig: Rig | null = null,
  options: PhysicalOptions = {},
): Subject {
  return new PhysicalSubject(name, driver, address, rig, options);
}

class PhysicalSubject implements Subject {
  readonly name: string;
  readonly driver: string;
  readonly rig: Rig | null;
  readonly clock: Clock;
  readonly #open: () => Promise<Device>;
  readonly #log: BoundedWireLog;
  #device: Device | undefined;

  constructor(
    name: string,
    driver: Driver,
    address: string,
    rig: Rig | null,
    options: PhysicalOptions,
  ) {
    this.rig = rig;
    this.clock = rig?.clock ?? new SystemClock();
    this.#log = new BoundedWireLog(() => this.clock.monotonicUs());
    this.name = name;
    this.driver = driver.name;
    this.#open = () => driver.open(address, { ...options, log: this.#log.write });
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
    await this.rig?.[Symbol.asyncDispose]();
  }
}
