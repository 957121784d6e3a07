// Files: codes of a scanner, a named pipe that is written later, and QR codes as PNG.

import { execFileSync } from "node:child_process";
import { mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { driverOf } from "../registry.ts";
import { subjectSource } from "../sources.ts";
import { failure } from "../testing/contract-bench.ts";
import { ScriptedTerminal } from "./scripted-terminal.ts";
import { TerminalDevice } from "./terminal-device.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oathbed-operator-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("codes of a file come one a reading, those of another serial number are passed over", async () => {
  const path = join(folder, "codes.csv");
  await writeFile(path, "# rig 1\nA,1,2,755224\nB,2,3,111111\nA,31,32,287082\nA,61,62,?\n");
  await using subject = await subjectSource(`operator:file:${path}`).open({});
  expect(subject.rig).toBeNull();
  const device = await subject.connect();
  expect(await device.readTotp({ credential: "A" })).toEqual({ code: "755224" });
  expect(await device.readTotp({ credential: "A" })).toEqual({ code: "287082" });
  await expect(device.readTotp()).rejects.toMatchObject({
    code: "protocol",
    message: expect.stringMatching(/line 5: code must be/),
  });
  expect(await failure(device.readTotp())).toBe("disconnected");
  expect(subject.wireLog().map(({ text }) => text)).toContain("B showed 111111 from 2 to 3");
});

test("a named pipe is waited for, and a wait that was given up loses no code", async () => {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  await using device = await driverOf("operator").open(`file:${path}`);
  expect(await failure(device.readTotp({ timeoutMs: 30 }))).toBe("timed-out");
  const writer = await open(path, "w");
  await writer.write("A,1,2,755224\n");
  expect(await device.readTotp()).toEqual({ code: "755224" });
  await writer.close();
  expect(await failure(device.readTotp())).toBe("disconnected");
});

test("a file that is not there is named", async () => {
  const driver = driverOf("operator");
  expect(await failure(driver.open(`file:${join(folder, "none")}`))).toBe("not-found");
  expect(await failure(driver.open(`file:${folder}`))).toBe("not-found");
});

test("a QR code goes into a new file of its owner alone", async () => {
  const pngFile = join(folder, "key.png");
  const terminal = new ScriptedTerminal(["", ""]);
  const token = new TerminalDevice({ terminal, address: "terminal", log: () => {}, pngFile });
  const credential = { name: "a", secret: rfc4226Secret(), parameters: totpParameters() };
  await token.provision(credential);
  expect((await readFile(pngFile)).subarray(1, 4).toString()).toBe("PNG");
  expect((await stat(pngFile)).mode & 0o777).toBe(0o600);
  expect(terminal.shown.join("\n")).not.toMatch(/█/);
  expect(await failure(token.provision(credential))).toBe("no-access");
});
