// The rig moves the clock of a token on the other side of the guest: USB one way, control socket
// the other.

import { afterAll, beforeAll, expect, test } from "vitest";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { serialDriver } from "../../../devices/serial/driver.ts";
import { hostAddress, hostRig } from "./host.ts";
import { attachToKernel, detachFromKernel, deviceFile } from "./kernel.ts";
import { SERIAL_IDS } from "./serial-token.ts";

beforeAll(() => attachToKernel(hostAddress("OATHBED_HOST_SERIAL", "1-1"), SERIAL_IDS));

afterAll(() => detachFromKernel(SERIAL_IDS));

test("a serial token's clock jumps as far as the rig says, and its codes with it", async () => {
  await using rig = await hostRig("OATHBED_CONTROL_SERIAL");
  await using device = await serialDriver.open(await deviceFile(SERIAL_IDS, "tty"));
  const parameters = totpParameters({ digits: 8 });
  await device.provision({ name: "timed", secret: rfc4226Secret(), parameters });
  await device.setTime(1_111_111_000);
  const before = await device.readTime();
  await rig.advance(1_000_000_000_000);
  const passed = (await device.readTime()) - before;
  // A million seconds, and the moments that the test took.
  expect(passed).toBeGreaterThanOrEqual(1_000_000);
  expect(passed).toBeLessThan(1_000_060);
  await device.setTime(59 - 30);
  await rig.advance(30_000_000);
  expect((await device.readTotp()).code).toBe("94287082");
  expect((await rig.truth()).ratePpm).toBe(0);
});
