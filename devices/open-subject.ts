// A subject of its parts: one device at a time, its log, and what ends with it.

import { SystemClock } from "../core/time/system-clock.ts";
import type { Device } from "./device.ts";
import type { WireLog } from "./driver.ts";
import type { Rig } from "./rig.ts";
import type { Subject } from "./subject.ts";
import { BoundedWireLog } from "./wire-log.ts";

/** What a subject is made of. */
export interface SubjectParts extends Pick<Subject, "name" | "driver"> {
  /** Null: a physical token, on the host's own clock. */
  readonly rig: Rig | null;
  /** First entry of the log, where there is one: what the token is. */
  readonly summary?: string;
  readonly statedPpm?: number | undefined;
  /** Opens the token; the device that was open before is closed by then. @throws {DeviceError} */
  open(log: WireLog): Promise<Device> | Device;
  /** Ends the token, its port and its rig, when the device is closed. */
  close(): Promise<void>;
}

/** @see Subject */
export function openSubject(parts: SubjectParts): Subject {
  const { name, driver, rig, summary, statedPpm } = parts;
  const clock = rig?.clock ?? new SystemClock();
  const log = new BoundedWireLog(() => clock.monotonicUs());
  if (summary !== undefined) log.write({ direction: "event", text: summary });
  let device: Device | undefined;
  return {
    name,
    driver,
    rig,
    clock,
    ...(statedPpm === undefined ? {} : { statedPpm }),
    connect: async () => {
      await device?.close();
      device = await parts.open(log.write);
      return device;
    },
    wireLog: () => log.entries,
    [Symbol.asyncDispose]: async () => {
      await device?.close();
      await parts.close();
    },
  };
}
