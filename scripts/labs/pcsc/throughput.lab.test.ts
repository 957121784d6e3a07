import { afterAll, beforeAll, expect, test } from "vitest";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { openSmartCard } from "../../../devices/smart-card/driver.ts";
import type { LabToken } from "../testing/lab-token.ts";
import { runProgram } from "../testing/program.ts";
import { insertToken, READER } from "./reader.ts";

const READINGS = 3000;
/** Below it something is wrong, however busy the computer is: without the route it is 25. */
const LOWEST_PER_SECOND = 500;
const GOAL_PER_SECOND = 1500;

let lab: LabToken;

beforeAll(async () => {
  lab = await insertToken({ profile: "yubikey5" });
});

afterAll(() => lab[Symbol.asyncDispose]());

test("codes are read at the pace of the quick-acknowledge route", async () => {
  await using device = await openSmartCard(READER, { clock: lab.rig.clock });
  const secret = new Uint8Array(20).fill(1);
  await device.provision({ name: "fast", secret, parameters: totpParameters() });
  await device.readTotp();
  const beganMs = performance.now();
  // Each is one CALCULATE: the driver knows the credentials.
  for (let reading = 0; reading < READINGS; reading++) await device.readTotp();
  const perSecond = (READINGS * 1000) / (performance.now() - beganMs);
  const figure = `pcscd + vpcd: ${Math.round(perSecond)} APDUs a second`;
  process.stdout.write(`FIGURE ${figure} (goal ${GOAL_PER_SECOND})\n`);
  expect(perSecond).toBeGreaterThan(LOWEST_PER_SECOND);
});

test("oathbed bench has each way to a card in one table, pcscd among them", async () => {
  const words = ["bin/oathbed.js", "bench", "--suite", "apdu", "--duration", "300"];
  const { exitCode, stdout, stderr } = await runProgram(process.execPath, words);
  process.stdout.write(stdout);
  expect(exitCode, stderr).toBe(0);
  const rows = ["in process", "usb/ip loopback", "pcscd + vpcd", "oathbed token run", "50 tokens"];
  for (const way of rows) {
    const row = stdout.split("\n").find((line) => line.startsWith("apdu") && line.includes(way));
    expect(row, way).toMatch(/[≥≤] [\d,]+ /);
  }
});
