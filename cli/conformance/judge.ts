// What oathbed conformance does: lists, plans or runs what is selected, and prints the report.

import type { Level } from "../../conformance/case.ts";
import { loadExpectations } from "../../conformance/expectations.ts";
import type { Report } from "../../conformance/report.ts";
import { consoleReport } from "../../conformance/reports/console.ts";
import { jsonReport } from "../../conformance/reports/json.ts";
import {
  type ReportFile,
  reportFilesOf,
  writeReportFile,
} from "../../conformance/reports/report-file.ts";
import { exitCodeOf } from "../../conformance/reports/verdict.ts";
import { writeReports } from "../../conformance/reports/write.ts";
import { repeatCommand, shellWord } from "../../conformance/run/repeat.ts";
import { DEFAULT_CASE_TIMEOUT_MS, type RunPlan, run } from "../../conformance/runner.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { ProgressLine } from "../progress.ts";
import { namedTokens, type ReachArguments, type TargetSettings, targetsOf } from "../sources.ts";
import { randomSeedOf, wholeOf } from "../values.ts";
import { toolVersion } from "../version.ts";
import {
  type ExtensionArguments,
  type Extensions,
  extensionsOf,
  isModulePath,
} from "./extensions.ts";
import { type GuardArguments, guardTokens } from "./guard.ts";
import { caseListText, planText } from "./plan.ts";
import { type RunOptionArguments, runOptionsOf } from "./run-options.ts";
import { planTokens } from "./token-plan.ts";
import { tokenPlanJson, tokenPlanText } from "./token-plan-text.ts";

/** Longest --max-wait, seconds: a day. */
const MAX_WAIT_SECONDS = 86_400;

/** Longest case on a token that a person touches, reads or scans, milliseconds. */
const PERSON_TIMEOUT_MS = 120_000;

/** What both commands take: which cases, and what to do with the report. */
export interface SelectionArguments extends RunOptionArguments, ExtensionArguments {
  /** Tokens that were named; none of them for `conformance verifier`. */
  readonly device?: readonly string[] | undefined;
  readonly suite?: readonly string[] | undefined;
  readonly section?: readonly string[] | undefined;
  readonly only?: readonly string[] | undefined;
  readonly level?: readonly string[] | undefined;
  readonly grep?: string | undefined;
  readonly strict: boolean;
  readonly write?: readonly string[] | undefined;
  readonly verbose: boolean;
  readonly plan: boolean;
  readonly list: boolean;
  readonly json: boolean;
}

/** What `conformance verifier` takes. */
export interface VerifierArguments extends SelectionArguments {
  readonly target?: readonly string[] | undefined;
  readonly "max-wait": string;
}

/** What `conformance` takes. */
export interface TokenArguments extends VerifierArguments, ReachArguments, GuardArguments {}

/** Judges tokens, and pairs of them with the targets that are named. */
export async function judgeTokens(args: TokenArguments, context: Context): Promise<ExitCode> {
  const maxWaitSeconds = wholeOf("max-wait", args["max-wait"], 0, MAX_WAIT_SECONDS);
  const extensions = await extensionsOf(args);
  const named = await namedTokens(args.device, { ...args, extensions }, context);
  const tokens = named.map(({ source }) => source);
  if (!args.list && !args.plan) {
    await guardTokens(named, extensions.suites, selectionOf(args, extensions), args, context);
  }
  const reach = targetSettings(extensions, maxWaitSeconds, context);
  const targets = args.target === undefined ? [] : await targetsOf(args.target, reach);
  const hasPerson = named.some(({ isEmulated }) => !isEmulated);
  const patience = hasPerson
    ? { caseTimeoutMs: PERSON_TIMEOUT_MS }
    : patienceFor(args.target, maxWaitSeconds);
  if (args.plan && !args.list) {
    const selection = selectionOf(args, extensions);
    const ground = { suites: extensions.suites, selection, named, targets, maxWaitSeconds };
    const timeoutMs = patience.caseTimeoutMs ?? DEFAULT_CASE_TIMEOUT_MS;
    const plan = await planTokens({ ...ground, timeoutMs, guard: args }, context);
    context.terminal.out(args.json ? tokenPlanJson(plan) : tokenPlanText(plan, context.terminal));
    return EXIT.ok;
  }
  return conform(args, context, extensions, { tokens, targets, maxWaitSeconds, ...patience });
}

/** Judges verification servers. */
export async function judgeVerifiers(args: VerifierArguments, context: Context): Promise<ExitCode> {
  const maxWaitSeconds = wholeOf("max-wait", args["max-wait"], 0, MAX_WAIT_SECONDS);
  const extensions = await extensionsOf(args);
  const reach = targetSettings(extensions, maxWaitSeconds, context);
  const targets = await targetsOf(args.target, reach);
  const patience = patienceFor(args.target, maxWaitSeconds);
  return conform(args, context, extensions, { targets, ...patience });
}

function targetSettings(
  { targets }: Extensions,
  maxWaitSeconds: number,
  { terminal, signal }: Context,
): TargetSettings {
  const onWait = (sentence: string): void => terminal.err(`${sentence}\n`);
  return { own: targets, maxWaitSeconds, onWait, signal };
}

/** Targets whose every login is a process: a year of logins takes its time. */
const PROCESSES: ReadonlySet<string> = new Set([
  "oathtool",
  "pam_oath",
  "pam_google_authenticator",
  "rlm_totp",
]);

/** A server that lives now is waited for within its cases, and processes are started. */
function patienceFor(
  names: readonly string[] = [],
  maxWaitSeconds: number,
): Pick<RunPlan, "caseTimeoutMs"> {
  if (names.some((name) => PROCESSES.has(name))) return { caseTimeoutMs: PERSON_TIMEOUT_MS };
  if (!names.some((name) => name.startsWith("http:"))) return {};
  return { caseTimeoutMs: DEFAULT_CASE_TIMEOUT_MS + maxWaitSeconds * 1000 };
}

/** Lists, plans or runs what is selected. */
async function conform(
  args: SelectionArguments,
  context: Context,
  extensions: Extensions,
  ground: Pick<RunPlan, "tokens" | "targets" | "maxWaitSeconds" | "caseTimeoutMs">,
): Promise<ExitCode> {
  const { terminal, signal, commandLine } = context;
  const files = reportFilesOf(args.write);
  const selection = selectionOf(args, extensions);
  const { suites } = extensions;
  const { tokens = [], targets = [] } = ground;
  if (args.list || args.plan) {
    const text = args.list ? caseListText : planText;
    const judges = ground.tokens === undefined ? "verifier" : "token";
    const input = { suites, selection, tokens, targets, judges, json: args.json } as const;
    terminal.out(text(input, terminal));
    return EXIT.ok;
  }
  const names = [...tokens, ...targets].map(({ name }) => name);
  const options = await runOptionsOf(args);
  const randomSeed = options.randomSeed ?? randomSeedOf(args["random-seed"]);
  terminal.err(`random seed ${randomSeed}\n`);
  using progress = new ProgressLine(terminal);
  const report = await run({
    suites,
    selection,
    ...ground,
    ...options,
    randomSeed,
    command: commandLine,
    repeat: (of) => [repeatCommand(of), ...alsoWords(args)].join(" "),
    toolVersion: await toolVersion(),
    strict: args.strict,
    expectations: await loadExpectations(names),
    signal,
    onWait: (sentence) => terminal.err(`${sentence}\n`),
    onProgress: (told) => {
      if (told.kind !== "case") return;
      progress.show(told.done, told.total, `${told.subject}  ${told.id}`);
    },
  });
  progress.clear();
  return answer(report, args, files, context);
}

/** What a case needs to be repeated, besides its subject: no secret is among it. */
function alsoWords(args: SelectionArguments & Partial<TokenArguments>): readonly string[] {
  const { plugin = [], suite = [], inventory, control, destructive = false, serial } = args;
  const words = [
    ...plugin.flatMap((path) => ["--plugin", path]),
    ...suite.filter(isModulePath).flatMap((path) => ["--suite", path]),
    ...(inventory === undefined ? [] : ["--inventory", inventory]),
    ...(control === undefined ? [] : ["--control", control]),
    ...(destructive ? ["--destructive"] : []),
    ...(serial === undefined ? [] : ["--serial", serial]),
  ];
  return words.map(shellWord);
}

/** Prints the report, and writes it where asked. */
async function answer(
  report: Report,
  args: SelectionArguments,
  files: readonly ReportFile[],
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
  for (const file of files) await writeReportFile(report, file);
  if (!report.complete && args.report !== undefined) {
    terminal.err("go on where it stopped: the same command with --resume\n");
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

function selectionOf(
  args: SelectionArguments,
  { suiteNames }: Extensions,
): RunPlan["selection"] & object {
  const { section, only, level, grep } = args;
  return {
    ...(suiteNames === undefined ? {} : { suites: suiteNames }),
    ...(section === undefined ? {} : { sections: section }),
    ...(only === undefined ? {} : { ids: only }),
    ...(level === undefined ? {} : { levels: level as readonly Level[] }),
    ...(grep === undefined ? {} : { grep }),
  };
}
