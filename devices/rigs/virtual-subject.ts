// A virtual token with its rig, as a subject for suites, benches and the demo.

import type { Clock } from "../../core/time/clock.ts";
import type { Device } from "../device.ts";
import type { WireEntry } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import type { Rig } from "../rig.ts";
import type { Subject, SubjectOptions } from "../subject.ts";
import { openVirtualDevice, VirtualLink } from "../virtual.ts";
import { BoundedWireLog } from "../wire-log.ts";
import { EmulatedRig } from "./emulated-rig.ts";
import { statedPpmOf, tokenInWorld } from "./emulated-token.ts";

/** A token of this process, of the model `profileName`. */
export function openVirtualSubject(
  name: string,
  profileName: string,
  options: SubjectOptions,
): Subject {
  const { token, world, description } = tokenInWorld(profileName, options);
  const link = new VirtualLink();
  const rig: Rig = new EmulatedRig(token, world, {
    inject: (fault) => link.inject(fault),
    powerLost: () => link.cut(),
    powerBack: () => {
      link.reset();
      link.mend();
    },
    reconnect: async () => link.mend(),
    idle: async () => {},
  });
  const log = new BoundedWireLog(() => world.monotonicUs());
  log.write({ direction: "event", text: description });
  const open = (): Device =>
    openVirtualDevice({
      token,
      link,
      driver: "virtual",
      address: `virtual:${profileName}`,
      log: log.write,
    });
  return new VirtualSubject(name, rig, link, log, open, statedPpmOf(options));
}

class VirtualSubject implements Subject {
  readonly driver = "virtual";
  readonly name: string;
  readonly rig: Rig;
  readonly #link: VirtualLink;
  readonly #log: BoundedWireLog;
  readonly statedPpm?: number;
  readonly #open: () => Device;
  #device: Device | undefined;

  constructor(
    name: string,
    rig: Rig,
    link: VirtualLink,
    log: BoundedWireLog,
    open: () => Device,
    statedPpm: number | undefined,
  ) {
    if (statedPpm !== undefined) this.statedPpm = statedPpm;
    this.name = name;
    this.rig = rig;
    this.#link = link;
    this.#log = log;
    this.#open = open;
  }

  get clock(): Clock {
    return this.rig.clock;
  }

  async connect(): Promise<Device> {
    await this.#device?.close();
    if (this.#link.isCut) {
      throw new DeviceError("not-found", "the token is not connected", {
        hint: "connect it again: the rig can",
      });
    }
    this.#device = this.#open();
    return this.#device;
  }

  wireLog(): readonly WireEntry[] {
    return this.#log.entries;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#device?.close();
    await this.rig[Symbol.asyncDispose]();
  }
}
