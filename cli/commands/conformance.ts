// oathbed conformance: judges tokens; oathbed conformance verifier judges verification servers.

import type { Level } from "../../conformance/case.ts";
import { loadExpectations } from "../../conformance/expectations.ts";
import type { Report } from "../../conformance/report.ts";
import { consoleReport } from "../../conformance/reports/console.ts";
import { jsonReport } from "../../conformance/reports/json.ts";
import { exitCodeOf } from "../../conformance/reports/verdict.ts";
import { writeReports } from "../../conformance/reports/write.ts";
import { type RunPlan, run } from "../../conformance/runner.ts";
import { SUITES } from "../../conformance/suites/index.ts";
import { type ArgumentsOf, type Command, type Context, defineCommand } from "../command.ts";
import { caseListText, planText } from "../conformance-plan.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { INVENTORY_OPTION, JSON_OPTION, RANDOM_SEED_OPTION } from "../options.ts";
import { ProgressLine } from "../progress.ts";
import { sourcesOf, targetsOf } from "../sources.ts";
import { randomSeedOf, wholeOf } from "../values.ts";
import { toolVersion } from "../version.ts";

/** Longest --max-wait, seconds: a day. */
const MAX_WAIT_SECONDS = 86_400;

const SELECTION_OPTIONS = {
  suite: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "suite to take; may be repeated",
  },
  section: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "section of a document, 5.2; may be repeated",
  },
  only: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "id of a case, its beginning or an alias; may be repeated",
  },
  level: {
    type: "string",
    array: true,
    requiresArg: true,
    choices: ["MUST", "SHOULD", "MAY"] satisfies Level[],
    description: "how binding; may be repeated",
  },
  grep: { type: "string", requiresArg: true, description: "text in id, title or requirement" },
  strict: { type: "boolean", default: false, description: "a broken SHOULD fails the run" },
  report: {
    type: "string",
    requiresArg: true,
    description: "folder to write report.html, report.json and junit.xml to",
  },
  verbose: {
    type: "boolean",
    default: false,
    description: "print every failure, check and reason, however many",
  },
  plan: {
    type: "boolean",
    default: false,
    description: "say what would run and what it would do to the tokens; run nothing",
  },
  list: { type: "boolean", default: false, description: "list the cases selected; run nothing" },
  ...RANDOM_SEED_OPTION,
  ...JSON_OPTION,
} as const;

const TARGET_OPTION = {
  target: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "library:memory or library:sqlite; may be repeated",
  },
} as const;

const TOKEN_OPTIONS = {
  device: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "name in the inventory or driver:address; may be repeated; default: all emulated",
  },
  ...INVENTORY_OPTION,
  ...TARGET_OPTION,
  "max-wait": {
    type: "string",
    requiresArg: true,
    default: "0",
    description: "seconds of real time a case may wait for a token that has no rig",
  },
  ...SELECTION_OPTIONS,
} as const;

const VERIFIER_OPTIONS = { ...TARGET_OPTION, ...SELECTION_OPTIONS } as const;

const verifierCommand: Command = defineCommand({
  name: "verifier",
  summary: "Judge verification servers; default: the library here on both stores",
  options: VERIFIER_OPTIONS,
  examples: [
    ["oathbed conformance verifier", "the verifier library"],
    ["oathbed conformance verifier --target library:sqlite --section 5.2", "one section"],
  ],
  run: async (args, context) => {
    return conform(args, context, { targets: targetsOf(args.target) });
  },
});

/** `oathbed conformance`. */
export const conformanceCommand: Command = defineCommand({
  name: "conformance",
  summary: "Judge tokens against RFC 4226, RFC 6238 and the contract of their driver",
  details:
    "With --target, pairs of a token and a verifier are judged as well. Exit code 1: a MUST is\n" +
    "broken, 5: the selection is empty.",
  options: TOKEN_OPTIONS,
  subcommands: [verifierCommand],
  examples: [
    ["oathbed conformance", "every emulated token"],
    ["oathbed conformance --device serial:/dev/ttyACM0 --plan", "what a run would do to a token"],
    ["oathbed conformance --only rfc6238/B --report out", "one section, reports in out"],
    ["oathbed conformance --list --json", "the cases, for a script"],
  ],
  run: async (args, context) => {
    const maxWaitSeconds = wholeOf("max-wait", args["max-wait"], 0, MAX_WAIT_SECONDS);
    const tokens = await sourcesOf(args.device, args.inventory, context.terminal);
    const targets = args.target === undefined ? [] : targetsOf(args.target);
    return conform(args, context, { tokens, targets, maxWaitSeconds });
  },
});

/** Lists, plans or runs what is selected. */
async function conform(
  args: ArgumentsOf<typeof SELECTION_OPTIONS>,
  context: Context,
  ground: Pick<RunPlan, "tokens" | "targets" | "maxWaitSeconds">,
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
  args: ArgumentsOf<typeof SELECTION_OPTIONS>,
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
  return exitCodeOf(report);
}

function selectionOf(args: ArgumentsOf<typeof SELECTION_OPTIONS>): RunPlan["selection"] & object {
  const { suite, section, only, level, grep } = args;
  return {
    ...(suite === undefined ? {} : { suites: suite }),
    ...(section === undefined ? {} : { sections: section }),
    ...(only === undefined ? {} : { ids: only }),
    ...(level === undefined ? {} : { levels: level as readonly Level[] }),
    ...(grep === undefined ? {} : { grep }),
  };
}
