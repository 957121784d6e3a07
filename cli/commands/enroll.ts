// oathbed enroll: creates a token in the state file and enables it with two consecutive codes.

import { type Command, defineCommand } from "../command.ts";
import {
  DEVICE_OPTION,
  INVENTORY_OPTION,
  JSON_OPTION,
  PASSWORD_OPTIONS,
  PRESET_OPTION,
  SECRET_OPTIONS,
  STATE_OPTION,
} from "../options.ts";

const POSITIONALS = {
  label: { type: "string", demandOption: true, description: "name of the token" },
  codes: {
    type: "string",
    array: true,
    default: [] as string[],
    description: "two consecutive codes, in order",
  },
} as const;

const OPTIONS = {
  ...STATE_OPTION,
  ...PRESET_OPTION,
  user: { type: "string", requiresArg: true, description: "whom the token belongs to" },
  issuer: {
    type: "string",
    requiresArg: true,
    default: "oathbed",
    description: "who gives out the secret, for the otpauth URI",
  },
  ...SECRET_OPTIONS,
  ...DEVICE_OPTION,
  ...INVENTORY_OPTION,
  ...PASSWORD_OPTIONS,
  write: {
    type: "boolean",
    default: false,
    description: "write the secret to the physical token of --device before reading codes",
  },
  hotp: { type: "boolean", default: false, description: "event-based; default: time-based" },
  algorithm: { type: "string", requiresArg: true, description: "SHA1 (default), SHA256, SHA512" },
  digits: { type: "string", requiresArg: true, description: "6 (default) to 8" },
  period: { type: "string", requiresArg: true, description: "time step, seconds; default 30" },
  counter: { type: "string", requiresArg: true, description: "first counter, --hotp; default 0" },
  ...JSON_OPTION,
} as const;

/** `oathbed enroll`. */
export const enrollCommand: Command = defineCommand({
  name: "enroll <label> [codes..]",
  summary: "Create a token in the state file; two consecutive codes enable it",
  details:
    "Without a secret one is made and shown once, as an otpauth URI and a QR code. A new token\n" +
    "without codes stays created; enroll it again with two codes. Exit code 1: codes refused.",
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ["oathbed enroll alice", "make a secret and show it"],
    ["oathbed enroll alice 123456 789012", "enable the token with two codes"],
    ["oathbed enroll bob --secret-file bob.txt --device virtual", "codes from an emulated token"],
  ],
  run: async (args, context) => {
    const { enroll } = await import("../state/enroll.ts");
    return enroll(args, context);
  },
});
