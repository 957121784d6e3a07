// What oathbed conformance does: lists, plans or runs what is selected, and prints the report.

import type { Level } from "../../conformance/case.ts";
import { loadExpectations } from "../../conformance/expectations.ts";
import type { Report } from "../../conformance/report.ts";
import { consoleReport } from "../../conformance/reports/console.ts";
import { jsonReport } from "../../conformance/reports/json.ts";
import { exitCodeOf } from "../../conformance/reports/verdict.ts";
import { writeReports } from "../../conformance/reports/write.ts";
import { type RunPlan, run } from "../../conformance/runner.ts";
import { SUITES } from "../../conformance/suites/index.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { ProgressLine } from "../progress.ts";
import { namedTokens, type ReachArguments, targetsOf } from "../sources.ts";
import { randomSeedOf, wholeOf } from "../values.ts";
import { toolVersion } from "../version.ts";
import { type GuardArguments, guardTokens } from "./guard.ts";
import { caseListText, planText } from "./plan.ts";

/** Longest --max-wait, seconds: a day. */
const MAX_WAIT_SECONDS = 86_400;

/** Longest case on a token that a person touches, reads or scans, milliseconds. */
const PERSON_TIMEOUT_MS = 120_000;

/** What both commands take: which cases, and what to do with the report. */
export interface SelectionArguments {
  /** Tokens that were named; none of them for `conformance verifier`. */
  readonly device?: readonly string[] | undefined;
  readonly suite?: readonly string[] | undefined;
  readonly section?: readonly string[] | undefined;
  readonly only?: readonly string[] | undefined;
  readonly level?: readonly string[] | undefined;
  readonly grep?: string | undefined;
  readonly strict: boolean;
  readonly report?: string | undefined;
  readonly verbose: boolean;
  readonly plan: boolean;
  readonly list: boolean;
  readonly "random-seed"?: string | undefined;
  readonly json: boolean;
}

/** What `conformance verifier` takes. */
export interface VerifierArguments extends SelectionArguments {
  readonly target?: readonly string[] | undefined;
}

/** What `conformance` takes. */
export interface TokenArguments extends VerifierArguments, ReachArguments, GuardArguments {
  readonly "max-wait": string;
}

/** Judges tokens, and pairs of them with the targets that are named. */
export async function judgeTokens(args: TokenArguments, context: Context): Promise<ExitCode> {
  const maxWaitSeconds = wholeOf("max-wait", args["max-wait"], 0, MAX_WAIT_SECONDS);
  const named = await namedTokens(args.device, args, context);
  const tokens = named.map(({ source }) => source);
  if (!args.list && !args.plan) await guardTokens(named, selectionOf(args), args, context);
  const targets = args.target === undefined ? [] : targetsOf(args.target);
  const hasPerson = named.some(({ isEmulated }) => !isEmulated);
  const patience = hasPerson ? { caseTimeoutMs: PERSON_TIMEOUT_MS } : {};
  return conform(args, context, { tokens, targets, maxWaitSeconds, ...patience });
}

/** Judges verification servers. */
export async function judgeVerifiers(args: VerifierArguments, context: Context): Promise<ExitCode> {
  return conform(args, context, { targets: targetsOf(args.target) });
}

/** Lists, plans or runs what is selected. */
async function conform(
  args: SelectionArguments,
  context: Context,
  ground: Pick<RunPlan, "tokens" | "targets" | "maxWaitSeconds" | "caseTimeoutMs">,
): Promise<ExitCode> {
  const { terminal, signal, commandLine } = context;
  const randomSeed = randomSeedOf(args["random-seed"]);
  const selection = selectionOf(args);
  const { tokens = [], targets = [] } = ground;
  if (args.list || args.plan) {
    const text = args.list ? caseListText : planText;
    const judges = ground.tokens === undefined ? "verifier" : "token";
    const input = { suites: SUITES, selection, tokens, targets, judges, json: args.json } as const;
    terminal.out(text(input, terminal));
    return EXIT.ok;
  }
  const names = [...tokens, ...targets].map(({ name }) => name);
  terminal.err(`random seed ${randomSeed}\n`);
  using progress = new ProgressLine(terminal);
  const report = await run({
    suites: SUITES,
    selection,
    ...ground,
    randomSeed,
    command: commandLine,
    toolVersion: await toolVersion(),
    strict: args.strict,
    expectations: await loadExpectations(names),
    signal,
    onProgress: (told) => {
      if (told.kind !== "case") return;
      progress.show(told.done, told.total, `${told.subject}  ${told.id}`);
    },
  });
  progress.clear();
  return answer(report, args, context);
}

/** Prints the report, and writes it where asked. */
async function answer(
  report: Report,
  args: SelectionArguments,
  { terminal }: Context,
): Promise<ExitCode> {
  const options = {
    color: terminal.style.isColored,
    width: terminal.columns,
    verbose: args.verbose,
  };
  terminal.out(args.json ? jsonReport(report) : consoleReport(report, options));
  if (args.report !== undefined) {
    const [first = args.report] = await writeReports(report, args.report);
    terminal.err(`reports written; open ${first}\n`);
  }
  return exitCodeFor(report, args);
}

/** A token that was named and is not there is no success; a default one is a row that says so. */
function exitCodeFor(report: Report, { device = [] }: SelectionArguments): ExitCode {
  const exitCode = exitCodeOf(report);
  const isMissing = report.subjects.some(
    ({ name, unavailable }) => unavailable !== "" && device.includes(name),
  );
  return exitCode === EXIT.ok && isMissing ? EXIT.noDevice : exitCode;
}

function selectionOf(args: SelectionArguments): RunPlan["selection"] & object {
  const { suite, section, only, level, grep } = args;
  return {
    ...(suite === undefined ? {} : { suites: suite }),
    ...(section === undefined ? {} : { sections: section }),
    ...(only === undefined ? {} : { ids: only }),
    ...(level === undefined ? {} : { levels: level as readonly Level[] }),
    ...(grep === undefined ? {} : { grep }),
  };
}
