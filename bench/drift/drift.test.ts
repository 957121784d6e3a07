import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { subjectSource } from "../../devices/sources.ts";
import { analyzeDrift } from "./analyze.ts";
import { parseTracking, SIMULATED_HOST } from "./host-clock.ts";
import { type DriftRecord, formatRecord, parseDriftLog, type StartRecord } from "./log.ts";
import { measureDrift } from "./measure.ts";
import { driftPage } from "./page.ts";
import { driftCsv, driftReportOf } from "./report.ts";

const START: StartRecord = {
  kind: "start",
  format: "oathbed-drift-log",
  version: 1,
  device: "t",
  algorithm: "SHA1",
  digits: 6,
  stepSeconds: 30,
  t0: 0,
  secretFingerprint: "20 bytes, sha256:00000000",
  wallUs: 1_767_225_600_000_000,
  host: SIMULATED_HOST,
  leastLatencySeconds: 0,
  lagSeconds: 0,
};
const FIRST_STEP = 1_767_225_600 / 30;

/** A log of a token read each `every` seconds for an hour, its offset told by `offsetOf`. */
function logOf(offsetOf: (at: number) => number, shiftOf = (_at: number): number => 0) {
  const records: DriftRecord[] = [START];
  for (let at = 0; at < 3600; at += 7) {
    const step = FIRST_STEP + Math.floor((at + 0.002 + offsetOf(at)) / 30);
    const wallShiftUs = Math.round(shiftOf(at) * 1e6);
    const [fromUs, toUs] = [at * 1e6, at * 1e6 + 5000];
    records.push({ kind: "reading", fromUs, toUs, wallShiftUs, step });
  }
  return records;
}

const kinds = (records: readonly DriftRecord[]): readonly string[] =>
  analyzeDrift(records).faults.map(({ kind }) => kind);

async function measured(spec: string, options: { ratePpm: number; clockName?: string }) {
  await using subject = await subjectSource(spec).open({ ...options, offsetSeconds: -77 });
  const device = await subject.connect();
  const parameters = totpParameters();
  const secret = rfc4226Secret();
  await device.provision({ name: "a", secret, parameters });
  const records: DriftRecord[] = [];
  const end = await measureDrift({
    subject,
    secret,
    parameters,
    start: { ...START, wallUs: subject.clock.nowUs() },
    earlier: [],
    spanSeconds: 3600,
    targetSeconds: 0.02,
    maxReads: 60,
    watchSeconds: 360,
    priorPpm: 200,
    straySeconds: 0.5,
    signal: new AbortController().signal,
    append: (record) => void records.push(record),
  });
  return { end, records };
}

test("an hour around an emulated token bounds its rate, and its offset, truth inside", async () => {
  const { end, records } = await measured("virtual", { ratePpm: 40 });
  const { ratePpm, offsetSeconds, faults, straySeconds } = analyzeDrift(records);
  expect(end).toBe("found");
  expect(ratePpm?.low).toBeLessThanOrEqual(40);
  expect(ratePpm?.high).toBeGreaterThanOrEqual(40);
  expect((ratePpm?.high ?? 99) - (ratePpm?.low ?? 0)).toBeLessThanOrEqual(12);
  expect(offsetSeconds?.low).toBeLessThan(-76.8);
  expect(offsetSeconds?.high).toBeGreaterThan(-77);
  expect([faults, straySeconds]).toEqual([[], 0]);
});

test("a wrong secret ends with words, not with a figure", async () => {
  await using subject = await subjectSource("virtual").open({});
  const device = await subject.connect();
  const parameters = totpParameters();
  await device.provision({ name: "a", secret: rfc4226Secret(), parameters });
  const measuring = measureDrift({
    subject,
    secret: new Uint8Array(20).fill(7),
    parameters,
    start: { ...START, wallUs: subject.clock.nowUs() },
    earlier: [],
    spanSeconds: 600,
    targetSeconds: 0.02,
    maxReads: 60,
    watchSeconds: 0,
    priorPpm: 200,
    straySeconds: 0.5,
    signal: new AbortController().signal,
    append: () => {},
  });
  await expect(measuring).rejects.toMatchObject({ code: "protocol" });
});

test("a jump of an hour is a zone, and nothing before it narrows what is known behind it", () => {
  const records = logOf((at) => (at < 1800 ? 0 : 3600));
  expect(kinds(records)).toEqual(["zone"]);
  const { from, offsetSeconds } = analyzeDrift(records);
  expect(from).toBeGreaterThanOrEqual(1800);
  expect(offsetSeconds?.low).toBeGreaterThan(3590);
});

test("a token that stands still is stuck, and its steady code bounds nothing", () => {
  const records = logOf((at) => (at < 1800 ? 0 : 1800 - at));
  expect(kinds(records)).toEqual(["stuck"]);
  expect(analyzeDrift(records).to).toBeLessThan(1840);
});

test("a wall clock that steps is the host's fault, and harms no rate", () => {
  const records = logOf(
    () => 0,
    (at) => (at < 1800 ? 0 : 5),
  );
  expect(kinds(records)).toEqual(["host-step"]);
  expect(analyzeDrift(records).ratePpm?.low).toBeLessThan(0);
});

test("a host that slept is blamed for the jump that its token seems to make", () => {
  const records = logOf(
    (at) => (at < 1800 ? 0 : 600),
    (at) => (at < 1800 ? 0 : 600),
  );
  expect(kinds(records)).toContain("host-suspended");
});

test("readings twice and out of order change no bound, and are said", () => {
  const records = logOf(() => 0.3);
  const [start, ...rest] = records as [StartRecord, ...DriftRecord[]];
  const shuffled = [start, ...rest.slice(100), ...rest.slice(0, 100), ...rest.slice(40, 50)];
  const found = analyzeDrift(shuffled);
  expect(found.ratePpm).toEqual(analyzeDrift(records).ratePpm);
  expect(found.notes.join()).toMatch(/10 readings are in the log twice.*out of order/);
});

test("codes of two tokens in one log are not taken for one clock", () => {
  const records = logOf((at) => (Math.floor(at / 300) % 2 === 0 ? 0 : 120));
  expect(kinds(records)).toContain("two-tokens");
});

test("a log that was cut off in its last line is read to there", () => {
  const text = logOf(() => 0)
    .map(formatRecord)
    .join("");
  const { records, problems } = parseDriftLog(text.slice(0, -20), "x");
  expect(problems).toEqual(["line 516 was cut off: left out"]);
  expect(records).toHaveLength(515);
  expect(() => parseDriftLog('{"kind":"reading"}\n', "x")).toThrow(/must begin with/);
});

test("a session of another secret is left out, and said", () => {
  const other = logOf(() => 900).map((record) =>
    record.kind === "start" ? { ...record, secretFingerprint: "other" } : record,
  );
  const found = analyzeDrift([...logOf(() => 0), ...other]);
  expect(found.faults).toEqual([]);
  expect(found.notes.join()).toContain("another secret");
});

test("sessions of one boot share a clock: bounds as sharp as of one session; others do not", () => {
  const readings = Array.from({ length: 120 }, (_, edge): readonly DriftRecord[] => {
    const at = 30e6 * (edge + 1);
    const reading = { kind: "reading", wallShiftUs: 0 } as const;
    return [
      { ...reading, fromUs: at - 15_000, toUs: at - 10_000, step: FIRST_STEP + edge },
      { ...reading, fromUs: at + 10_000, toUs: at + 15_000, step: FIRST_STEP + edge + 1 },
    ];
  }).flat();
  const host = { ...SIMULATED_HOST, state: "unknown", offsetSeconds: 1 } as const;
  const first = { ...START, host, boot: "b-1", monotonicUs: 5e6 };
  const second = (boot: string): DriftRecord => ({
    ...first,
    boot,
    wallUs: START.wallUs + 1800e6 + 300,
    monotonicUs: 5e6 + 1800e6,
  });
  const later = readings.map((record) =>
    record.kind === "reading" && record.fromUs >= 1800e6
      ? { ...record, fromUs: record.fromUs - 1800e6, toUs: record.toUs - 1800e6 }
      : record,
  );
  const half = readings.findIndex((record) => record.kind === "reading" && record.fromUs >= 1800e6);
  const joined = (boot: string): number => {
    const records = [first, ...readings.slice(0, half), second(boot), ...later.slice(half)];
    const { ratePpm } = analyzeDrift(records);
    return (ratePpm?.high ?? 0) - (ratePpm?.low ?? 0);
  };
  const { ratePpm } = analyzeDrift([first, ...readings]);
  expect(joined("b-1")).toBeCloseTo((ratePpm?.high ?? 0) - (ratePpm?.low ?? 0), 6);
  expect(joined("b-2")).toBeGreaterThan(5 * joined("b-1"));
});

test("a host that slept between two sessions of one boot is told by its wall clock", () => {
  const boot = { boot: "b-1", monotonicUs: 0 };
  const [, ...readings] = logOf(() => 0);
  const woken = { ...START, ...boot, monotonicUs: 3600e6, wallUs: START.wallUs + 5400e6 };
  const slept = readings.map((record) =>
    record.kind === "reading" ? { ...record, step: record.step + 180 } : record,
  );
  expect(kinds([{ ...START, ...boot }, ...readings, woken, ...slept])).toContain("host-suspended");
});

test("the page asks nothing of the network and says how to read each plot", () => {
  const page = driftPage(analyzeDrift(logOf((at) => at * 2e-5)));
  expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(3);
  expect(page).not.toMatch(/(?:src|href)=|@import|url\(/);
  expect(page).toContain("the cross is the estimate");
});

test("the CSV has a header and a line", () => {
  const csv = driftCsv([driftReportOf(analyzeDrift(logOf(() => 0)))]);
  expect(csv.split("\r\n")).toHaveLength(3);
  expect(csv).toMatch(/^device,started_at,span_seconds,reads/);
});

test("a log without readings knows nothing, and does not fail", () => {
  const { ratePpm, offsetSeconds, forecasts } = analyzeDrift([START]);
  expect([ratePpm, offsetSeconds, forecasts]).toEqual([null, null, []]);
});

test("reads what chrony tells of the host, and takes nothing else for it", () => {
  const line =
    "A29FC87B,162.159.200.123,4,1767225600.1,0.000123,-0.00002,0.0003,-12.5,0.01,0.25,0.012,0.001,64.2,Normal\n";
  expect(parseTracking(line)).toMatchObject({ state: "synchronized", ratePpm: 0.25 });
  expect(parseTracking("506 Cannot talk to daemon")).toBeUndefined();
});
