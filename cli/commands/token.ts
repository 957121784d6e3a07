// oathbed token: looks at a token, or is one for other programs.

import { type Command, defineCommand, groupCommand } from "../command.ts";
import {
  CLOCK_OPTIONS,
  INVENTORY_OPTION,
  JSON_OPTION,
  PASSWORD_OPTIONS,
  RANDOM_SEED_OPTION,
  SECRET_OPTIONS,
} from "../options.ts";
import { TOKEN_MANAGE_COMMANDS } from "./token-manage.ts";
import { tokenRunCommand } from "./token-run.ts";

const SHOW_OPTIONS = {
  device: {
    type: "string",
    requiresArg: true,
    default: "virtual",
    description: "name in the inventory or driver:address",
  },
  ...INVENTORY_OPTION,
  ...PASSWORD_OPTIONS,
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

/** `oathbed token`. */
export const tokenCommand: Command = groupCommand(
  "token",
  "Show a token's codes, manage what it holds, or be a token for other programs",
  [showCommand, ...TOKEN_MANAGE_COMMANDS, tokenRunCommand],
);
