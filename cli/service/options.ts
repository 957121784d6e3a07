// Options that serve and the operators' commands share.

import { PRESET_NAMES } from "../../verifier/policy.ts";

/** Where the verifier keeps its records. */
export const STORE_OPTION = {
  state: {
    type: "string",
    requiresArg: true,
    default: "oathbed.db",
    description: "state: an SQLite file, memory, or postgres://…?key-file=FILE",
  },
} as const;

/** What the verifier tolerates. */
export const POLICY_OPTIONS = {
  preset: {
    type: "string",
    requiresArg: true,
    choices: PRESET_NAMES as readonly string[],
    default: "default" as string,
    description: "policy, see oathbed policy show",
  },
  set: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "one number of the policy, throttleLimit=5; may be repeated",
  },
} as const;
