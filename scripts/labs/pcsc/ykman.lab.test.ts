import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LabToken } from "../testing/lab-token.ts";
import { runProgram } from "../testing/program.ts";
import { Ykman } from "../testing/ykman.ts";
import { ykmanOathTests } from "../testing/ykman-oath.ts";
import { insertToken, READER } from "./reader.ts";

const SERIAL = 12_345_678;
let lab: LabToken;
let ykman: Ykman;

beforeAll(async () => {
  lab = await insertToken({ profile: "yubikey5", serial: SERIAL, touch: "button" });
  ykman = new Ykman("--reader", READER);
});

afterAll(async () => {
  ykman[Symbol.dispose]();
  await lab[Symbol.asyncDispose]();
});

test("ykman is that of Debian 12", async () => {
  const { stdout } = await runProgram("ykman", ["--version"]);
  expect(stdout).toMatch(/ 4\.\d+\.\d+/);
});

test("ykman knows the token: model, serial number, firmware, applications", async () => {
  const info = await ykman.says("info");
  expect(info).toContain("YubiKey 5 NFC");
  expect(info).toContain(`Serial number: ${SERIAL}`);
  expect(info).toContain("Firmware version: 5.4.3");
  expect(info).toMatch(/^OATH\s+Enabled\s+Enabled\s*$/m);
  expect(info).toMatch(/^FIDO2\s+Not available\s+Not available\s*$/m);
});

ykmanOathTests(() => ({
  ykman,
  rig: lab.rig,
  fresh: () => lab.fresh(),
}));

test("an account that asks for a touch and gets none fails, and the token goes on", async () => {
  await lab.fresh();
  const secret = "GEZDGNBVGY3TQOJQ";
  await ykman.says("oath", "accounts", "add", "-t", "guarded", secret);
  await ykman.says("oath", "accounts", "add", "free", secret);
  const asked = Promise.withResolvers<void>();
  const reading = ykman.ran(["oath", "accounts", "code", "guarded"], {
    onOutput: (text) => {
      if (/touch/i.test(text)) asked.resolve();
    },
  });
  await asked.promise;
  for (let ended = false; !ended; ) {
    await lab.rig.advance(20_000_000);
    ended = await Promise.race([reading.then(() => true), pause(20, false)]);
  }
  const { exitCode, stdout, stderr } = await reading;
  expect(exitCode).not.toBe(0);
  expect(stdout + stderr).toMatch(/touch/i);
  expect(await ykman.says("oath", "accounts", "code", "-s", "free")).toMatch(/^\d{6}\n$/);
});
