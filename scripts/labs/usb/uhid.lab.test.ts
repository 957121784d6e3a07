// A HID device of the guest itself, without USB: /dev/uhid.

import { expect, test } from "vitest";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { createRandom } from "../../../core/time/random.ts";
import { SystemClock } from "../../../core/time/system-clock.ts";
import { hidDriver } from "../../../devices/hid/driver.ts";
import { failure } from "../../../devices/testing/contract-bench.ts";
import { createSmartToken } from "../../../firmware-sim/applets/smart-token.ts";
import { attach } from "../../../firmware-sim/ports/attach.ts";
import { smartProfileOf } from "../../../firmware-sim/profiles-smart.ts";
import { until } from "../testing/until.ts";

test("a token on /dev/uhid is found, written and read; pulled out, it has gone", async () => {
  const clock = new SystemClock();
  const profile = smartProfileOf("yubikey5");
  const token = createSmartToken({ profile, clock, random: createRandom(3), serial: 7 });
  const { otpKeyboard, info } = token;
  if (otpKeyboard === undefined) throw new Error("no OTP slots");
  const attachable = { name: "lab", usb: info.usb, otpKeyboard };
  const find = async (): Promise<string | undefined> => (await hidDriver.list())[0]?.address;
  // The test before may have left one that is on its way out.
  await until("no other HID interface", async () => (await find()) === undefined);
  await using port = await attach(attachable, { kind: "uhid", clock });
  await until("a HID interface", async () => (await find()) !== undefined);
  const path = (await find()) ?? "";
  await using device = await hidDriver.open(path);
  expect(device.info.serial).toBe("7");
  const parameters = totpParameters({ digits: 8 });
  await device.provision({ name: "slot 2", secret: rfc4226Secret(), parameters });
  const read = () => device.readTotp({ credential: "slot 2", atUs: 59_000_000 });
  expect((await read()).code).toBe("94287082");
  port.setPlugged(false);
  await until("the end of the interface", async () => (await find()) === undefined);
  expect(await failure(read())).toBe("disconnected");
});
