// The hid driver through our own USB/IP client and server: GET_REPORT and SET_REPORT on endpoint 0,
// with no kernel and no native package in between.

import { generateSync } from "otplib";
import { expect, test } from "vitest";
import { encodeBase32 } from "../../core/oath/base32.ts";
import { hotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { createRandom } from "../../core/time/random.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { TypedTextReader } from "../../core/wire/keyboard.ts";
import { createSmartToken, type SmartToken } from "../../firmware-sim/applets/smart-token.ts";
import { openUsbipServer } from "../../firmware-sim/ports/usbip-server.ts";
import { smartProfileOf } from "../../firmware-sim/profiles-smart.ts";
import { createTokenDevice } from "../../firmware-sim/usb/token-device.ts";
import { readTypedCode } from "../operator/typed-code.ts";
import { driverOf } from "../registry.ts";
import { failure } from "../testing/contract-bench.ts";
import { parseUsbAddress } from "../usb/address.ts";
import { openUsbipTransport } from "../usb/usbip-transport.ts";
import { openUsbHid } from "./usb-hid.ts";

const secret = rfc4226Secret();

async function served(profileName: string) {
  const profile = smartProfileOf(profileName);
  const clock = new SimulatedClock(1_767_225_600_000_000);
  const token = createSmartToken({ profile, clock, random: createRandom(1) });
  const server = await openUsbipServer({ port: 0 });
  const busid = server.add(createTokenDevice(token.info.usb, partsOf(token), clock));
  const path = `usbip://${server.host}:${server.port}/${busid}`;
  return { token, server, busid, path };
}

function partsOf({ card, otpKeyboard, nitrokey }: SmartToken) {
  return {
    ...(card === undefined ? {} : { card }),
    ...(otpKeyboard === undefined ? {} : { otpKeyboard }),
    ...(nitrokey === undefined ? {} : { nitrokey }),
  };
}

test("slots of a YubiKey, its keyboard among other functions", async () => {
  const { server, token, path, busid } = await served("yubikey5");
  await using _server = server;
  await using device = await driverOf("hid").open(path);
  expect(device.info).toMatchObject({
    address: `hid:${path}`,
    firmware: "5.4.3",
    serial: String(token.info.serial),
  });
  await device.provision({ name: "slot 1", secret, parameters: totpParameters({ digits: 8 }) });
  const read = () => device.readTotp({ credential: "slot 1", atUs: 59_000_000 });
  expect(await read()).toEqual({ code: "94287082", movingFactor: 1n });
  server.remove(busid);
  expect(await failure(read())).toBe("disconnected");
});

test("a Nitrokey Pro is listed and read with the time that was set", async () => {
  process.env.OATHBED_ADMIN_PIN = "12345678";
  try {
    const { server, path } = await served("nitrokey-pro");
    await using _server = server;
    await using device = await driverOf("hid").open(path);
    const credential = { name: "a", secret, parameters: totpParameters() };
    await device.provision(credential);
    expect(await device.list()).toEqual([{ name: "a", parameters: credential.parameters }]);
    await device.setTime(1_767_225_600);
    const expected = generateSync({ secret: encodeBase32(secret), epoch: 1_767_225_600 });
    expect(await device.readTotp()).toEqual({ code: expected });
  } finally {
    delete process.env.OATHBED_ADMIN_PIN;
  }
});

test("a card without HID reports is no token of this driver", async () => {
  const { server, path } = await served("canokey");
  await using _server = server;
  expect(await failure(driverOf("hid").open(path))).toBe("not-supported");
  expect(await failure(driverOf("hid").open(`${path}9`))).toBe("not-found");
});

test("what the keyboard types arrives as input reports", async () => {
  const { server, token, path } = await served("yubikey5");
  await using _server = server;
  await using device = await driverOf("hid").open(path);
  await device.provision({ name: "slot 1", secret, parameters: hotpParameters() });
  await device.close();
  const { host, port, busid } = parseUsbip(path);
  const signal = AbortSignal.timeout(5000);
  const usb = await openUsbipTransport({ host, port }, busid, signal);
  const { transport } = await openUsbHid(usb, signal);
  token.press();
  const reader = new TypedTextReader();
  let text = "";
  while (!text.endsWith("\n")) {
    const typed = reader.read(await transport.read(signal));
    if (typed.kind === "typed") text += typed.text;
  }
  await transport.close();
  expect(readTypedCode(text, 6)).toEqual({ kind: "code", code: "755224", prefix: "" });
});

function parseUsbip(path: string) {
  const address = parseUsbAddress(path);
  if (address.kind !== "usbip") throw new Error("not over USB/IP");
  return address;
}
