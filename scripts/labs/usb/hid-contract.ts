// The contract of devices over the kernel's HID stack. Faults happen on the host's side of it, but
// for unplugging, which the kernel sees.

import { afterAll, beforeAll } from "vitest";
import { openNodeHid } from "../../../devices/hid/node-hid.ts";
import { openHidToken } from "../../../devices/hid/open.ts";
import { knownPins } from "../../../devices/hid/pins.ts";
import { SlotNotes } from "../../../devices/hid/slot-notes.ts";
import { faultyTransport, HidFaults } from "../../../devices/rigs/hid-faults.ts";
import { deviceContract, type TokenTraits } from "../../../devices/testing/contract.ts";
import type { UsbIdentity } from "../../../firmware-sim/applets/smart-profile.ts";
import type { LabToken } from "../testing/lab-token.ts";
import { deviceFile } from "./kernel.ts";
import { labSubject } from "./subjects.ts";
import { plugIntoKernel } from "./usb-token.ts";

/** As the token leaves the factory. */
const PINS = knownPins({ admin: "12345678", user: "123456" });

/** A kind of token, its interface, and the bytes of its feature reports. */
export interface HidKind {
  readonly profile: string;
  readonly protocol: "otp-slots" | "nitrokey";
  readonly usb: UsbIdentity;
  readonly reportBytes: number;
}

/** Registers the contract's tests for a kind of token. */
export function hidContract(name: string, kind: HidKind, traits: TokenTraits): void {
  const { profile, protocol, usb, reportBytes } = kind;
  let lab: LabToken;
  let faults: HidFaults;
  let path = "";
  const fresh = (): void => {
    faults = new HidFaults({ reportBytes, unplug: () => lab.setPlugged(false) });
  };
  beforeAll(async () => {
    fresh();
    lab = await plugIntoKernel({ profile, usb, takeFault: (fault) => faults.inject(fault) });
  });
  afterAll(() => lab[Symbol.asyncDispose]());
  deviceContract(
    name,
    async () => {
      fresh();
      await lab.fresh();
      const notes = new SlotNotes();
      const { rig } = lab;
      const open = async (log: Parameters<Parameters<typeof labSubject>[2]>[0]) => {
        // A device file that has gone keeps its name.
        if (lab.isPlugged) path = await deviceFile(usb, "hidraw");
        const transport = faultyTransport(await openNodeHid(path), faults);
        const settings = { address: path, slot: 2, notes, clock: rig.clock, pins: PINS } as const;
        return openHidToken(protocol, transport, settings, { log });
      };
      const powerCycle = async (offForUs?: number): Promise<void> => {
        faults.unmute();
        await rig.powerCycle(offForUs);
      };
      return labSubject("hid", { ...rig, powerCycle }, open);
    },
    traits,
  );
}
