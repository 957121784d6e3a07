import { afterAll, beforeAll, expect, test } from "vitest";
import { deviceContract } from "../../../devices/testing/contract.ts";
import { failure } from "../../../devices/testing/contract-bench.ts";
import { openUsbDevice, usbDriver } from "../../../devices/usb/driver.ts";
import { smartProfileOf } from "../../../firmware-sim/profiles-smart.ts";
import type { LabToken } from "../testing/lab-token.ts";
import { labSubject } from "./subjects.ts";
import { plugIntoKernel, TEST_IDS } from "./usb-token.ts";

const PROFILE = "yubikey5";
const ADDRESS = "1209:0001";
let lab: LabToken;

beforeAll(async () => {
  const { usb } = smartProfileOf(PROFILE);
  lab = await plugIntoKernel({
    profile: PROFILE,
    usb: { ...usb, ...TEST_IDS, functions: ["ccid"] },
  });
});

afterAll(() => lab[Symbol.asyncDispose]());

test("the driver lists it among the computer's readers", async () => {
  const found = await usbDriver.list();
  expect(found.find(({ address }) => address === ADDRESS)?.description).toContain("Yubico");
  expect(await usbDriver.health()).toMatchObject({ state: "ready" });
  expect(await failure(usbDriver.open("1209:7777"))).toBe("not-found");
});

deviceContract(
  "usb on a Linux kernel, by WebUSB",
  async () => {
    await lab.fresh();
    return labSubject("usb", lab.rig, async (log) => {
      const { clock } = lab.rig;
      return openUsbDevice(ADDRESS, { log, clock });
    });
  },
  { display: false },
);
