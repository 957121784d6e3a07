// oathbed demo: what npm start runs.

import { type Command, defineCommand } from "../command.ts";
import { JSON_OPTION, RANDOM_SEED_OPTION } from "../options.ts";
import { randomSeedOf } from "../values.ts";

/** Milliseconds for each figure of the demo. */
const FIGURE_MS = 60;

const OPTIONS = {
  ...RANDOM_SEED_OPTION,
  report: {
    type: "string",
    requiresArg: true,
    default: "reports/latest",
    description: "folder for report.html, report.json and junit.xml",
  },
  ...JSON_OPTION,
} as const;

/** `oathbed demo`. */
export const demoCommand: Command = defineCommand({
  name: "demo",
  summary: "See the whole bench work: tokens, a year, conformance, throughput, reports",
  details:
    "Three emulated tokens (in process, with a drifting clock, behind a serial port) are\n" +
    "enrolled and log in over a simulated year; then both sides are judged and measured. Takes seconds.",
  options: OPTIONS,
  examples: [
    ["oathbed demo", "everything, reports in reports/latest"],
    ["oathbed demo --random-seed 7 --report out", "the same run each time, reports in out"],
  ],
  run: async (args, context) => {
    const { runDemo } = await import("../demo/demo.ts");
    const { sourcesOf, targetsOf } = await import("../sources.ts");
    const input = {
      sources: await sourcesOf(undefined, {}, context),
      targets: await targetsOf(undefined),
      randomSeed: randomSeedOf(args["random-seed"]),
      folder: args.report,
      figureMs: FIGURE_MS,
      json: args.json,
    };
    return runDemo(input, context);
  },
});
