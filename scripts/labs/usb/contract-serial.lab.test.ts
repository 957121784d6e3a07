import { setTimeout as pause } from "node:timers/promises";
import { SerialPort } from "serialport";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serialDriver } from "../../../devices/serial/driver.ts";
import { deviceContract } from "../../../devices/testing/contract.ts";
import { until } from "../testing/until.ts";
import { attachToKernel, deviceFile, folderOf, untilGone } from "./kernel.ts";
import { SERIAL_IDS, SerialUsbToken } from "./serial-token.ts";
import { labSubject } from "./subjects.ts";

let token: SerialUsbToken;

beforeAll(async () => {
  token = await SerialUsbToken.start(0);
  token.onReconnect = async () => void (await plugged());
  await plugged();
});

afterAll(async () => {
  await token[Symbol.asyncDispose]();
  await untilGone(SERIAL_IDS);
});

/** The port's path, once the kernel has seen each change. */
async function plugged(): Promise<string> {
  if (!token.isPlugged) await untilGone(SERIAL_IDS);
  token.setPlugged(true);
  if (folderOf(SERIAL_IDS) === undefined) await attachToKernel(token.address, SERIAL_IDS);
  return deviceFile(SERIAL_IDS, "tty");
}

test("the driver lists the port with its numbers, maker and serial number", async () => {
  const path = await plugged();
  const described = async (): Promise<string> =>
    (await serialDriver.list()).find(({ address }) => address === path)?.description ?? "";
  // udev tells who made a port some time after the kernel has made it.
  await until("the port's serial number", async () => (await described()).includes("LAB-1"));
  expect(await described()).toMatch(/oathbed.*1209:0002.*LAB-1/);
});

test("the token sees DTR and RTS as a host sets them", async () => {
  const path = await plugged();
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((e) => (e ? reject(e) : resolve())));
  for (const [dtr, rts] of [
    [true, false],
    [false, true],
    [false, false],
    [true, true],
  ] as const) {
    token.lines.length = 0;
    await new Promise<void>((resolve, reject) =>
      port.set({ dtr, rts }, (e) => (e ? reject(e) : resolve())),
    );
    await until(`DTR ${dtr} and RTS ${rts}`, () => token.lines.length > 0);
    await pause(0);
    expect(token.lines.at(-1)).toEqual({ dtr, rts });
  }
  await new Promise<void>((resolve) => port.close(() => resolve()));
});

deviceContract("serial on a Linux kernel, by CDC-ACM", async () => {
  await plugged();
  return labSubject("serial", token.fresh(), async (log) => {
    if (!token.isPlugged) await untilGone(SERIAL_IDS);
    const path = token.isPlugged ? await plugged() : "/dev/ttyACM0";
    return serialDriver.open(path, { log });
  });
});
