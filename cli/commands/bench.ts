// oathbed bench: how many codes, logins and round trips a second.

import { CONTENDER_NAMES, type ContenderName } from "../../bench/contenders/list.ts";
import type { BenchResult } from "../../bench/run.ts";
import { BENCH_SUITES, type BenchSuite } from "../../bench/workload.ts";
import { AGAINST_OPTIONS, runAgainst } from "../bench-against.ts";
import { type Command, defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { INVENTORY_OPTION, JSON_OPTION, PASSWORD_OPTIONS } from "../options.ts";
import { ProgressLine } from "../progress.ts";
import { UsageError } from "../usage-error.ts";
import { wholeOf } from "../values.ts";
import { assertWritable, readText, writeText } from "./fleet-output.ts";

/** Shortest and longest time for each figure, milliseconds. */
const DURATION_MS = { low: 1, high: 600_000 } as const;

const OPTIONS = {
  suite: {
    type: "string",
    array: true,
    requiresArg: true,
    choices: BENCH_SUITES,
    description: "what to measure; may be repeated; default: all",
  },
  device: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "token to measure; may be repeated; default: all emulated",
  },
  contender: {
    type: "string",
    array: true,
    requiresArg: true,
    choices: CONTENDER_NAMES,
    description: "who races in verify; may be repeated; default: all that are installed",
  },
  ...INVENTORY_OPTION,
  ...PASSWORD_OPTIONS,
  duration: {
    type: "string",
    requiresArg: true,
    default: "500",
    description: "milliseconds for each figure",
  },
  ...JSON_OPTION,
  html: {
    type: "string",
    requiresArg: true,
    description: "write a page with bars and their spread into this file",
  },
  save: {
    type: "string",
    requiresArg: true,
    description: "write the result as JSON into this file, to compare with later",
  },
  compare: {
    type: "string",
    requiresArg: true,
    description: "saved result to compare with: what changed beyond the noise",
  },
  ...AGAINST_OPTIONS,
} as const;

/** `oathbed bench`. */
export const benchCommand: Command = defineCommand({
  name: "bench",
  summary: "Measure codes, logins, round trips and years: medians and spread",
  options: OPTIONS,
  examples: [
    ["oathbed bench", "everything, half a second a figure"],
    ["oathbed bench --suite verify --duration 5000 --json", "the verifier, for a script"],
    ["oathbed bench --suite drivers --device serial:/dev/ttyACM0", "a token's round trip"],
    [
      "oathbed bench --against http://localhost:8080 --template login.json --tokens keys.txt",
      "the latency of any verification service",
    ],
    ["oathbed bench --suite verify --save new.json --compare old.json", "what changed"],
  ],
  run: async (args, context) => {
    const { terminal, signal } = context;
    const { contender, device, suite, json, html, save, compare } = args;
    assertTogether(args);
    const durationMs = wholeOf("duration", args.duration, DURATION_MS.low, DURATION_MS.high);
    const { formatBench, resultOf, runBench } = await import("../../bench/run.ts");
    const { sourcesOf } = await import("../sources.ts");
    const before = compare === undefined ? undefined : await readResult(compare);
    if (html !== undefined) await assertWritable("html", html);
    if (save !== undefined) await assertWritable("save", save);
    using progress = new ProgressLine(terminal);
    const onProgress = (what: string): void => progress.show(0, 0, what);
    const { against } = args;
    const result =
      against === undefined
        ? await runBench({
            sources: await sourcesOf(device, args, context),
            durationMs,
            signal,
            onProgress,
            ...(contender === undefined
              ? {}
              : { contenders: contender as readonly ContenderName[] }),
            ...(suite === undefined ? {} : { suites: suite as readonly BenchSuite[] }),
          })
        : resultOf(durationMs, await runAgainst({ ...args, against }, signal, onProgress));
    progress.clear();
    const { resultJson } = await import("../../bench/result-file.ts");
    // First of all: what was measured for minutes is not lost with a disk that is full by now.
    terminal.out(json ? resultJson(result) : formatBench(result));
    if (save !== undefined) await writeText("save", save, resultJson(result));
    if (html !== undefined) {
      const { benchPage } = await import("../../bench/page.ts");
      await writeText("html", html, benchPage(result));
    }
    if (before !== undefined) {
      const { formatComparison } = await import("../../bench/compare.ts");
      const text = formatComparison(before, result);
      if (json) terminal.err(text);
      else terminal.out(`\n${text}`);
    }
    return EXIT.ok;
  },
});

/** Options that another one asks for, or makes no sense of. @throws {UsageError} */
function assertTogether(args: {
  readonly against?: string | undefined;
  readonly suite?: readonly string[] | undefined;
  readonly [option: string]: unknown;
}): void {
  const given = (names: readonly string[]) => names.find((name) => args[name] !== undefined);
  if (args.against === undefined) {
    const alone = given(["template", "tokens", "load"]);
    if (alone !== undefined) {
      throw new UsageError(`--${alone} goes with --against URL`, "see oathbed bench --help");
    }
    const { contender, suite } = args;
    if (contender === undefined || suite === undefined || suite.includes("verify")) return;
    throw new UsageError("--contender is for the races of verify", "add --suite verify");
  }
  const other = given(["suite", "device", "contender"]);
  if (other === undefined) return;
  const hint = `leave out --${other}, or --against`;
  throw new UsageError(`--against loads a service: --${other} says nothing of it`, hint);
}

async function readResult(path: string): Promise<BenchResult> {
  const { parseResult } = await import("../../bench/result-file.ts");
  const text = await readText(path);
  try {
    return parseResult(text, path);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
