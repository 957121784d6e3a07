// A measurement that was given a time ends in time, whatever happens to its token.

import { expect, test } from "vitest";
import type { DriftRecord } from "./log.ts";
import { type EmulatedCase, measureEmulated } from "./testing/emulated.ts";

const GIVEN = { ratePpm: 40, spanSeconds: 330, deadlineSeconds: 600, randomSeed: 1 } as const;

async function endOf(given: Partial<EmulatedCase>) {
  const { end, records, analysis } = await measureEmulated({ ...GIVEN, ...given });
  const last = records.at(-1);
  return { end, analysis, seconds: last?.kind === "end" ? last.atUs / 1e6 : Number.NaN };
}

test.each([0, 120])("a token that is well, looked at every %i s", async (watchSeconds) => {
  const { end, analysis, seconds } = await endOf({ watchSeconds });
  expect(["found", "time-used"]).toContain(end);
  expect(seconds).toBeGreaterThan(GIVEN.spanSeconds);
  expect(seconds).toBeLessThan(GIVEN.deadlineSeconds + 0.1);
  const { low = 0, high = 0 } = analysis.ratePpm ?? {};
  expect(low <= 40 && 40 <= high).toBe(true);
  expect(high - low).toBeLessThan(120);
});

test("a token that is unplugged for good near the far end", async () => {
  let isDone = false;
  const { end, seconds } = await endOf({
    onReading: async (rig, startUs) => {
      if (isDone || rig.clock.nowUs() - startUs < 400e6) return;
      isDone = true;
      await rig.inject({ kind: "disconnect", afterBytes: 0 });
    },
  });
  expect(end).toBe("unplugged");
  expect(seconds).toBeGreaterThan(GIVEN.deadlineSeconds - 10);
  expect(seconds).toBeLessThan(GIVEN.deadlineSeconds + 0.1);
});

test("a session that goes on after the time was over still has its far end", async () => {
  const earlier: DriftRecord[] = [];
  await measureEmulated({
    ...GIVEN,
    onRecord: (record) => void (earlier.length < 12 && earlier.push(record)),
  });
  const [start] = earlier;
  if (start?.kind !== "start") throw new Error("no session");
  const long = { ...start, wallUs: start.wallUs - 3600e6 };
  const { analysis, seconds } = await endOf({ earlier: [long, ...earlier.slice(1)] });
  expect(analysis.readings.length).toBeGreaterThan(4);
  expect(seconds).toBeLessThan(GIVEN.deadlineSeconds - GIVEN.spanSeconds + 0.1);
});
