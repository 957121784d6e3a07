import { expect, test } from "vitest";
import { assertCode, benchToken, CALCULATE, cardOf, PUT, SELECT } from "../apdu/exchange.ts";
import { launcherOf } from "../apdu/start.ts";
import { formatBench, runBench } from "../run.ts";

test("each way to a card is a row with its goal, and what tokens take beside it", async () => {
  const result = await runBench({ suites: ["apdu"], sources: [], durationMs: 1 });
  const rows = new Map(result.measurements.map((row) => [row.subject, row]));
  expect(rows.get("in process")?.goal).toEqual({ comparison: "at-least", value: 50_000 });
  expect(rows.get("usb/ip loopback")?.goal).toEqual({ comparison: "at-least", value: 3000 });
  expect(rows.get("one token")?.goal).toEqual({ comparison: "at-most", value: 1000 });
  const memory = rows.get("50 tokens");
  expect(memory?.unit).toBe("MiB");
  expect(memory?.median).toBeGreaterThan(20);
  expect(memory?.median).toBeLessThan(300);
  // Measured where a card is in a reader of vpcd; else the row says why not.
  const ways = [...rows.keys(), ...result.absent.map(({ subject }) => subject)];
  expect(ways).toContain("pcscd + vpcd");
  expect(formatBench(result)).toContain("MiB");
});

test("the start of the command is measured where it is the command that measures", () => {
  expect(launcherOf("/somewhere/bin/oathbed.js")).toBe("/somewhere/bin/oathbed.js");
  expect(launcherOf("/somewhere/.bin/oathbed")).toBe("/somewhere/.bin/oathbed");
  expect(launcherOf("/somewhere/vitest.mjs")).toBeUndefined();
});

test("a card that answers another code is not timed", async () => {
  const card = cardOf(benchToken());
  for (const command of [SELECT, PUT]) await card.transmit(command);
  const answer = await card.transmit(CALCULATE);
  assertCode("the card", answer);
  const wrong = answer.map((byte, at) => (at === 5 ? byte ^ 1 : byte));
  expect(() => assertCode("the card", wrong)).toThrow("the card: CALCULATE is answered 7605");
});
