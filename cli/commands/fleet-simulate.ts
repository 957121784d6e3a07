// oathbed fleet simulate, sweep and merge.

import type { FleetResult } from "../../bench/fleet/result.ts";
import type { FleetSpec } from "../../bench/fleet/spec.ts";
import type { SweepLimits } from "../../bench/fleet/sweep.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { RANDOM_SEED_OPTION } from "../options.ts";
import { ProgressLine } from "../progress.ts";
import { UsageError } from "../usage-error.ts";
import { randomSeedOf, wholeOf } from "../values.ts";
import {
  assertOutput,
  asUsage,
  FLEET_OUTPUT_OPTIONS,
  type FleetOutput,
  putFleetResult,
  readText,
} from "./fleet-output.ts";

const text = { type: "string", requiresArg: true } as const;

const FLEET_OPTIONS = {
  tokens: { ...text, default: "1e4", description: "how many tokens: 10000 or 1e6" },
  years: { ...text, default: "5", description: "how long each is used, 1 to 20" },
  clock: {
    ...text,
    default: "xtal-token",
    description: "their clocks: NAME or FILE.json, then ,KIND.FIELD=VALUE for changed numbers",
  },
  class: {
    ...text,
    choices: ["crystal", "tcxo", "network"],
    default: "crystal",
    description: "what the verifier believes of these clocks",
  },
  logins: {
    ...text,
    default: "weekly",
    description: "daily, weekly, monthly, 60d; several by comma",
  },
  gaps: {
    ...text,
    choices: ["even", "exponential"],
    default: "even",
    description: "times between logins: even from 0 to twice their mean, or exponential",
  },
  "shelf-days": { ...text, default: "730", description: "longest time before enrollment, days" },
  workers: {
    ...text,
    description: "threads; default: one a core; the figures do not depend on it",
  },
  shard: { ...text, description: "only this part of the tokens, such as 3/16; see fleet merge" },
  ...RANDOM_SEED_OPTION,
  ...FLEET_OUTPUT_OPTIONS,
} as const;

const SWEEP_OPTIONS = {
  "max-rejects": { ...text, default: "2/1000", description: "most rejected logins, any rhythm" },
  "max-guess": {
    ...text,
    default: "1e-4",
    description: "highest chance that a guess is right before the throttle locks",
  },
} as const;

type FleetArguments = Readonly<
  Record<"tokens" | "years" | "clock" | "class" | "logins" | "gaps" | "shelf-days", string>
> & {
  readonly workers?: string | undefined;
  readonly shard?: string | undefined;
  readonly "random-seed"?: string | undefined;
} & FleetOutput;

/** `oathbed fleet simulate`. */
export const fleetSimulateCommand: Command = defineCommand({
  name: "simulate",
  summary: "Simulate a fleet over years under several policies, on all cores",
  details:
    "Policies: a preset, PRESET-N for its window ±N, none-N for ±N without tracking, then /FIELD=VALUE.",
  options: {
    ...FLEET_OPTIONS,
    policy: {
      ...text,
      default: "default,rfc6238,fixed-window",
      description: "policies, separated by commas",
    },
  },
  examples: [
    ["oathbed fleet simulate", "10,000 crystal tokens for five years, weekly logins"],
    ["oathbed fleet simulate --policy default,rfc6238-2,none-10 --logins daily,60d", "compare"],
    ["oathbed fleet simulate --tokens 1e6 --shard 3/16 --out 3.json --random-seed 1", "a part"],
  ],
  run: async (args, context) => {
    const { policiesOf } = await import("../../bench/fleet/spec.ts");
    const policies = asUsage(() => policiesOf(args.policy));
    const result = await simulate(args, policies, context);
    await putFleetResult(result, undefined, args, context.terminal);
    return EXIT.ok;
  },
});

/** `oathbed fleet sweep`. */
export const fleetSweepCommand: Command = defineCommand({
  name: "sweep",
  summary: "Try many windows, and name the cheapest policy within limits",
  details:
    "Cheapest: fewest codes compared with, on average. Exit code 1 when no policy keeps the limits.",
  options: {
    ...FLEET_OPTIONS,
    policy: { ...text, description: "policies, separated by commas; default: 26 windows" },
    ...SWEEP_OPTIONS,
  },
  examples: [
    ["oathbed fleet sweep --logins daily,weekly,60d --html sweep.html", "the trade-off curve"],
    ["oathbed fleet sweep --max-rejects 5/1000 --max-guess 5e-5", "narrower"],
  ],
  run: async (args, context) => {
    const { policiesOf } = await import("../../bench/fleet/spec.ts");
    const { sweepOf, sweptPolicies } = await import("../../bench/fleet/sweep.ts");
    const { policy } = args;
    const policies = policy === undefined ? sweptPolicies() : asUsage(() => policiesOf(policy));
    const limits = await limitsOf(args);
    const result = await simulate(args, policies, context);
    const sweep = sweepOf(result, limits);
    await putFleetResult(result, sweep, args, context.terminal);
    return sweep.cheapest === null ? EXIT.nonConformant : EXIT.ok;
  },
});

/** `oathbed fleet merge`. */
export const fleetMergeCommand: Command = defineCommand({
  name: "merge <files..>",
  summary: "Add up the shards of a run: the figures are those of one run",
  positionals: {
    files: { type: "string", array: true, demandOption: true, description: "files of --out" },
  },
  options: {
    sweep: {
      type: "boolean",
      default: false,
      description: "name the cheapest policy within the limits, as fleet sweep does",
    },
    ...SWEEP_OPTIONS,
    ...FLEET_OUTPUT_OPTIONS,
  },
  examples: [
    ["oathbed fleet merge 1.json 2.json 3.json --html fleet.html", "three shards"],
    ["oathbed fleet merge sweep.json --sweep --max-guess 5e-5", "other limits, nothing run anew"],
  ],
  run: async (args, { terminal }) => {
    const { mergeResults, parseResult } = await import("../../bench/fleet/result.ts");
    const { sweepOf } = await import("../../bench/fleet/sweep.ts");
    const limits = args.sweep ? await limitsOf(args) : undefined;
    const texts: (readonly [string, string])[] = [];
    for (const path of args.files) texts.push([path, await readText(path)]);
    const merged = asUsage(() =>
      mergeResults(texts.map(([path, json]) => parseResult(json, path))),
    );
    const sweep = limits === undefined ? undefined : sweepOf(merged, limits);
    await putFleetResult(merged, sweep, args as FleetOutput, terminal);
    return sweep?.cheapest === null ? EXIT.nonConformant : EXIT.ok;
  },
});

/** @throws {UsageError} naming the option */
async function limitsOf(
  args: Readonly<Record<"max-rejects" | "max-guess", string>>,
): Promise<SweepLimits> {
  const { shareOf } = await import("../../bench/fleet/sweep.ts");
  return asUsage(() => ({
    maxRejectsPer1000: 1000 * shareOf("--max-rejects", args["max-rejects"]),
    maxGuess: shareOf("--max-guess", args["max-guess"]),
  }));
}

async function simulate(
  args: FleetArguments,
  policies: FleetSpec["policies"],
  { terminal, signal }: Context,
): Promise<FleetResult> {
  const { shardOf } = await import("../../bench/fleet/spec.ts");
  const { MOST_WORKERS, runFleet } = await import("../../bench/fleet/run.ts");
  const spec = await specOf(args, policies);
  const { shard, workers } = args;
  if (shard !== undefined && args["random-seed"] === undefined) {
    throw new UsageError("--shard needs --random-seed: all shards must be of one run");
  }
  await assertOutput(args);
  if (args["random-seed"] === undefined) {
    terminal.err(`random seed ${spec.randomSeed} (--random-seed repeats this run)\n`);
  }
  using progress = new ProgressLine(terminal);
  return await runFleet(spec, {
    signal,
    ...(shard === undefined ? {} : { shard: asUsage(() => shardOf(shard)) }),
    ...(workers === undefined ? {} : { workers: wholeOf("workers", workers, 0, MOST_WORKERS) }),
    onProgress: ({ tokens, total, secondsLeft }) => {
      const left = secondsLeft === undefined ? "" : `, ${Math.ceil(secondsLeft)} s left`;
      progress.show(tokens, total, `tokens simulated${left}`);
    },
  });
}

async function specOf(args: FleetArguments, policies: FleetSpec["policies"]): Promise<FleetSpec> {
  const { FLEET_DEFAULTS, FLEET_LIMITS, rhythmsOf } = await import("../../bench/fleet/spec.ts");
  const { clockModelFrom } = await import("../../firmware-sim/oscillators/clock-spec.ts");
  const whole = (name: keyof typeof FLEET_LIMITS): number => {
    const { low, high } = FLEET_LIMITS[name];
    return wholeOf(name, args[name].replace(/^(\d)e(\d)$/, powerText), low, high);
  };
  return {
    version: 1,
    randomSeed: randomSeedOf(args["random-seed"]),
    tokens: whole("tokens"),
    years: whole("years"),
    clock: asUsage(() => clockModelFrom(args.clock)),
    policies,
    rhythms: asUsage(() => rhythmsOf(args.logins)),
    typing: FLEET_DEFAULTS.typing,
    clockClass: args.class as FleetSpec["clockClass"],
    gaps: args.gaps as FleetSpec["gaps"],
    shelfDays: whole("shelf-days"),
  };
}

/** `1e6` as a whole number. */
function powerText(_: string, digit: string, power: string): string {
  return digit + "0".repeat(Number(power));
}
