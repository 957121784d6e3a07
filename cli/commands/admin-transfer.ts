// oathbed admin import and export: files of secrets.

import { type Command, defineCommand } from "../command.ts";
import { JSON_OPTION } from "../options.ts";
import { OPERATOR_OPTION } from "../service/operator.ts";
import { POLICY_OPTIONS, STORE_OPTION } from "../service/options.ts";

const KEY_OPTIONS = {
  "passphrase-file": {
    type: "string",
    requiresArg: true,
    description: "file with the passphrase of a PSKC file",
  },
  "key-file": {
    type: "string",
    requiresArg: true,
    description: "file with the key of a PSKC file, hexadecimal",
  },
} as const;
const COMMON = {
  ...STORE_OPTION,
  ...POLICY_OPTIONS,
  ...JSON_OPTION,
  ...OPERATOR_OPTION,
  ...KEY_OPTIONS,
} as const;

/** `oathbed admin import`. */
export const importCommand: Command = defineCommand({
  name: "import <file>",
  summary: "Take all tokens of a file, or none: PSKC, CSV, otpauth or migration URIs",
  positionals: {
    file: { type: "string", demandOption: true, description: "the file; - reads stdin" },
  },
  options: {
    ...COMMON,
    format: {
      type: "string",
      requiresArg: true,
      choices: ["pskc", "csv", "otpauth", "migration"],
      description: "default: found out",
    },
    "csv-form": {
      type: "string",
      requiresArg: true,
      choices: ["privacyidea", "privacyidea-users", "pingid", "securenvoy", "phenixid"],
      description: "a vendor's form without a header",
    },
    "csv-encoding": {
      type: "string",
      requiresArg: true,
      choices: ["hex", "base32"],
      description: "how the secrets are written, where the file leaves a doubt",
    },
    "dry-run": { type: "boolean", default: false, description: "say what would be taken" },
  },
  examples: [
    ["oathbed admin import shipment.xml --passphrase-file p.txt --dry-run", "look first"],
    ["oathbed admin import tokens.csv --json", "for a script"],
  ],
  run: async (args, context) => {
    const { importTokens } = await import("../service/admin-transfer.ts");
    return importTokens(args, context);
  },
});

/** `oathbed admin export`. */
export const exportCommand: Command = defineCommand({
  name: "export [tokens..]",
  summary: "Write tokens with their secrets to a file: PSKC under a passphrase or key",
  details:
    "The file is made with mode 0600 and must not be there yet. Secrets in clear need --plain; a\n" +
    "terminal gets none. With --drift the table of clocks is written, which holds no secret.",
  positionals: {
    tokens: {
      type: "string",
      array: true,
      default: [] as string[],
      description: "labels, or id:NUMBER; default: all that are not deleted",
    },
  },
  options: {
    ...COMMON,
    out: { type: "string", requiresArg: true, description: "file to write; default: stdout" },
    format: {
      type: "string",
      requiresArg: true,
      choices: ["pskc", "csv", "otpauth"],
      default: "pskc",
      description: "pskc (RFC 6030), or in clear: csv, otpauth",
    },
    plain: { type: "boolean", default: false, description: "secrets in clear" },
    drift: { type: "boolean", default: false, description: "offsets and rates instead of secrets" },
  },
  examples: [
    ["oathbed admin export --passphrase-file p.txt --out tokens.xml", "every token, sealed"],
    ["oathbed admin export alice --format otpauth --plain --out alice.txt", "one, in clear"],
    ["oathbed admin export --drift", "the drift table, as CSV"],
  ],
  run: async (args, context) => {
    const { exportTokens } = await import("../service/admin-transfer.ts");
    return exportTokens(args, context);
  },
});
