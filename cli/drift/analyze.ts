// oathbed drift analyze: a log, read again.

import { readFile, stat } from "node:fs/promises";
import { analyzeDrift } from "../../bench/drift/analyze.ts";
import { parseDriftLog } from "../../bench/drift/log.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { UsageError } from "../usage-error.ts";
import { type AnalysisArguments, analysisOf } from "./options.ts";
import { printAnalysis } from "./print.ts";

/** Longest log read, bytes. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Analyzes a log of `drift measure`. */
export async function analyzeLog(
  args: AnalysisArguments & { readonly log: string },
  { terminal }: Context,
): Promise<ExitCode> {
  const { size } = await stat(args.log);
  if (size > MAX_BYTES) throw new UsageError(`${args.log} is longer than ${MAX_BYTES} bytes`);
  const text = await readFile(args.log, "utf8");
  const { records, problems } = parseDriftLog(text, args.log);
  for (const problem of problems) {
    terminal.err(`${terminal.errStyle.warn("warning:")} ${args.log}: ${problem}\n`);
  }
  const analysis = analyzeDrift(records, analysisOf(args));
  await printAnalysis(analysis, args, terminal);
  return analysis.faults.length === 0 ? EXIT.ok : EXIT.nonConformant;
}
