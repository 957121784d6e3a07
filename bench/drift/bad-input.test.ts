// What goes wrong in the field (issue 6, "Bad input"), through the whole measurement: each is
// detected, said, and never a silently narrow interval.

import { expect, test } from "vitest";
import { SECOND_US } from "../../core/time/clock.ts";
import type { Rig } from "../../devices/rig.ts";
import { analyzeDrift, type DriftAnalysis } from "./analyze.ts";
import { type DriftRecord, formatRecord, parseDriftLog } from "./log.ts";
import { emulatedStart, measureEmulated } from "./testing/emulated.ts";

const HOUR = 3600;
const kinds = ({ faults }: DriftAnalysis): readonly string[] => faults.map(({ kind }) => kind);

/** An hour with a token 40 ppm fast, and what `act` does to it at half time. */
async function disturbed(act: (rig: Rig, startUs: number) => Promise<void>, spanSeconds = HOUR) {
  let done = false;
  return measureEmulated({
    ratePpm: 40,
    spanSeconds,
    randomSeed: 3,
    onReading: async (rig, startUs) => {
      if (done || rig.clock.nowUs() - startUs < (spanSeconds / 2) * SECOND_US) return;
      done = true;
      await act(rig, startUs);
    },
  });
}

function holds({ ratePpm }: DriftAnalysis, ppm: number): boolean {
  return ratePpm !== null && ratePpm.low <= ppm && ppm <= ratePpm.high;
}

test("readings out of order and duplicated: put in order, counted once, said", async () => {
  const { records, analysis } = await measureEmulated({
    ratePpm: 40,
    spanSeconds: HOUR,
    randomSeed: 1,
  });
  const [start, ...rest] = records;
  const odd = [start as DriftRecord, ...rest.toReversed(), ...rest.slice(3, 8)];
  const found = analyzeDrift(odd);
  expect(found.ratePpm).toEqual(analysis.ratePpm);
  expect(found.notes.join()).toMatch(/5 readings are in the log twice.*out of order/);
});

test("readings of two tokens in one log: called two tokens, and no rate of the mixture", async () => {
  const one = await measureEmulated({ ratePpm: 40, spanSeconds: HOUR, randomSeed: 1 });
  const other = one.records.map((record) =>
    record.kind === "reading"
      ? { ...record, fromUs: record.fromUs + 7e6, toUs: record.toUs + 7e6, step: record.step + 9 }
      : record,
  );
  const mixed = [...one.records, ...other.slice(1)].filter(({ kind }) => kind !== "end");
  const found = analyzeDrift(mixed);
  expect(kinds(found)).toEqual(["two-tokens"]);
  const { low = 0, high = 0 } = found.ratePpm ?? {};
  expect(high - low).toBeGreaterThan(100);
});

test("a host clock that steps: said, and the rate is still right", async () => {
  const { analysis } = await disturbed((rig) => rig.stepHostTime(90 * SECOND_US));
  expect(kinds(analysis)).toEqual(["host-step"]);
  expect(analysis.faults[0]?.text).toContain("stepped by 90");
  expect(holds(analysis, 40)).toBe(true);
});

test("a log cut off in the middle: the broken line is named, the rest counts", async () => {
  const { records } = await measureEmulated({ ratePpm: 40, spanSeconds: HOUR, randomSeed: 1 });
  const text = records.map(formatRecord).join("");
  const middle = Math.floor(text.length / 2);
  // A crash in the middle of a line; the next session began on a line of its own.
  const cut = `${text.slice(0, middle)}\n${text.slice(text.indexOf("\n", middle) + 1)}`;
  const read = parseDriftLog(cut, "x");
  expect(read.problems).toEqual([expect.stringMatching(/^line \d+: not JSON: left out$/)]);
  expect(holds(analyzeDrift(read.records), 40)).toBe(true);
  const { records: half } = parseDriftLog(text.slice(0, middle), "x");
  expect(holds(analyzeDrift(half), 40)).toBe(true);
});

test("a token unplugged for an hour: waited for, said, and its clock went on", async () => {
  let awaySince = Number.POSITIVE_INFINITY;
  const { analysis, records, end } = await measureEmulated({
    ratePpm: 40,
    spanSeconds: 3 * HOUR,
    randomSeed: 3,
    onReading: async (rig, startUs) => {
      const passed = rig.clock.nowUs() - startUs;
      if (awaySince !== Number.POSITIVE_INFINITY || passed < HOUR * SECOND_US) return;
      awaySince = rig.clock.nowUs();
      await rig.inject({ kind: "disconnect", afterBytes: 0 });
    },
    onWaiting: async (rig) => {
      if (rig.clock.nowUs() - awaySince > HOUR * SECOND_US) await rig.reconnect();
    },
  });
  expect(end).toBe("found");
  const notes = records.flatMap((record) => (record.kind === "note" ? [record.what] : []));
  expect(notes).toEqual(["unplugged", "reconnected"]);
  expect(analysis.notes.join()).toContain("the token is back");
  expect(kinds(analysis)).toEqual([]);
  expect(holds(analysis, 40)).toBe(true);
});

test("a token that lost its time while it was away: a jump, and only what follows counts", async () => {
  const { records } = await measureEmulated({ ratePpm: 40, spanSeconds: HOUR, randomSeed: 1 });
  const half = (HOUR / 2) * SECOND_US;
  const lost = records.map((record) =>
    record.kind === "reading" && record.fromUs > half
      ? { ...record, step: record.step - 20 }
      : record,
  );
  const found = analyzeDrift(lost);
  expect(found.faults[0]?.text).toContain("what was known before does not count");
  expect(found.from).toBeGreaterThan(HOUR / 2);
  expect(holds(found, 40)).toBe(true);
  const whole = analyzeDrift(records);
  const width = ({ ratePpm }: DriftAnalysis): number => (ratePpm?.high ?? 0) - (ratePpm?.low ?? 0);
  expect(width(found)).toBeGreaterThan(width(whole));
});

test("a wrong secret: words and no figure, and the log ends with why", async () => {
  const records: DriftRecord[] = [];
  const measuring = measureEmulated({
    spanSeconds: HOUR,
    randomSeed: 1,
    secret: new Uint8Array(20).fill(9),
    onRecord: (record) => void records.push(record),
  });
  await expect(measuring).rejects.toMatchObject({ code: "protocol" });
  expect(records.filter(({ kind }) => kind === "reading")).toEqual([]);
  expect(records.at(-1)).toMatchObject({ kind: "end", why: "failed" });
});

test("a log without an end, and a session of nothing, are no measurement and no failure", () => {
  const found = analyzeDrift([emulatedStart(1)]);
  expect([found.ratePpm, found.faults]).toEqual([null, []]);
});
