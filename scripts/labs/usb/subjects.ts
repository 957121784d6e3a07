// Tokens on the guest's USB, opened by our drivers like any other, as subjects.

import type { Device } from "../../../devices/device.ts";
import type { WireLog } from "../../../devices/driver.ts";
import type { Rig } from "../../../devices/rig.ts";
import type { Subject } from "../../../devices/subject.ts";
import { BoundedWireLog } from "../../../devices/wire-log.ts";

/** A subject whose token stays where it is when it is disposed of. */
export function labSubject(
  driver: string,
  rig: Rig,
  open: (log: WireLog) => Promise<Device>,
): Subject {
  const log = new BoundedWireLog(() => rig.clock.monotonicUs());
  let device: Device | undefined;
  return {
    name: `${driver}:lab`,
    driver,
    rig,
    clock: rig.clock,
    connect: async () => {
      await device?.close();
      device = await open(log.write);
      return device;
    },
    wireLog: () => log.entries,
    [Symbol.asyncDispose]: async () => {
      await device?.close();
    },
  };
}
