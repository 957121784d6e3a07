// oathbed admin: what operators do to a verifier's state, in this process, with no server.

import { type Command, type Context, defineCommand, groupCommand } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { JSON_OPTION, SECRET_OPTIONS } from "../options.ts";
import { OPERATOR_OPTION } from "../service/operator.ts";
import { POLICY_OPTIONS, STORE_OPTION } from "../service/options.ts";
import { exportCommand, importCommand } from "./admin-transfer.ts";

const OPTIONS = {
  ...STORE_OPTION,
  ...POLICY_OPTIONS,
  ...JSON_OPTION,
  ...OPERATOR_OPTION,
} as const;
const TOKEN = {
  token: { type: "string", demandOption: true, description: "label of the token, or id:NUMBER" },
} as const;

const listCommand: Command = defineCommand({
  name: "list",
  summary: "List tokens: state, offset, failures, last login",
  options: {
    ...OPTIONS,
    user: { type: "string", requiresArg: true, description: "of this user only" },
    all: { type: "boolean", default: false, description: "deleted ones, too" },
  },
  examples: [
    ["oathbed admin list", "every token"],
    ["oathbed admin list --user ada --json", "a user's, for a script"],
  ],
  run: async (args, context) => {
    const { list } = await import("../service/admin-records.ts");
    return list(args, context);
  },
});

const showCommand: Command = defineCommand({
  name: "show <token>",
  summary: "Show a token, why its last codes were refused, and when it may leave its window",
  positionals: TOKEN,
  options: OPTIONS,
  examples: [["oathbed admin show alice", "a token by its label"]],
  run: async (args, context) => {
    const { show } = await import("../service/admin-records.ts");
    return show(args, context);
  },
});

const auditCommand: Command = defineCommand({
  name: "audit [token]",
  summary: "Show the audit log, newest first: every decision and admin act",
  positionals: { token: { ...TOKEN.token, demandOption: false } },
  options: {
    ...OPTIONS,
    limit: {
      type: "string",
      requiresArg: true,
      default: "50",
      description: "most lines, 1 to 10000",
    },
    before: { type: "string", requiresArg: true, description: "older lines: `next` of --json" },
  },
  examples: [
    ["oathbed admin audit", "of all tokens"],
    ["oathbed admin audit alice --limit 10 --json", "of one token"],
  ],
  run: async (args, context) => {
    const { audit } = await import("../service/admin-records.ts");
    return audit(args, context);
  },
});

type ActName = "unlock" | "deactivate" | "delete";

function actCommand(name: ActName, summary: string, example: string): Command {
  return defineCommand({
    name: `${name} <token>`,
    summary,
    positionals: TOKEN,
    options: OPTIONS,
    examples: [[`oathbed admin ${name} alice`, example]],
    run: async (args, context): Promise<ExitCode> => {
      const { act } = await import("../service/admin-acts.ts");
      return act(name, args, context);
    },
  });
}

const offsetCommand: Command = defineCommand({
  name: "offset <token> <steps>",
  summary: "Set the recorded offset of a time-based token, 0 to reset it",
  positionals: {
    ...TOKEN,
    steps: { type: "string", demandOption: true, description: "token minus verifier, time steps" },
  },
  options: OPTIONS,
  examples: [
    ["oathbed admin offset alice 0", "forget what was learned of its clock"],
    ["oathbed admin offset alice -3", "it is three steps behind"],
  ],
  run: async (args, context) => {
    const { setOffset } = await import("../service/admin-acts.ts");
    return setOffset(args, context);
  },
});

const trackingCommand: Command = defineCommand({
  name: "tracking <token> <switch>",
  summary: "Let logins move the recorded offset of a token, or not",
  positionals: {
    ...TOKEN,
    switch: {
      type: "string",
      demandOption: true,
      choices: ["on", "off"],
      description: "on or off",
    },
  },
  options: OPTIONS,
  examples: [["oathbed admin tracking alice off", "keep its window where it is"]],
  run: async (args, context) => {
    const { setTracking } = await import("../service/admin-acts.ts");
    return setTracking(args, context);
  },
});

const replaceCommand: Command = defineCommand({
  name: "replace <token> <label>",
  summary: "Deactivate a token and create a new one for its user, of the same kind",
  details: "Without a secret one is made and shown once. Two codes then enroll the new token.",
  positionals: {
    ...TOKEN,
    label: { type: "string", demandOption: true, description: "name of the new token" },
  },
  options: { ...OPTIONS, ...SECRET_OPTIONS },
  examples: [["oathbed admin replace alice alice-2", "a new device for a lost one"]],
  run: async (args, context: Context) => {
    const { replace } = await import("../service/admin-acts.ts");
    return replace(args, context);
  },
});

const rotateCommand: Command = defineCommand({
  name: "rotate-key",
  summary: "Seal all secrets under a new key; the old one then opens nothing",
  details:
    "The key file holds both keys until all is stored: a crash on the way loses neither. Verifiers\n" +
    "that are running go on. Copies of the old file are of use for old backups only.",
  options: OPTIONS,
  examples: [["oathbed admin rotate-key", "after others may have read the key file"]],
  run: async (args, context) => {
    const { rotateKey } = await import("../service/admin-acts.ts");
    return rotateKey(args, context);
  },
});

const restoreCommand: Command = defineCommand({
  name: "after-restore",
  summary: "After an old backup was put back: count every time step up to now as used",
  details:
    "Codes that were accepted since the backup are refused again. Counters cannot be raised so: the\n" +
    "event-based tokens in use are named, and should get new secrets.",
  options: OPTIONS,
  examples: [["oathbed admin after-restore", "before the service starts again"]],
  run: async (args, context) => {
    const { afterRestore } = await import("../service/admin-acts.ts");
    return afterRestore(args, context);
  },
});

/** `oathbed admin`. */
export const adminCommand: Command = groupCommand(
  "admin",
  "Look after a verifier's tokens: list, show, unlock, replace, import, export, audit",
  [
    listCommand,
    showCommand,
    actCommand("unlock", "Lift a lock and forget failures", "after too many wrong codes"),
    offsetCommand,
    trackingCommand,
    actCommand(
      "deactivate",
      "Take a token out of use; its saved secret sets the same device up again",
      "its user may then enroll another",
    ),
    replaceCommand,
    actCommand(
      "delete",
      "Delete a token that is not enabled; what it consumed is remembered",
      "deactivate it first",
    ),
    importCommand,
    exportCommand,
    rotateCommand,
    restoreCommand,
    auditCommand,
  ],
);
