// Tokens that are not of this process, as commands reach them: passwords, touches, protection. The
// other process is `token run` in this one.

import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hotpParameters, totpParameters } from "../core/oath/parameters.ts";
import type { Device } from "../devices/device.ts";
import { openUsbDevice } from "../devices/usb/driver.ts";
import { oathbed, type Started, startOathbed } from "./testing/oathbed.ts";
import { type Scratch, scratch } from "./testing/scratch.ts";

const SECRET = new TextEncoder().encode("12345678901234567890");
const BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const PASSWORD = "open sesame";

let folder: Scratch;
let running: Started;
/** What --device takes. */
let spec: string;

beforeEach(async () => {
  folder = await scratch();
  await folder.write("secret.txt", BASE32);
});
afterEach(async () => {
  await running.stop();
  await folder[Symbol.asyncDispose]();
});

async function tokenWith(set: (device: Device) => Promise<void>, ...words: string[]) {
  const attach = ["--attach", "usbip", "--address", "127.0.0.1:0", "--serial", "77"];
  running = startOathbed(["token", "run", ...attach, ...words]);
  const address = await running.says(/^ready (\S+)$/m);
  spec = `usb:usbip://${address}`;
  await using device = await openUsbDevice(`usbip://${address}`);
  await set(device);
}

const show = (...words: readonly string[]) =>
  oathbed(["token", "show", "--once", "--device", spec, ...words]);

test("a locked token is opened with the password of a file, of stdin, or of the inventory", async () => {
  await tokenWith(async (device) => {
    await device.provision({ name: "a", secret: SECRET, parameters: totpParameters() });
    await device.setPassword?.(PASSWORD);
  });
  const locked = await show();
  expect(locked).toMatchObject({ exitCode: 3, out: "" });
  const file = await folder.write("password.txt", `${PASSWORD}\n`);
  expect((await show("--password-file", file)).out).toMatch(/^\d{6} /);
  const typed = await oathbed(["token", "show", "--once", "--device", spec, "--password-stdin"], {
    input: PASSWORD,
  });
  expect(typed.out).toMatch(/^\d{6} /);
  const token = {
    name: "key",
    driver: "usb",
    address: spec.slice(4),
    passwordFile: "password.txt",
  };
  const text = JSON.stringify({ version: 1, tokens: [token] });
  const inventory = await folder.write("tokens.json", text);
  const named = await oathbed([
    "token",
    "show",
    "--once",
    "--device",
    "key",
    "--inventory",
    inventory,
  ]);
  expect(named.out).toMatch(/^\d{6} /);
  const wrong = await show("--password-file", await folder.write("wrong.txt", "open barley"));
  expect(wrong.exitCode).toBe(3);
  expect(wrong.err).not.toContain("barley");
});

test("codes of a token enroll and verify it", async () => {
  await tokenWith((device) =>
    device.provision({ name: "alice", secret: SECRET, parameters: hotpParameters() }),
  );
  const state = ["--state", folder.at("verifier.db"), "--device", spec] as const;
  const secret = ["--hotp", "--secret-file", folder.at("secret.txt")] as const;
  const enrolled = await oathbed(["enroll", "alice", ...secret, ...state]);
  expect(enrolled).toMatchObject({ exitCode: 0, out: "accepted  alice, moving factor 1\n" });
  expect((await oathbed(["verify", "alice", ...state])).exitCode).toBe(0);
});

test("a token that wants to be touched says so on stderr", async () => {
  const credential = { name: "a", secret: SECRET, parameters: totpParameters(), touch: true };
  await tokenWith((device) => device.provision(credential));
  const shown = await show();
  expect(shown.out).toMatch(/^\d{6} /);
  expect(shown.err).toBe(`touch the token: ${spec} waits\n`);
});

test("a run that writes is refused on a token with credentials of somebody's", async () => {
  await tokenWith((device) =>
    device.provision({ name: "Bank:me", secret: SECRET, parameters: totpParameters() }),
  );
  const only = ["--only", "rfc6238/appendix-b"] as const;
  const refused = await oathbed(["conformance", "--device", spec, ...only]);
  expect(refused).toMatchObject({ exitCode: 3, out: "" });
  expect(refused.err).toContain('holds credentials that we did not write: "Bank:me"');
  const insisting = ["--destructive", "--serial", "78"] as const;
  const wrong = await oathbed(["conformance", "--device", spec, ...only, ...insisting]);
  expect(wrong.err).toContain(`--serial is "78", but ${spec} is 77`);
});

test("a plan tells what a run would do and whether it may, and writes nothing", async () => {
  const state = folder.at("key.json");
  await tokenWith(
    (device) => device.provision({ name: "Bank:me", secret: SECRET, parameters: totpParameters() }),
    ...["--state", state],
  );
  const before = await readFile(state, "utf8");
  const tokens = [{ name: "desk", driver: "usb", address: spec.slice(4) }];
  const inventory = await folder.write("tokens.json", JSON.stringify({ version: 1, tokens }));
  const plan = ["conformance", "--plan", "--inventory", inventory, "--device", "desk"] as const;
  const { exitCode, out } = await oathbed(plan);
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^desk +\d+ +\d+ +about \d+ s, at most \d+ min +no, see below$/m);
  expect(out).toContain("YubiKey 5, firmware 5.4.3, serial number 77, holds 1 credential");
  expect(out).toContain("would be refused: usb:usbip://127.0.0.1");
  expect(out).toContain('holds credentials that we did not write: "Bank:me"');
  expect(out).toMatch(/\d+ {2}write a credential/);
  expect(out).toMatch(/\d+ {2}needs "rig": only an emulated token can be put through this/);
  const { rounds } = JSON.parse((await oathbed([...plan, "--only", "ykoath", "--json"])).out);
  expect(rounds[0]).toMatchObject({
    subject: "desk",
    token: { kind: "physical", serial: "77", held: ["Bank:me"] },
    // Whatever of this suite writes needs a rig.
    protection: { kind: "allowed" },
    acts: [],
  });
  expect(await readFile(state, "utf8")).toBe(before);
});

test("the control socket makes a token of another process an emulated one", async () => {
  const socket = folder.at("t.sock");
  await tokenWith(
    (device) => device.provision({ name: "Bank:me", secret: SECRET, parameters: totpParameters() }),
    ...["--control", socket],
  );
  const words = [
    "conformance",
    "--device",
    spec,
    "--only",
    "rfc6238/appendix-b",
    "--json",
  ] as const;
  const judged = await oathbed([...words, "--control", socket]);
  expect(judged.exitCode).toBe(0);
  expect(JSON.parse(judged.out).subjects[0].facts).toContainEqual({
    name: "kind",
    value: "emulated",
  });
  const several = await oathbed([...words, "--device", "virtual", "--control", socket]);
  expect(several).toMatchObject({ exitCode: 2, err: expect.stringContaining("is of one token") });
});

test("a run with the control socket has the token fresh, and leaves it as it was", async () => {
  const [socket, state] = [folder.at("t.sock"), folder.at("key.json")];
  const credential = { name: "Bank:me", secret: SECRET, parameters: totpParameters() };
  const words = ["--control", socket, "--state", state];
  await tokenWith((device) => device.provision(credential), ...words);
  const before = await readFile(state, "utf8");
  const only = ["ykoath/put/no-space", "ykoath/list/empty", "ykoath/reset", "ykoath/access"];
  const judge = ["conformance", "--device", spec, "--control", socket];
  const judged = await oathbed([...judge, ...only.flatMap((id) => ["--only", id])]);
  expect(judged).toMatchObject({ exitCode: 0, out: expect.stringContaining("Conformant") });
  const listed = await oathbed(["token", "list", "--device", spec, "--json"]);
  expect(JSON.parse(listed.out)).toMatchObject([{ name: "Bank:me" }]);
  expect(await readFile(state, "utf8")).toBe(before);
  await running.stop();
  expect(await readFile(state, "utf8")).toBe(before);
});

test("credentials are listed, written, renamed and removed, and nothing is lost by mistake", async () => {
  await tokenWith(async () => {});
  const token = (command: string, ...words: readonly string[]) =>
    oathbed(["token", command, "--device", spec, ...words]);
  const secret = ["--secret-file", folder.at("secret.txt")] as const;
  expect(await token("put", "Bench:a", ...secret, "--digits", "8")).toMatchObject({ exitCode: 0 });
  const again = await token("put", "Bench:a", ...secret);
  expect(again).toMatchObject({ exitCode: 3, err: expect.stringContaining("--replace") });
  expect((await token("put", "Bench:a", ...secret, "--replace")).exitCode).toBe(0);
  expect((await token("put", "b", ...secret, "--hotp", "--counter", "5")).exitCode).toBe(0);
  expect((await token("put", "c", ...secret, "--touch")).exitCode).toBe(0);
  expect((await token("rename", "Bench:a", "Bench:z")).exitCode).toBe(0);
  expect((await token("remove", "none")).exitCode).toBe(3);
  const { out } = await token("list", "--codes");
  expect(out).toMatch(/^Bench:z +TOTP, SHA1, 6 digits, 30 s +\d{6}$/m);
  expect(out).toMatch(/^b +HOTP, SHA1, 6 digits +counts: not read$/m);
  expect(out).toMatch(/^c +TOTP, SHA1, 6 digits, 30 s +asks for a touch$/m);
  expect((await token("remove", "b")).exitCode).toBe(0);
  const listed = JSON.parse((await token("list", "--json")).out);
  expect(listed).toMatchObject([{ name: "Bench:z", kind: "totp", stepSeconds: 30 }, { name: "c" }]);
});

test("a reset needs the serial number, and the password goes with it", async () => {
  await tokenWith(async () => {});
  const token = (command: string, ...words: readonly string[]) =>
    oathbed(["token", command, "--device", spec, ...words]);
  const file = await folder.write("new.txt", PASSWORD);
  expect((await token("password", "--new-file", file)).exitCode).toBe(0);
  expect((await token("list")).exitCode).toBe(3);
  expect((await token("list", "--password-file", file)).exitCode).toBe(0);
  const unmeant = await token("reset");
  expect(unmeant).toMatchObject({ exitCode: 3, err: expect.stringContaining("--serial 77") });
  expect((await token("reset", "--destructive", "--serial", "77")).exitCode).toBe(0);
  expect((await token("list")).exitCode).toBe(0);
  expect((await token("password", "--new-file", file, "--remove")).exitCode).toBe(2);
  const fresh = await oathbed(["token", "list", "--device", "virtual"]);
  expect(fresh).toMatchObject({ exitCode: 2, err: expect.stringContaining("oathbed token run") });
});
