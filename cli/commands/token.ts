// oathbed token: looks at a token, or is one for other programs.

import { type Command, defineCommand, groupCommand } from "../command.ts";
import {
  CLOCK_OPTIONS,
  INVENTORY_OPTION,
  JSON_OPTION,
  RANDOM_SEED_OPTION,
  SECRET_OPTIONS,
} from "../options.ts";

const SHOW_OPTIONS = {
  device: {
    type: "string",
    requiresArg: true,
    default: "virtual",
    description: "name in the inventory or driver:address",
  },
  ...INVENTORY_OPTION,
  credential: {
    type: "string",
    requiresArg: true,
    description: "credential of a physical token that holds several",
  },
  once: { type: "boolean", default: false, description: "print one code and end" },
  ...SECRET_OPTIONS,
  ...CLOCK_OPTIONS,
  ...RANDOM_SEED_OPTION,
  ...JSON_OPTION,
} as const;

const showCommand: Command = defineCommand({
  name: "show",
  summary: "Show a token's code, the seconds it has left, and its clock's offset, live",
  details:
    "An emulated token holds the secret that is given, or one drawn from the random seed.\n" +
    "Ctrl-C ends it.",
  options: SHOW_OPTIONS,
  examples: [
    ["oathbed token show --device drifting-clock", "a token whose clock walks away"],
    ["oathbed token show --device serial:/dev/ttyACM0 --once --json", "one code, for a script"],
    ["oathbed token show --secret-file alice.txt --offset -95", "95 seconds behind"],
  ],
  run: async (args, context) => {
    const { show } = await import("../token/show.ts");
    return show(args, context);
  },
});

const RUN_OPTIONS = {
  attach: {
    type: "string",
    requiresArg: true,
    demandOption: true,
    choices: ["pty"],
    description: "how hosts reach it: a serial port on a pseudo-terminal",
  },
  shell: {
    type: "string",
    requiresArg: true,
    choices: ["complete", "arduino"],
    default: "complete",
    description: "dialect of its line shell",
  },
  time: {
    type: "string",
    requiresArg: true,
    choices: ["real", "simulated"],
    default: "real",
    description: "simulated: its time stands still but for `advance` on the control socket",
  },
  control: {
    type: "string",
    requiresArg: true,
    description: "offer its rig (time, power, button, faults): a Unix socket, or 127.0.0.1:PORT",
  },
  "press-to-show": {
    type: "boolean",
    default: false,
    description: "codes show only after the button is pressed",
  },
  credential: {
    type: "string",
    requiresArg: true,
    default: "oathbed",
    description: "name of the credential that a given secret becomes",
  },
  ...SECRET_OPTIONS,
  ...CLOCK_OPTIONS,
  ...RANDOM_SEED_OPTION,
  ...JSON_OPTION,
} as const;

const runCommand: Command = defineCommand({
  name: "run",
  summary: "Be a token for other programs, until Ctrl-C",
  details: "Prints `ready PORT` when hosts can open it; with --json an event a line.",
  options: RUN_OPTIONS,
  examples: [
    ["oathbed token run --attach pty", "an empty token; a host writes its secret"],
    ["oathbed token run --attach pty --time simulated --control t.sock", "time moves on demand"],
    ["oathbed token run --attach pty --clock drifting --secret-file a.txt", "one that drifts"],
  ],
  run: async (args, context) => {
    const { runToken } = await import("../token/run.ts");
    return runToken(args, context);
  },
});

/** `oathbed token`. */
export const tokenCommand: Command = groupCommand(
  "token",
  "Show a token's codes live, or be a token for other programs",
  [showCommand, runCommand],
);
