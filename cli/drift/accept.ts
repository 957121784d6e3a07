// Judges a lot by its log: oathbed fleet accept, and drift analyze on the log of an intake.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AcceptanceOptions } from "../../bench/drift/acceptance.ts";
import { parseDriftLog } from "../../bench/drift/log.ts";
import { isIntakeLog, parseIntakeLog } from "../../bench/drift/lot/log.ts";
import { type LotReadings, lotOfMeasurement, lotReadings } from "../../bench/drift/lot/readings.ts";
import { type LotReport, lotCsv, lotFacts, lotReport } from "../../bench/drift/lot/report.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { formatFacts, formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { positiveOf } from "./options.ts";
import { makeReportFolder } from "./report-folder.ts";

/** @see ACCEPT_OPTIONS */
export interface AcceptArguments {
  readonly "spec-ppm": string;
  readonly "set-on"?: string | undefined;
  readonly "set-within-s": string;
  readonly "host-ppm"?: string | undefined;
  readonly "stray-s"?: string | undefined;
  readonly report?: string | undefined;
  readonly csv: boolean;
  readonly json: boolean;
}

const MOST_LINES = 200;

/** Judges, prints, writes the report. Exit code 1: a token must not be handed out. */
export async function acceptText(
  text: string,
  path: string,
  args: AcceptArguments,
  terminal: Terminal,
): Promise<ExitCode> {
  const options = acceptanceOf(args);
  await makeReportFolder(args.report);
  const report = lotReport(readingsOf(text, path, terminal), options);
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (args.report !== undefined) {
    const { lotPage } = await import("../../bench/drift/lot/page.ts");
    const page = join(args.report, "lot.html");
    await writeFile(page, lotPage(report));
    await writeFile(join(args.report, "lot.json"), json);
    await writeFile(join(args.report, "lot.csv"), lotCsv(report));
    terminal.err(`report: ${page}\n`);
  }
  if (args.json) terminal.out(json);
  else if (args.csv) terminal.out(lotCsv(report));
  else terminal.out(textOf(report, terminal));
  const { counts } = report;
  if (report.verdicts.length === 0) {
    terminal.err(`${path} holds no reading: no token is judged; oathbed intake takes them\n`);
    return EXIT.nothingSelected;
  }
  const bad = counts["out-of-specification"] + counts.inconsistent + counts.unread;
  return bad === 0 ? EXIT.ok : EXIT.nonConformant;
}

function readingsOf(text: string, path: string, terminal: Terminal): LotReadings {
  const warn = (problems: readonly string[]): void => {
    for (const problem of problems) {
      terminal.err(`${terminal.errStyle.warn("warning:")} ${path}: ${problem}\n`);
    }
  };
  if (isIntakeLog(text)) {
    const { records, problems } = parseIntakeLog(text, path);
    warn(problems);
    return lotReadings(records);
  }
  const { records, problems } = parseDriftLog(text, path);
  warn(problems);
  return lotOfMeasurement(records);
}

function acceptanceOf(args: AcceptArguments): AcceptanceOptions {
  const specPpm = positiveOf("spec-ppm", args["spec-ppm"], 100_000, 0.001);
  const { "host-ppm": host, "stray-s": stray } = args;
  return {
    specPpm,
    ...factorySetOf(args),
    ...(host === undefined ? {} : { hostPpm: positiveOf("host-ppm", host, 10_000) }),
    ...(stray === undefined ? {} : { straySeconds: positiveOf("stray-s", stray, 3600) }),
  };
}

const DAY = 86_400;

function factorySetOf(args: AcceptArguments): Pick<AcceptanceOptions, "factorySet"> {
  const setOn = args["set-on"];
  const withinSeconds = positiveOf("set-within-s", args["set-within-s"], DAY);
  if (setOn === undefined) return {};
  const isDate = /^\d{4}-\d\d-\d\d$/.test(setOn);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(setOn);
  const at = isDate || isTime ? Date.parse(isDate ? `${setOn}T12:00:00Z` : setOn) / 1000 : NaN;
  if (!(at >= 0)) {
    throw new UsageError(
      `--set-on must be a date or a time with a zone, got ${JSON.stringify(setOn.slice(0, 40))}`,
      "for example --set-on 2026-01-05 or --set-on 2026-01-05T08:00:00Z",
    );
  }
  // Of a day all of it, in whatever zone the factory has.
  const giveOrTakeSeconds = isDate ? DAY : 0;
  return { factorySet: { at, withinSeconds, giveOrTakeSeconds } };
}

function textOf(report: LotReport, { style }: Terminal): string {
  const rows = report.verdicts
    .slice(0, MOST_LINES)
    .map((one) => [
      one.serial,
      one.verdict,
      String(one.readings),
      one.ratePpm === null ? "" : `${one.ratePpm.low.toFixed(2)} to ${one.ratePpm.high.toFixed(2)}`,
      one.undecidedUntil?.slice(0, 10) ?? "",
      one.verdict === "inconsistent" || one.verdict === "unread" ? one.text : "",
    ]);
  const header = ["serial", "verdict", "readings", "ppm", "decided by", "why"];
  const left = report.verdicts.length - rows.length;
  const more = left > 0 ? `${left} more: --csv or --report shows all\n` : "";
  const notes = report.notes.map((note) => `${style.dim("note:")} ${note}\n`).join("");
  const facts = formatFacts(lotFacts(report), style);
  return `${facts}\n${formatTable(header, rows, style)}${more}${notes}`;
}
