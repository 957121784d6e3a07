import { afterAll, beforeAll, expect, test } from "vitest";
import { totpParameters } from "../../../core/oath/parameters.ts";
import type { Device } from "../../../devices/device.ts";
import { openSmartCard, smartCardDriver } from "../../../devices/smart-card/driver.ts";
import { failure } from "../../../devices/testing/contract-bench.ts";
import type { LabToken } from "../testing/lab-token.ts";
import { Ykman } from "../testing/ykman.ts";
import { insertToken, READER } from "./reader.ts";

let lab: LabToken;

beforeAll(async () => {
  lab = await insertToken({ profile: "yubikey5", touch: "button" });
});

afterAll(() => lab[Symbol.asyncDispose]());

async function withGuarded(): Promise<Device> {
  await lab.fresh();
  const device = await openSmartCard(READER, { clock: lab.rig.clock });
  const secret = new Uint8Array(20).fill(1);
  await device.provision({ name: "guarded", secret, parameters: totpParameters(), touch: true });
  return device;
}

test("a card taken out while it waits for a touch is disconnected; put in again, it works", async () => {
  await using device = await withGuarded();
  const asked = Promise.withResolvers<void>();
  const reading = failure(device.readTotp({ onTouch: () => asked.resolve() }));
  await asked.promise;
  await lab.setPlugged(false);
  expect(await reading).toBe("disconnected");
  expect(await failure(device.list())).toBe("disconnected");
  await device.close();
  expect(await failure(openSmartCard(READER))).toBe("not-found");
  using ykman = new Ykman("--reader", READER);
  expect(await ykman.refuses("oath", "info")).toMatch(/no smart card|connect/i);

  await lab.setPlugged(true);
  await using again = await openSmartCard(READER, { clock: lab.rig.clock });
  expect((await again.list()).map(({ name }) => name)).toEqual(["guarded"]);
});

test("the driver lists the readers, and says which of them is empty", async () => {
  const found = await smartCardDriver.list();
  expect(found.map(({ address, problem }) => [address, problem !== undefined])).toEqual([
    [READER, false],
    [READER.replace(/00$/, "01"), true],
  ]);
});

test("while one program has the card, another one is told so", async () => {
  await using _ = await withGuarded();
  expect(await failure(openSmartCard(READER))).toBe("no-access");
});
