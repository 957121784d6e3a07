// The part of oathbed conformance that says how a run goes: texts of options read strictly.

import { REPORT_VERSION, type Report } from "../../conformance/report.ts";
import { asksForWork } from "../../conformance/reports/verdict.ts";
import { readReport } from "../../conformance/reports/write.ts";
import { MAX_REPETITIONS } from "../../conformance/run/repetitions.ts";
import { MAX_SHARDS, type Shard } from "../../conformance/run/rounds.ts";
import type { RunPlan } from "../../conformance/runner.ts";
import { MAX_PARALLEL } from "../../conformance/runner.ts";
import { UsageError } from "../usage-error.ts";
import { wholeOf } from "../values.ts";

/** Longest --case-timeout, seconds: an hour. */
const MAX_CASE_SECONDS = 3600;

/** What the options say, as yargs gives it. */
export interface RunOptionArguments {
  readonly shard?: string | undefined;
  readonly repeat: string;
  readonly parallel: string;
  readonly "case-timeout"?: string | undefined;
  readonly "last-failed": boolean;
  readonly resume: boolean;
  readonly report?: string | undefined;
  readonly "random-seed"?: string | undefined;
}

/** The fields of a plan that the options decide. */
export type RunOptions = Pick<
  RunPlan,
  "shard" | "repetitions" | "parallel" | "caseTimeoutMs" | "only" | "earlier" | "earlierTimelines"
> & {
  /** That of the run that is resumed; undefined: as asked for, or drawn. */
  readonly randomSeed?: number;
};

/**
 * Reads the options, and the earlier report where they ask for it.
 *
 * @throws {UsageError} naming the option
 * @throws {ReportFileError} when there is no earlier report
 */
export async function runOptionsOf(args: RunOptionArguments): Promise<RunOptions> {
  const options: RunOptions = {
    ...(args.shard === undefined ? {} : { shard: shardOf(args.shard) }),
    ...(args["case-timeout"] === undefined
      ? {}
      : {
          caseTimeoutMs: 1000 * wholeOf("case-timeout", args["case-timeout"], 1, MAX_CASE_SECONDS),
        }),
    repetitions: wholeOf("repeat", args.repeat, 1, MAX_REPETITIONS),
    parallel: wholeOf("parallel", args.parallel, 1, MAX_PARALLEL),
  };
  if (!args["last-failed"] && !args.resume) return options;
  if (args["last-failed"] && args.resume) {
    throw new UsageError("--last-failed and --resume exclude each other", "give one of them");
  }
  const option = args.resume ? "resume" : "last-failed";
  if (args.report === undefined) {
    throw new UsageError(
      `--${option} reads the report of the run before`,
      `say where it is: --${option} --report DIRECTORY`,
    );
  }
  const before = await readReport(args.report);
  return { ...options, ...(args.resume ? resumed(before, args) : { only: failedIn(before) }) };
}

/** `2/5`. @throws {UsageError} */
export function shardOf(text: string): Shard {
  const [, index = 0, of = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= of && of <= MAX_SHARDS) return { index, of };
  throw new UsageError(
    `--shard must be a part and how many there are, got ${JSON.stringify(text.slice(0, 40))}`,
    `for example --shard 2/5; at most ${MAX_SHARDS} parts`,
  );
}

function failedIn({ results }: Report): RunOptions["only"] & object {
  const failed = results.filter((result) => asksForWork(result) || result.status === "warn");
  if (failed.length > 0) return failed;
  throw new UsageError("nothing failed in the run before", "run without --last-failed");
}

function resumed(before: Report, args: RunOptionArguments): RunOptions {
  if (before.version !== REPORT_VERSION || before.complete) {
    throw new UsageError(
      "--resume: the run before came to its end",
      "run without --resume, or with --last-failed",
    );
  }
  const { randomSeed, results, timelines } = before;
  const asked = args["random-seed"];
  if (asked !== undefined && asked !== String(randomSeed)) {
    throw new UsageError(
      `--random-seed ${asked.slice(0, 20)}: the run before has ${randomSeed}`,
      "leave the option out to resume it",
    );
  }
  const earlier = results.filter(({ reason }) => !reason.startsWith("not tried"));
  return { randomSeed, earlier, earlierTimelines: timelines };
}
