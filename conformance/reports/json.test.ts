import { expect, test } from "vitest";
import type { Report } from "../report.ts";
import { SchemaError } from "../schema-check.ts";
import { hostile, SAMPLE_SECRET_FORMS, sampleReport } from "../testing/sample-report.ts";
import { jsonReport, MAX_REPORT_CHARACTERS, parseReport } from "./json.ts";
import schema from "./report-v1.schema.json" with { type: "json" };

const SAMPLE: Report = await sampleReport();

test("a report that is written and read back is the same", () => {
  expect(parseReport(jsonReport(SAMPLE), "report.json")).toEqual(SAMPLE);
});

test("hostile texts come back as they went in", () => {
  const report = hostile(SAMPLE);
  expect(parseReport(jsonReport(report), "report.json")).toEqual(report);
});

test("no form of a secret is in the JSON", () => {
  const text = jsonReport(SAMPLE).toLowerCase();
  for (const form of SAMPLE_SECRET_FORMS) expect(text).not.toContain(form.toLowerCase());
  expect(text).toContain("[secret: 20 bytes, sha256:");
});

test("the sample fills every property of the schema, and the schema is closed everywhere", () => {
  const open: string[] = [];
  walk(schema, "schema", (node, path) => {
    if (node.type === "object" && node.additionalProperties !== false) open.push(path);
    const properties = Object.keys((node.properties as object | undefined) ?? {});
    if (properties.length > 0) expect(node.required, path).toEqual(properties);
  });
  expect(open).toEqual([]);
  const keys = new Set<string>();
  walk(SAMPLE, "report", (node) => {
    for (const key of Object.keys(node)) keys.add(key);
  });
  walk(schema, "schema", (node, path) => {
    for (const key of Object.keys((node.properties as object | undefined) ?? {})) {
      expect(keys, `${path}: the sample has a ${key}`).toContain(key);
    }
  });
});

test.each<[string, (report: Report) => unknown, string]>([
  ["another version", (r) => ({ ...r, version: 2 }), "at /version: must be 1"],
  ["a property nobody knows", (r) => ({ ...r, extra: 1 }), 'at the top: unknown property "extra"'],
  [
    "a status nobody knows",
    (r) => ({ ...r, results: [{ ...r.results[0], status: "great" }] }),
    "at /results/0/status: must be one of pass, fail, warn",
  ],
  [
    "a figure without its median",
    (r) => ({ ...r, figures: [{ ...r.figures[0], median: undefined }] }),
    'at /figures/0: add "median"',
  ],
  ["no report at all", () => [], "at the top: must be object"],
])("%s is refused, naming the file and the place", (_, change, problem) => {
  const read = (): Report => parseReport(JSON.stringify(change(SAMPLE)), "old.json");
  expect(read).toThrow(SchemaError);
  expect(read).toThrow(`old.json: ${problem}`);
});

test("a text that is no JSON, or longer than a report may be, is refused", () => {
  expect(() => parseReport("{", "a.json")).toThrow(/^a\.json: not JSON/);
  const long = " ".repeat(MAX_REPORT_CHARACTERS + 1);
  expect(() => parseReport(long, "a.json")).toThrow("a.json: longer than 67108864 characters");
});

test("numbers that JSON lacks are left out, which a notice says", () => {
  const [figure] = SAMPLE.figures;
  const [timeline] = SAMPLE.timelines;
  if (figure === undefined || timeline === undefined) throw new Error("the sample has none");
  const point = { ...timeline.points[0], trueSeconds: Number.NaN } as (typeof timeline.points)[0];
  const read = parseReport(
    jsonReport({
      ...SAMPLE,
      figures: [figure, { ...figure, name: "nothing", median: Number.NaN }],
      timelines: [{ ...timeline, points: [point] }],
    }),
    "report.json",
  );
  expect(read.figures).toEqual([figure]);
  expect(read.timelines[0]?.points[0]?.trueSeconds).toBeNull();
  expect(read.notices).toContain('the figure "nothing" of virtual is no number: left out');
});

function walk(
  value: unknown,
  path: string,
  visit: (node: Record<string, unknown>, path: string) => void,
): void {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) visit(value as Record<string, unknown>, path);
  for (const [key, inner] of Object.entries(value)) walk(inner, `${path}/${key}`, visit);
}
