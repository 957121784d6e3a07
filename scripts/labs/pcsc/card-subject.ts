// Emulated tokens in the reader, opened by the smart-card driver like any other, as subjects.

import type { Device } from "../../../devices/device.ts";
import { openSmartCard } from "../../../devices/smart-card/driver.ts";
import type { SubjectSource } from "../../../devices/sources.ts";
import type { Subject } from "../../../devices/subject.ts";
import { BoundedWireLog } from "../../../devices/wire-log.ts";
import type { LabToken } from "../testing/lab-token.ts";
import { READER, untilInserted } from "./reader.ts";

/** The token of a reader, made new each time it is opened. */
export function cardSource(lab: () => LabToken): SubjectSource {
  return {
    name: "smart-card:vpcd",
    driver: "smart-card",
    description: "token behind pcscd and vpcd",
    open: () => openCardSubject(lab()),
  };
}

/** The token as it came from the factory. Disposing leaves it in the reader. */
export async function openCardSubject(lab: LabToken): Promise<Subject> {
  await lab.fresh();
  const { rig } = lab;
  const log = new BoundedWireLog(() => rig.clock.monotonicUs());
  let device: Device | undefined;
  return {
    name: "smart-card:vpcd",
    driver: "smart-card",
    rig,
    clock: rig.clock,
    connect: async () => {
      await device?.close();
      // pcscd looks for cards every 0.4 s only.
      await untilInserted(lab.isPlugged);
      device = await openSmartCard(READER, { log: log.write, clock: rig.clock });
      return device;
    },
    wireLog: () => log.entries,
    [Symbol.asyncDispose]: async () => {
      await device?.close();
    },
  };
}
