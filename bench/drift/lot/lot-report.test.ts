import { expect, test } from "vitest";
import { SIMULATED_HOST } from "../host-clock.ts";
import type { DriftRecord } from "../log.ts";
import type { IntakeRecord, IntakeStart, LotReadingRecord } from "./log.ts";
import { lotPage } from "./page.ts";
import { lotOfMeasurement, lotReadings } from "./readings.ts";
import { lotCsv, lotReport } from "./report.ts";

const DAY = 86_400;
const SET_AT = 1_767_225_600;

function start(day: number, offsetSeconds = 0): IntakeStart {
  const host = { ...SIMULATED_HOST, offsetSeconds };
  const at = SET_AT + day * DAY;
  const format = "oathbed-intake-log";
  return { kind: "start", format, version: 1, lot: "L-7", at, tokens: 5, host };
}

/** A tap at the change of a token that was set at SET_AT and runs `ppm` fast. */
function tap(serial: string, ppm: number, day: number, jump = 0): LotReadingRecord {
  const about = SET_AT + day * DAY + 100;
  const offset = (at: number): number => (at - SET_AT) * ppm * 1e-6 + jump;
  const step = Math.ceil((about + offset(about)) / 30);
  const at = step * 30 - offset(about);
  return {
    kind: "reading",
    serial,
    by: "tap",
    notBefore: at - 0.3,
    notAfter: at + 0.15,
    step,
    stepSeconds: 30,
    t0: 0,
  };
}

const note = (serial: string, what: "swapped" | "wrong-secret", other?: string): IntakeRecord => ({
  kind: "note",
  serial,
  at: SET_AT + DAY,
  what,
  text: `${serial}: codes of another`,
  ...(other === undefined ? {} : { other }),
});

const LOG: readonly IntakeRecord[] = [
  start(10),
  tap("A", 1, 10),
  tap("B", 25, 10),
  note("C", "swapped", "D"),
  note("D", "swapped", "C"),
  start(31),
  tap("A", 1, 31),
  tap("B", 25, 31),
  tap("E", 4.9, 31),
];

test("taps weeks apart decide, and each verdict has its interval, truth inside", () => {
  const { verdicts, counts, notes } = lotReport(lotReadings(LOG), { specPpm: 5 });
  expect(verdicts.map(({ serial, verdict }) => `${serial} ${verdict}`)).toEqual([
    "A in-specification",
    "B out-of-specification",
    "C unread",
    "D unread",
    "E undecided",
  ]);
  expect(verdicts[1]?.ratePpm?.low).toBeLessThan(25);
  expect(verdicts[1]?.ratePpm?.high).toBeGreaterThan(25);
  expect(counts).toMatchObject({ "in-specification": 1, unread: 2, undecided: 1 });
  expect(notes.join()).toContain("C and D are exchanged");
});

test("one reading and the factory's date decide, or name the day that will", () => {
  const factorySet = { at: SET_AT, withinSeconds: 1 };
  const { verdicts } = lotReport(lotReadings(LOG), { specPpm: 5, factorySet });
  const last = verdicts[4];
  expect(last?.verdict).toBe("undecided");
  expect(last?.undecidedUntil).toMatch(/^2026-0[2-9]-\d\dT/);
  expect(last?.ratePpm?.low).toBeLessThan(4.9);
  expect(last?.ratePpm?.high).toBeGreaterThan(4.9);
});

test("a host whose clock is bad, or stepped, makes intervals wider and never wrong", () => {
  const width = (records: readonly IntakeRecord[]): number => {
    const [a] = lotReport(lotReadings(records), { specPpm: 5 }).verdicts;
    return (a?.ratePpm?.high ?? 0) - (a?.ratePpm?.low ?? 0);
  };
  const sharp = width([start(0), tap("A", 1, 0), start(30), tap("A", 1, 30)]);
  const vague = width([start(0, 2), tap("A", 1, 0), start(30, 2), tap("A", 1, 30)]);
  const step = { kind: "note", serial: null, at: SET_AT, what: "host-step", text: "t" } as const;
  const stepped = [{ ...step, seconds: 60 }, start(30), tap("A", 1, 30)] as const;
  expect(vague / sharp).toBeGreaterThan(5);
  expect(width([start(0), tap("A", 1, 0, 60), ...stepped])).toBeGreaterThan(20 * sharp);
});

test("readings twice, out of order, and taken back change nothing, and are said", () => {
  const odd: readonly IntakeRecord[] = [
    start(10),
    tap("A", 1, 31),
    tap("A", 1, 10),
    tap("A", 1, 10),
    tap("A", 900, 33),
    { kind: "withdraw", serial: "A", at: SET_AT },
  ];
  const { verdicts, notes } = lotReport(lotReadings(odd), { specPpm: 5 });
  const plain = lotReport(lotReadings([start(10), tap("A", 1, 10), tap("A", 1, 31)]), {
    specPpm: 5,
  });
  expect(verdicts).toEqual(plain.verdicts);
  expect(notes.join()).toMatch(/twice.*out of order/);
});

test("readings of two tokens under one serial number fit no clock; many at once, the host", () => {
  const mixed = ["A", "B", "C"].flatMap((serial) => [
    tap(serial, 1, 0),
    tap(serial, 1, 10),
    tap(serial, 1, 20, 3600),
    tap(serial, 1, 30),
  ]);
  const { verdicts, notes } = lotReport(lotReadings([start(0), ...mixed]), { specPpm: 5 });
  expect(verdicts.every(({ verdict }) => verdict === "inconsistent")).toBe(true);
  expect(verdicts[0]?.ratePpm).toBeNull();
  expect(notes.join()).toContain("suspect the clock of the host");
});

test("a measurement's log is a lot of one token", () => {
  const records: readonly DriftRecord[] = [
    {
      kind: "start",
      format: "oathbed-drift-log",
      version: 1,
      device: "T",
      algorithm: "SHA1",
      digits: 6,
      stepSeconds: 30,
      t0: 0,
      secretFingerprint: "",
      wallUs: SET_AT * 1e6,
      host: SIMULATED_HOST,
      leastLatencySeconds: 0,
      lagSeconds: 0,
    },
    { kind: "reading", fromUs: 0, toUs: 5000, wallShiftUs: 0, step: SET_AT / 30 },
  ];
  const factorySet = { at: SET_AT - 100 * DAY, withinSeconds: 1 };
  const { verdicts } = lotReport(lotOfMeasurement(records), { specPpm: 5, factorySet });
  expect(verdicts).toMatchObject([{ serial: "T", verdict: "in-specification" }]);
});

test("the page asks nothing of the network, escapes names, and says how to read each plot", () => {
  const named = LOG.map((record) =>
    record.kind === "reading" && record.serial === "A" ? { ...record, serial: "<A>" } : record,
  );
  const report = lotReport(lotReadings(named), { specPpm: 5 });
  const page = lotPage(report);
  expect(page.match(/<svg/g)?.length).toBe(2);
  expect(page).not.toMatch(/(?:src|href)=|@import|url\(|<A>/);
  expect(page).toContain("1 of 5 in specification");
  expect(page).toContain("undecided until a later reading");
  expect(lotCsv(report).split("\r\n")).toHaveLength(7);
});

test("a lot of nothing is a report of nothing", () => {
  const report = lotReport(lotReadings([start(0)]), { specPpm: 5 });
  expect(report.verdicts).toEqual([]);
  expect(lotPage(report)).toContain("0 of 0");
});
