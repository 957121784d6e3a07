import { expect, test } from "vitest";
import { subjectSource } from "../../../devices/sources.ts";
import type { Report } from "../../report.ts";
import { htmlReport } from "../../reports/html.ts";
import { type RunPlan, run } from "../../runner.ts";
import { BROKEN_CLOCKS } from "../testing/broken-clocks.ts";
import { CLOCK_SUITE } from "./suite.ts";

const MONTH = "clock/steps/after-a-month";

function month(settings: Partial<RunPlan> = {}): Promise<Report> {
  return run({
    suites: [CLOCK_SUITE],
    selection: { ids: [MONTH] },
    tokens: [subjectSource("drifting-clock")],
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
    ...settings,
  });
}

test("a run that measures a clock has it in its report, and draws it", async () => {
  const report = await month();
  const [timeline] = report.timelines;
  expect(report.timelines).toHaveLength(1);
  expect(timeline).toMatchObject({ subject: "drifting-clock" });
  expect(timeline?.story).toEqual([`${MONTH}: 31 codes, all within what is allowed`]);
  const offsets = timeline?.points.map(({ trueSeconds }) => trueSeconds ?? Number.NaN) ?? [];
  expect(offsets).toHaveLength(31);
  expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  expect(offsets.at(-1)).toBeGreaterThan(30);
  expect(htmlReport(report)).toMatch(
    /<svg class="plot wide"[^>]*\s+aria-label="Offset of drifting/,
  );
});

test("a run that is resumed keeps what the one before it saw of clocks", async () => {
  const before = await month();
  const resumed = await month({ earlier: before.results, earlierTimelines: before.timelines });
  expect(resumed.timelines).toEqual(before.timelines);
});

test("codes beyond what is allowed are marked, from the day they come", async () => {
  const [, fast] = BROKEN_CLOCKS["clock-fast"] ?? [];
  if (fast === undefined) throw new Error("there is no such clock");
  const { results, timelines } = await month({ tokens: [fast] });
  expect(results[0]?.status).toBe("fail");
  const events = timelines[0]?.points.map(({ event }) => event) ?? [];
  // 200 ppm are 17 s a day: over the first step's end within two days, and beyond it for good.
  expect(events[0]).toBe("accepted");
  expect(events.slice(2)).toEqual(Array.from({ length: 29 }, () => "refused"));
  expect(timelines[0]?.story[0]).toMatch(/: 31 codes, (29|30) beyond what is allowed$/);
});
