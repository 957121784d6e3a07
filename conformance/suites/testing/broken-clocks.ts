// Tokens whose clock is wrong, or goes wrong when the power goes, the date turns or it is set.

import type { Device } from "../../../devices/device.ts";
import type { Rig } from "../../../devices/rig.ts";
import { subjectSource } from "../../../devices/sources.ts";
import type { Subject, SubjectOptions } from "../../../devices/subject.ts";
import type { TokenSource } from "../../run/token-source.ts";
import { brokenBy, type Defect, overlay } from "./broken-tokens.ts";

/** A time that firmware begins with when it knows none: 2000-01-01T00:00:00Z. */
const FIRMWARE_SECONDS = 946_684_800;

/** What is wrong around a device: its rig's acts, and what stands in its data sheet. */
export type RigDefect = (
  subject: Subject,
  rig: Rig,
) => { readonly rig?: Partial<Rig>; readonly subject?: Partial<Subject> };

/** The virtual token, or another one, with something wrong in what befalls it. */
export function brokenAround(
  name: string,
  wrong: RigDefect,
  { model = "virtual", options = {} }: { model?: string; options?: SubjectOptions } = {},
): TokenSource {
  const source = subjectSource(model);
  return {
    ...source,
    name,
    open: async (given) => {
      const subject = await source.open({ ...given, ...options });
      if (subject.rig === null) throw new TypeError(`${model} has no rig`);
      const defect = wrong(subject, subject.rig);
      const rig = overlay(subject.rig, defect.rig ?? {});
      return overlay(subject, { rig, ...defect.subject });
    },
  };
}

/** After each power cut the clock is set to what `change` makes of its time. */
function afterPower(change: (seconds: number, offForUs: number) => number): RigDefect {
  return (subject, rig) => ({
    rig: {
      powerCycle: async (offForUs = 1_000_000) => {
        await rig.powerCycle(offForUs);
        const device = await subject.connect();
        await device.setTime(change(await device.readTime(), offForUs));
      },
    },
  });
}

/** Claims that setting its clock takes its secrets away; `set` sets it. */
function claimsToForget(set: (device: Device, seconds: number) => Promise<void>): Defect {
  return (device) => ({
    capabilities: { ...device.capabilities, setTimeForgets: true },
    setTime: (seconds) => set(device, seconds),
  });
}

async function removeAll(device: Device): Promise<void> {
  for (const { name } of await device.list()) await device.remove(name);
}

/** What is wrong, a token each. */
export const BROKEN_CLOCKS: Readonly<Record<string, readonly [string, TokenSource]>> = {
  "clock-begins-anew": [
    "begins at the year 2000 after a power cut, and shows codes",
    brokenAround(
      "clock-begins-anew",
      afterPower(() => FIRMWARE_SECONDS),
    ),
  ],
  "clock-stands-without-power": [
    "stops its clock while the power is off",
    brokenAround(
      "clock-stands-without-power",
      afterPower((seconds, offForUs) => seconds - Math.ceil(offForUs / 1e6)),
    ),
  ],
  "second-lost-at-power-cuts": [
    "loses a second with each power cut",
    brokenAround(
      "second-lost-at-power-cuts",
      afterPower((seconds) => seconds - 1),
    ),
  ],
  "clock-fast": [
    "runs 200 ppm fast, and its data sheet says 0",
    brokenAround("clock-fast", () => ({ subject: { statedPpm: 0 } }), {
      options: { ratePpm: 200 },
    }),
  ],
  "forgets-nothing": [
    "keeps its secret when its clock is set, and promises not to",
    brokenBy(
      "forgets-nothing",
      claimsToForget((device, seconds) => device.setTime(seconds)),
    ),
  ],
  "forgets-when-set-ahead": [
    "takes its secret away when its clock is set ahead only",
    brokenBy(
      "forgets-when-set-ahead",
      claimsToForget(async (device, seconds) => {
        if (seconds > (await device.readTime())) await removeAll(device);
        await device.setTime(seconds);
      }),
    ),
  ],
  "sets-the-clock-first": [
    "sets its clock before it takes its secret away",
    brokenBy(
      "sets-the-clock-first",
      claimsToForget(async (device, seconds) => {
        await device.setTime(seconds);
        await removeAll(device);
      }),
    ),
  ],
};
