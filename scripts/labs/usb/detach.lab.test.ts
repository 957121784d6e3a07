// A host that takes a token off while a transfer waits, as `usbip detach` does.

import { afterAll, beforeAll, expect, test } from "vitest";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { failure } from "../../../devices/testing/contract-bench.ts";
import { openUsbDevice } from "../../../devices/usb/driver.ts";
import { smartProfileOf } from "../../../firmware-sim/profiles-smart.ts";
import type { LabToken } from "../testing/lab-token.ts";
import { attachToKernel, detachFromKernel } from "./kernel.ts";
import { plugIntoKernel } from "./usb-token.ts";

const IDS = { vendorId: 0x1209, productId: 0x0003 } as const;
const ADDRESS = "1209:0003";
let lab: LabToken;

beforeAll(async () => {
  const { usb } = smartProfileOf("yubikey5");
  lab = await plugIntoKernel({
    profile: "yubikey5",
    touch: "button",
    usb: { ...usb, ...IDS, functions: ["ccid"] },
  });
});

afterAll(() => lab[Symbol.asyncDispose]());

test("detached in the middle of a transfer: disconnected; attached again, it works", async () => {
  await using device = await openUsbDevice(ADDRESS, { clock: lab.rig.clock });
  const secret = new Uint8Array(20).fill(1);
  await device.provision({ name: "guarded", secret, parameters: totpParameters(), touch: true });
  const asked = Promise.withResolvers<void>();
  const reading = failure(device.readTotp({ onTouch: () => asked.resolve() }));
  await asked.promise;
  await detachFromKernel(IDS);
  expect(await reading).toBe("disconnected");
  expect(await failure(device.list())).toBe("disconnected");
  expect(await failure(openUsbDevice(ADDRESS))).toBe("not-found");

  await attachToKernel(lab.attachment.address, IDS);
  await using again = await openUsbDevice(ADDRESS, { clock: lab.rig.clock });
  expect((await again.list()).map(({ name }) => name)).toEqual(["guarded"]);
});
