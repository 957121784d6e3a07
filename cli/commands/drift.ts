// oathbed drift: how far off and how fast a token's clock is, told from its codes alone.

import { type Command, defineCommand, groupCommand } from "../command.ts";
import { ACCEPT_OPTIONS, ANALYSIS_OPTIONS } from "../drift/options.ts";
import {
  CLOCK_OPTIONS,
  DEVICE_OPTION,
  INVENTORY_OPTION,
  RANDOM_SEED_OPTION,
  SECRET_OPTIONS,
  STATE_OPTION,
} from "../options.ts";

const MEASURE_OPTIONS = {
  device: { ...DEVICE_OPTION.device, demandOption: true },
  ...INVENTORY_OPTION,
  ...SECRET_OPTIONS,
  ...STATE_OPTION,
  label: {
    type: "string",
    requiresArg: true,
    description: "take the secret of the token of this label from the state file",
  },
  credential: {
    type: "string",
    requiresArg: true,
    description: "name of the credential, on tokens that hold several",
  },
  duration: {
    type: "string",
    requiresArg: true,
    default: "1h",
    description: "ends by then: 10min, 1h, 24h, 30d; twice as long is twice as sharp",
  },
  "target-ms": {
    type: "string",
    requiresArg: true,
    description:
      "width to which edges are found, milliseconds; default: 9, or what round trips allow",
  },
  "max-reads": {
    type: "string",
    requiresArg: true,
    default: "1000",
    description: "most codes read",
  },
  watch: {
    type: "string",
    requiresArg: true,
    description:
      "look for bends and jumps this often; 0: read as little as can be; default duration / 12",
  },
  "least-latency-ms": {
    type: "string",
    requiresArg: true,
    default: "0",
    description: "what each way to the token takes at least; only if it is sure",
  },
  "lag-ms": {
    type: "string",
    requiresArg: true,
    default: "0",
    description: "how long the token may still show a code whose step is over",
  },
  "host-ppm": {
    type: "string",
    requiresArg: true,
    description: "largest rate error of this host; default: asked of chrony or timesyncd",
  },
  log: {
    type: "string",
    requiresArg: true,
    description: "file of readings, appended to; a measurement goes on where it stopped",
  },
  ...CLOCK_OPTIONS,
  ...RANDOM_SEED_OPTION,
  ...ANALYSIS_OPTIONS,
} as const;

const measureDriftCommand: Command = defineCommand({
  name: "measure",
  summary: "Measure a token's clock with guaranteed bounds on its offset and rate",
  details:
    "Prints the interval that surely holds the token's rate, and an estimate inside of it. Ctrl-C\n" +
    "prints what is known by then (exit code 130), and the same line goes on. Around an emulated\n" +
    "token an hour passes at once. docs/drift.md says how to read the answer.",
  options: MEASURE_OPTIONS,
  examples: [
    ["oathbed drift measure --device virtual --ppm 40", "an emulated token, 40 ppm fast"],
    [
      "oathbed drift measure --device serial:/dev/ttyACM0 --secret-file key.txt --log t.jsonl",
      "a physical one, for an hour; the same line again goes on",
    ],
    ["oathbed drift measure --device bench-3 --duration 24h --report out", "with plots"],
  ],
  run: async (args, context) => {
    const { measureCommand } = await import("../drift/measure.ts");
    return measureCommand(args, context);
  },
});

const analyzeCommand: Command = defineCommand({
  name: "analyze <log>",
  summary: "Say what a log of drift measure, or of intake, tells of clocks",
  details:
    "Of a measurement: guaranteed bounds, faults, plots; exit code 1 when something happened to\n" +
    "the clock. Of an intake: every token's interval and verdict, as fleet accept.",
  positionals: {
    log: { type: "string", demandOption: true, description: "file written by --log" },
  },
  options: { ...ANALYSIS_OPTIONS, ...ACCEPT_OPTIONS },
  examples: [
    ["oathbed drift analyze t.jsonl --report out", "bounds, faults and plots"],
    ["oathbed drift analyze L-7.intake.jsonl --set-on 2026-01-05", "the tokens of a lot"],
  ],
  run: async (args, context) => {
    const { analyzeLog } = await import("../drift/analyze.ts");
    return analyzeLog(args, context);
  },
});

/** `oathbed drift`. */
export const driftCommand: Command = groupCommand(
  "drift",
  "Measure token clocks from their codes, and analyze what was measured",
  [measureDriftCommand, analyzeCommand],
);
