// Nitrokey Pro: PINs are never spent, slots of both kinds, steps and digits, firmware that is old.

import { expect, test } from "vitest";
import { hotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { RFC4226_VECTORS, rfc4226Secret } from "../../core/oath/vectors.ts";
import { createRandom } from "../../core/time/random.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import {
  encodeNitrokeyResponse,
  encodeNitrokeyStatusAnswer,
  NITROKEY_COMMANDS,
} from "../../core/wire/hid-reports.ts";
import { createSmartToken } from "../../firmware-sim/applets/smart-token.ts";
import { smartProfileOf } from "../../firmware-sim/profiles-smart.ts";
import type { Device } from "../device.ts";
import { HidLink } from "../rigs/hid-link.ts";
import { subjectSource } from "../sources.ts";
import { failure } from "../testing/contract-bench.ts";
import { type HidTokenSettings, openHidToken } from "./open.ts";
import { knownPins, type PinSource } from "./pins.ts";
import { SlotNotes } from "./slot-notes.ts";
import type { HidTransport } from "./transport.ts";

const secret = rfc4226Secret();
const credential = { name: "a", secret, parameters: totpParameters({ digits: 8 }) };

function settings(pins: PinSource): HidTokenSettings {
  const clock = new SimulatedClock(0);
  return { address: "test", slot: 2, notes: new SlotNotes(), clock, pins };
}

/** A token whose devices are opened with the PINs given. */
function token(): { readonly link: HidLink; open(pins: PinSource): Promise<Device> } {
  const profile = smartProfileOf("nitrokey-pro");
  const clock = new SimulatedClock(1_767_225_600_000_000);
  const { nitrokey } = createSmartToken({ profile, clock, random: createRandom(1) });
  if (nitrokey === undefined) throw new Error("the profile has no reports");
  const link = new HidLink(nitrokey);
  return { link, open: (pins) => openHidToken("nitrokey", link.open(), settings(pins)) };
}

test("a wrong PIN is shown to the token once, and no third try is ever made", async () => {
  const { open } = token();
  const wrong = knownPins({ admin: "87654321" });
  await using first = await open(wrong);
  for (let time = 0; time < 5; time++) {
    await expect(first.provision(credential)).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining("wrong"),
    });
  }
  // Two of three tries are left: one more device, one more try; the last one is never made.
  await using second = await open(wrong);
  expect(await failure(second.provision(credential))).toBe("refused");
  await using third = await open(knownPins({ admin: "12345678" }));
  await expect(third.provision(credential)).rejects.toThrow(/1 tries left: it is not shown/);
});

test("without a PIN nothing is written, and the error says where to put it", async () => {
  const { open } = token();
  await using device = await open(knownPins({}));
  await expect(device.provision(credential)).rejects.toMatchObject({
    code: "refused",
    hint: expect.stringContaining("OATHBED_ADMIN_PIN"),
  });
  expect(await device.list()).toEqual([]);
});

test("three event-based slots count by themselves, and a fourth is refused", async () => {
  await using subject = await subjectSource("hid:emulated-nitrokey-pro").open({});
  const device = await subject.connect();
  const parameters = hotpParameters();
  for (const name of ["x", "y", "z"]) await device.provision({ name, secret, parameters });
  expect(await failure(device.provision({ name: "w", secret, parameters }))).toBe("refused");
  for (const { code } of RFC4226_VECTORS) {
    expect(await device.readHotp({ credential: "y" })).toEqual({ code });
  }
  expect(await device.readHotp({ credential: "z" })).toEqual({ code: RFC4226_VECTORS[0]?.code });
});

test("one name is one credential, also when its kind changes", async () => {
  await using subject = await subjectSource("hid:emulated-nitrokey-pro").open({});
  const device = await subject.connect();
  await device.provision(credential);
  await device.provision({ ...credential, parameters: hotpParameters() });
  expect(await device.list()).toEqual([{ name: "a", parameters: hotpParameters() }]);
});

test("a credential can still be written after the power was off", async () => {
  await using subject = await subjectSource("hid:emulated-nitrokey-pro").open({});
  await (await subject.connect()).provision(credential);
  await subject.rig?.powerCycle();
  const device = await subject.connect();
  await device.provision({ ...credential, name: "b" });
  expect(await device.list()).toHaveLength(2);
});

test("its clock is its own: it drifts with the oscillator", async () => {
  const source = subjectSource("hid:emulated-nitrokey-pro");
  await using subject = await source.open({ ratePpm: 100 });
  const device = await subject.connect();
  await device.provision(credential);
  await device.setTime(0);
  expect(await subject.rig?.truth()).toMatchObject({ ratePpm: 100 });
  const first = await device.readTotp();
  await subject.rig?.advance(29_999_000_000);
  expect((await device.readTotp()).code).not.toBe(first.code);
});

test.each([
  ["once: it is read again", 1, "94287082"],
  ["each time in the same way: it is taken as the token's way", Infinity, "94287083"],
])("a code that arrives with a wrong CRC %s", async (_, times, expected) => {
  const { link, open } = token();
  await using writer = await open(knownPins({ admin: "12345678" }));
  await writer.provision(credential);
  await writer.setTime(59);
  const inner = link.open();
  let left: number = times;
  const transport: HidTransport = {
    ...inner,
    getFeature: async (length, signal) => {
      const report = await inner.getFeature(length, signal);
      if (report[1] === NITROKEY_COMMANDS["get-code"] && left-- > 0) {
        report[7] = (report[7] ?? 0) ^ 1; // the lowest bit of the code
      }
      return report;
    },
  };
  await using device = await openHidToken("nitrokey", transport, settings(knownPins({})));
  expect((await device.readTotp()).code).toBe(expected);
});

test("old firmware is read and not written", async () => {
  const cardSerial = new Uint8Array(4);
  const generalConfig = new Uint8Array(5);
  const status = encodeNitrokeyStatusAnswer({ major: 0, minor: 7, cardSerial, generalConfig });
  let crc = 0;
  const transport: HidTransport = {
    sendFeature: async (report) => {
      crc = new DataView(report.buffer).getUint32(60, true);
    },
    getFeature: async () =>
      encodeNitrokeyResponse({
        deviceStatus: 0,
        lastCommand: 0,
        lastCommandCrc: crc,
        commandStatus: 0,
        payload: status,
      }),
    write: async () => {},
    read: async () => new Uint8Array(64),
    close: async () => {},
  };
  await using device = await openHidToken("nitrokey", transport, settings(knownPins({})));
  expect(device.info.firmware).toBe("0.7");
  expect(device.capabilities.provision).toBeUndefined();
  expect(await failure(device.provision(credential))).toBe("not-supported");
  expect(await failure(device.remove("a"))).toBe("not-supported");
});
