// token run in this process, with hosts of ours.

import { afterAll, beforeAll, expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { connectRig } from "../../devices/control/client.ts";
import { parseEndpoint } from "../../devices/control/endpoint.ts";
import { parseSerialAddress } from "../../devices/serial/address.ts";
import { openSerialDevice } from "../../devices/serial/serial-device.ts";
import { openUsbDevice } from "../../devices/usb/driver.ts";
import { oathbed, startOathbed } from "../testing/oathbed.ts";
import { type Scratch, scratch } from "../testing/scratch.ts";
import { type KeptToken, readStateFile } from "./state-file.ts";

/** RFC 6238 Appendix B. */
const RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const AT_59_S = 59_000_000;
const FREE = ["--attach", "usbip", "--address", "127.0.0.1:0"] as const;

let folder: Scratch;
beforeAll(async () => {
  folder = await scratch();
  await folder.write("secret.txt", RFC_SECRET);
});
afterAll(() => folder[Symbol.asyncDispose]());

const run = (...words: readonly string[]) => startOathbed(["token", "run", ...words]);

const recordsOf = (kept: KeptToken | undefined) => Object.keys(kept?.state.records ?? {}).length;

test("keeps secrets and serial number in its state file from run to run", async () => {
  const state = ["--state", folder.at("key.json")] as const;
  const given = ["--secret-file", folder.at("secret.txt"), "--serial", "1234"] as const;
  {
    await using running = run(...FREE, ...state, ...given);
    await using device = await openUsbDevice(`usbip://${await running.says(/^ready (\S+)$/m)}`);
    expect(device.info).toMatchObject({ model: "YubiKey 5", serial: "1234", firmware: "5.4.3" });
    const secret = new TextEncoder().encode("12345678901234567890");
    const before = await readStateFile(folder.at("key.json"), "yubikey5");
    await device.provision({ name: "later", secret, parameters: totpParameters({ digits: 8 }) });
    // Now, and not only at the end: the process may be killed.
    const after = await readStateFile(folder.at("key.json"), "yubikey5");
    expect(recordsOf(after)).toBe(recordsOf(before) + 1);
  }
  await using again = run(...FREE, ...state);
  await using device = await openUsbDevice(`usbip://${await again.says(/^ready (\S+)$/m)}`);
  expect(device.info.serial).toBe("1234");
  expect((await device.list()).map(({ name }) => name)).toEqual(["oathbed", "later"]);
  const { code } = await device.readTotp({ credential: "later", atUs: AT_59_S });
  expect(code).toBe("94287082");
});

test("a Nitrokey 3 has its PIN from the start, and keeps it and what it hides", async () => {
  await folder.write("pin.txt", "271828\n");
  const words = [...FREE, "--profile", "nitrokey3", "--state", folder.at("nk3.json"), "--trace"];
  const files = ["--password-file", folder.at("pin.txt"), "--secret-file", folder.at("secret.txt")];
  {
    // Nobody has to touch what leaves the factory.
    await using running = run(...words, ...files, "--touch", "never");
    await running.says(/^ready (\S+)$/m);
  }
  await using again = run(...words, ...files);
  const address = `usbip://${await again.says(/^ready (\S+)$/m)}`;
  await using stranger = await openUsbDevice(address);
  expect(await stranger.list()).toEqual([]);
  await stranger.close();
  await expect(openUsbDevice(address, { password: "000000" })).rejects.toThrow("the PIN is wrong");
  await using owner = await openUsbDevice(address, { password: "271828" });
  expect((await owner.list()).map(({ name }) => name)).toEqual(["oathbed"]);
  const { out, err } = await again.stop();
  expect(err).toMatch(/not used, for \S+ is there and counts more: the secret, the password/);
  expect(out + err).not.toMatch(/271828|323731383238/);
});

test("a password locks a YubiKey from the start, and comes from stdin as well", async () => {
  await using running = startOathbed(["token", "run", ...FREE, "--password-stdin"], {
    input: "correct horse\n",
  });
  const address = `usbip://${await running.says(/^ready (\S+)$/m)}`;
  await using locked = await openUsbDevice(address);
  expect(locked.isLocked).toBe(true);
  await locked.close();
  await using open = await openUsbDevice(address, { password: "correct horse" });
  expect(await open.list()).toEqual([]);
});

test("shows the wire on stderr, no secret in it", async () => {
  await using running = run(...FREE, "--trace");
  await using device = await openUsbDevice(`usbip://${await running.says(/^ready (\S+)$/m)}`);
  const secret = new TextEncoder().encode("12345678901234567890");
  await device.provision({ name: "traced", secret, parameters: totpParameters() });
  const line = await running.says(/yubikey5 → .*PUT name="traced".*$/m);
  expect(line).toContain("20 bytes");
  const { out, err } = await running.stop();
  expect(out + err).not.toMatch(/12345678901234567890|3132333435363738/);
});

test.each([
  ["SIGTERM", 0],
  ["SIGINT", 130],
] as const)("%s lets the token go, and the exit code is %d", async (signalName, exitCode) => {
  await using running = run(...FREE);
  const address = await running.says(/^ready (\S+)$/m);
  await using device = await openUsbDevice(`usbip://${address}`);
  const ended = await running.stop(signalName);
  expect(ended).toMatchObject({ exitCode, err: expect.stringContaining("token stopped") });
  await expect(device.list()).rejects.toMatchObject({ code: "disconnected" });
});

test("SIGTERM ends it also while it waits for pcscd", async () => {
  await using running = run("--attach", "vpcd", "--address", "127.0.0.1:9");
  await running.says(/looks for vpcd's reader at 127\.0\.0\.1:9/);
  expect((await running.stop("SIGTERM")).exitCode).toBe(0);
});

test("an IPv6 address stands in brackets, and is one to open", async () => {
  await using running = run("--attach", "usbip", "--address", "[::1]:0");
  const address = await running.says(/^ready (\[::1\]:\d+\/1-1)$/m);
  await using device = await openUsbDevice(`usbip://${address}`);
  expect(device.info.model).toBe("YubiKey 5");
});

test("waits for Enter where a credential asks for a touch", async () => {
  await using running = startOathbed(["token", "run", ...FREE, "--touch", "button"], {
    hasKeyboard: true,
  });
  await using device = await openUsbDevice(`usbip://${await running.says(/^ready (\S+)$/m)}`);
  const secret = new TextEncoder().encode("12345678901234567890");
  const parameters = totpParameters({ digits: 8 });
  await device.provision({ name: "touched", secret, parameters, touch: true });
  await running.says(/Enter touches the token/);
  const reading = device.readTotp({ credential: "touched", atUs: AT_59_S });
  await running.says(/yubikey5: waits for a touch: press Enter/);
  running.terminal.pressEnter();
  expect((await reading).code).toBe("94287082");
});

test("is several tokens at once, each with its event, its clock and its control socket", async () => {
  const sockets = [folder.at("a.sock"), folder.at("b.sock")] as const;
  await using running = run(
    ...[...FREE, "--json", "--time", "simulated"],
    ...["--token", `profile=arduino-shell,offset=90s,control=${sockets[0]}`],
    ...["--token", `profile=serial-shell,attach=pty,ppm=40,control=${sockets[1]}`],
    ...["--token", "profile=canokey"],
  );
  await running.says(/Ctrl-C ends it/);
  const events = running.terminal.outText
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events).toMatchObject([
    { event: "ready", token: "arduino-shell", attach: "usbip", control: sockets[0] },
    { event: "ready", token: "serial-shell", attach: "pty", control: sockets[1] },
    { event: "ready", token: "canokey", device: expect.stringMatching(/^usb:usbip:\/\/127.+1-2$/) },
  ]);
  await using first = await connectRig(parseEndpoint(sockets[0]));
  await using second = await connectRig(parseEndpoint(sockets[1]));
  await second.advance(1_000_000_000_000);
  expect(await first.truth()).toEqual({ offsetUs: 90_000_000, ratePpm: 0, powered: true });
  expect((await second.truth()).offsetUs).toBeCloseTo(40_000_000, -2);
  expect(second.clock.nowUs() - first.clock.nowUs()).toBeGreaterThan(999_000_000_000);
});

test.skipIf(process.platform !== "linux")(
  "keeps a serial token's secret, and its clock as it was set",
  async () => {
    const words = [
      "--attach",
      "pty",
      "--state",
      folder.at("serial.json"),
      "--offset",
      "5",
    ] as const;
    const open = async (port: string) =>
      openSerialDevice(parseSerialAddress(port), { log: () => {} });
    {
      await using running = run(...words, "--secret-file", folder.at("secret.txt"));
      await using device = await open(await running.says(/^ready (\S+)$/m));
      await device.setTime(59);
    }
    await using again = run(...words);
    await using device = await open(await again.says(/^ready (\S+)$/m));
    expect(await device.readTime()).toBeLessThan(89);
    expect((await device.list()).map(({ name }) => name)).toEqual(["oathbed"]);
    expect((await device.readTotp({ credential: "oathbed" })).code).toMatch(/^\d{6}$/);
  },
);

test("goes on with the offset of a clock, and not with the one that is asked for", async () => {
  const socket = folder.at("offset.sock");
  const words = [...FREE, "--profile", "serial-shell", "--control", socket] as const;
  const state = ["--state", folder.at("offset.json")] as const;
  for (const offset of ["5", "7"]) {
    await using running = run(...words, ...state, "--offset", offset);
    await running.says(/^ready \S+$/m);
    await using rig = await connectRig(parseEndpoint(socket));
    expect((await rig.truth()).offsetUs).toBeCloseTo(5_000_000, -3);
  }
});

test("of several tokens, Enter touches the one that waits", async () => {
  const words = ["token", "run", ...FREE, "--touch", "button"];
  const tokens = ["--token", "profile=canokey", "--token", "profile=yubikey5"];
  await using running = startOathbed([...words, ...tokens], { hasKeyboard: true });
  const [, address] =
    /1-1\nready (\S+)/.exec(await running.says(/^(ready \S+\nready \S+)$/m)) ?? [];
  await using device = await openUsbDevice(`usbip://${address}`);
  const secret = new TextEncoder().encode("12345678901234567890");
  const parameters = totpParameters({ digits: 8 });
  await device.provision({ name: "touched", secret, parameters, touch: true });
  await running.says(/Enter touches the token/);
  running.terminal.pressEnter();
  await running.says(/no token waits for a touch/);
  const reading = device.readTotp({ credential: "touched", atUs: AT_59_S });
  await running.says(/yubikey5: waits for a touch/);
  running.terminal.pressEnter();
  expect((await reading).code).toBe("94287082");
});

test("unplugs and plugs in a USB serial token when its power is cycled", async () => {
  const socket = folder.at("power.sock");
  await using running = run(...FREE, "--profile", "flipper", "--control", socket);
  await running.says(/^ready \S+$/m);
  await using rig = await connectRig(parseEndpoint(socket));
  await rig.powerCycle(1000);
  await rig.pressButton();
  await rig.reconnect();
  expect(await running.says(/^port (\S+)$/m)).toMatch(/^127\.0\.0\.1:\d+\/1-1$/);
});

test("a foreign state file is a usage error and left alone", async () => {
  const path = await folder.write("foreign.json", "SECRET");
  const ended = await oathbed(["token", "run", ...FREE, "--state", path]);
  expect(ended).toMatchObject({ exitCode: 2, out: "" });
  expect(ended.err).toContain("it is not JSON");
  expect(ended.err).not.toContain("SECRET");
});

test.each([
  [["--attach", "pty", "--profile", "yubikey5"], 2, "hint: attach it by usbip or vpcd or uhid"],
  [[...FREE, "--profile", "flipper", "--trace"], 2, "--trace does not know"],
  [[...FREE, "--token", "serial=1", "--token", "serial=2", "--secret-stdin"], 2, "for one token"],
  [[...FREE, "--state", "/dev/null"], 2, "it is no regular file"],
  [["--attach", "usbip", "--address", "192.0.2.1:0"], 3, "USB/IP cannot listen on 192.0.2.1"],
])("%j cannot be", async (words, exitCode, message) => {
  const ended = await oathbed(["token", "run", ...words]);
  expect(ended).toMatchObject({ exitCode, out: "" });
  expect(ended.err).toContain(message);
});
