// oathbed drift analyze: a log, read again.

import { analyzeDrift } from "../../bench/drift/analyze.ts";
import { parseDriftLog } from "../../bench/drift/log.ts";
import { isIntakeLog } from "../../bench/drift/lot/log.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { type AcceptArguments, acceptText } from "./accept.ts";
import { readLog } from "./append-log.ts";
import { type AnalysisArguments, analysisOf } from "./options.ts";
import { printAnalysis } from "./print.ts";
import { makeReportFolder } from "./report-folder.ts";

/** Analyzes a log of `drift measure`, or the lot of an `intake`. */
export async function analyzeLog(
  args: AnalysisArguments & AcceptArguments & { readonly log: string },
  { terminal }: Context,
): Promise<ExitCode> {
  const text = await readLog(args.log);
  if (isIntakeLog(text)) return acceptText(text, args.log, args, terminal);
  const { records, problems } = parseDriftLog(text, args.log);
  for (const problem of problems) {
    terminal.err(`${terminal.errStyle.warn("warning:")} ${args.log}: ${problem}\n`);
  }
  const options = analysisOf(args);
  await makeReportFolder(args.report);
  const analysis = analyzeDrift(records, options);
  await printAnalysis(analysis, args, terminal);
  if (analysis.readings.length === 0) return EXIT.nothingSelected;
  return analysis.faults.length === 0 ? EXIT.ok : EXIT.nonConformant;
}
