import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Report } from "../report.ts";
import { SchemaError } from "../schema-check.ts";
import { sampleReport } from "../testing/sample-report.ts";
import { ReportFileError, writingError } from "./file-errors.ts";
import { fitReport } from "./fit.ts";
import { readReport, writeReports } from "./write.ts";

let folder = "";
let sample: Report;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oathbed-report-"));
  sample = await sampleReport();
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("writes three files into a folder it makes, and reads the report back", async () => {
  const directory = join(folder, "reports", "latest");
  const written = await writeReports(sample, directory);
  expect(written).toEqual(
    ["report.html", "report.json", "junit.xml"].map((name) => join(directory, name)),
  );
  expect((await readdir(directory)).sort()).toEqual(["junit.xml", "report.html", "report.json"]);
  expect(await readReport(directory), "by folder").toEqual(sample);
  expect(await readReport(join(directory, "report.json")), "by file").toEqual(sample);
});

test("a second run replaces the first, and leaves nothing of it", async () => {
  await writeReports(withLongWire(sample), folder);
  expect(await readdir(join(folder, "wire-logs"))).toHaveLength(1);
  await writeReports(sample, folder);
  expect(await readdir(join(folder, "wire-logs"))).toEqual([]);
  expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("a wire log that was cut stands whole beside the report", async () => {
  const long = withLongWire(sample);
  const [, , , log = ""] = await writeReports(long, folder);
  const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
  expect(lines).toHaveLength(3000);
  expect(lines[2999]).toBe("0.002999 < line 2999");
  expect(await readReport(folder)).toEqual(fitReport(long).report);
});

test("files of others in the folder for wire logs stay", async () => {
  await writeReports(withLongWire(sample), folder);
  await writeFile(join(folder, "wire-logs", "mine.log"), "keep");
  await writeReports(sample, folder);
  expect(await readdir(join(folder, "wire-logs"))).toEqual(["mine.log"]);
});

test("a file where the folder should be is refused with a remedy", async () => {
  const path = join(folder, "taken");
  await writeFile(path, "mine");
  const error = await failure(writeReports(sample, join(path, "latest")));
  expect(error).toMatchObject({ code: "not-writable", hint: expect.stringContaining("another") });
  expect(error.message).toContain("something else is in the way");
  expect(await readFile(path, "utf8")).toBe("mine");
});

test("what fails in the middle leaves whole files, and nothing half-written", async () => {
  await writeReports(sample, folder);
  await rm(join(folder, "junit.xml"));
  await mkdir(join(folder, "junit.xml", "in-the-way"), { recursive: true });
  const error = await failure(writeReports({ ...sample, randomSeed: 7 }, folder));
  expect(error.code).toBe("not-writable");
  expect((await readdir(folder)).sort()).toEqual(["junit.xml", "report.html", "report.json"]);
  expect((await readReport(folder)).randomSeed).toBe(7);
});

test.each([
  ["ENOSPC", "disk-full", "the disk is full"],
  ["EDQUOT", "disk-full", "the disk is full"],
  ["EACCES", "not-writable", "no permission"],
  ["EROFS", "not-writable", "no permission"],
  ["EIO", "not-writable", "i/o error"],
])("%s is said in words", (code, expected, text) => {
  const cause = Object.assign(new Error("i/o error"), { code });
  const error = writingError(cause, "reports/latest");
  expect(error).toMatchObject({ name: "ReportFileError", code: expected, cause });
  expect((error as Error).message).toContain("reports/latest");
  expect((error as Error).message).toContain(text);
});

test("a mistake that has nothing to do with files is not explained away", () => {
  const mistake = new TypeError("x is not a function");
  expect(writingError(mistake, "reports/latest")).toBe(mistake);
});

test("a folder without a report, a file that is none, and a broken one are refused", async () => {
  expect(await failure(readReport(folder))).toMatchObject({ code: "not-found" });
  expect(await failure(readReport(join(folder, "no.json")))).toMatchObject({ code: "not-found" });
  const broken = join(folder, "report.json");
  await writeFile(broken, '{"version": 1');
  await expect(readReport(folder)).rejects.toThrow(SchemaError);
  await expect(readReport(broken)).rejects.toThrow(`${broken}: not JSON`);
});

function withLongWire(report: Report): Report {
  const wire = Array.from({ length: 3000 }, (_, at) => {
    return { atUs: at, direction: "from-token", text: `line ${at}` } as const;
  });
  const results = report.results.map((result, at) => (at === 0 ? { ...result, wire } : result));
  return { ...report, results };
}

async function failure(work: Promise<unknown>): Promise<ReportFileError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ReportFileError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
