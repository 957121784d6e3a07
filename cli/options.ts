// Options that several commands share.

/** Answers as JSON. */
export const JSON_OPTION = {
  json: { type: "boolean", default: false, description: "print JSON on stdout" },
} as const;

/** Repeats a run. */
export const RANDOM_SEED_OPTION = {
  "random-seed": {
    type: "string",
    requiresArg: true,
    description: "0 to 4294967295; the same one gives the same run; default: drawn and printed",
  },
} as const;

/** Names of tokens. */
export const INVENTORY_OPTION = {
  inventory: {
    type: "string",
    requiresArg: true,
    description: "file that names tokens; default: oathbed.tokens.json, if there is one",
  },
} as const;

/** How a locked token is opened: never a password on the command line, which others can read. */
export const PASSWORD_OPTIONS = {
  "password-file": {
    type: "string",
    requiresArg: true,
    description: "file with the password of the token; also passwordFile in the inventory",
  },
  "password-stdin": {
    type: "boolean",
    default: false,
    description: "read the password of the token from stdin",
  },
} as const;

/** A token to read codes from. */
export const DEVICE_OPTION = {
  device: {
    type: "string",
    requiresArg: true,
    description: "read from this token: virtual, driver:address, or a name in the inventory",
  },
} as const;

/** The verifier's state. */
export const STATE_OPTION = {
  state: {
    type: "string",
    requiresArg: true,
    default: "oathbed.db",
    description: "state file of the verifier (SQLite)",
  },
} as const;

/** What the verifier tolerates. */
export const PRESET_OPTION = {
  preset: {
    type: "string",
    requiresArg: true,
    choices: ["rfc6238", "aws", "default"],
    default: "default",
    description: "policy, see oathbed policy show",
  },
} as const;

/** Where a secret comes from: never from the command line, which others can read. */
export const SECRET_OPTIONS = {
  "secret-file": {
    type: "string",
    requiresArg: true,
    description: "file with the secret: Base32 text or an otpauth:// URI",
  },
  "secret-stdin": {
    type: "boolean",
    default: false,
    description: "read the secret from stdin",
  },
} as const;

/** How an emulated token's clock goes. */
export const CLOCK_OPTIONS = {
  clock: {
    type: "string",
    requiresArg: true,
    description: "oscillator of an emulated token: perfect, xtal-token, drifting, …",
  },
  ppm: {
    type: "string",
    requiresArg: true,
    description: "rate error of an emulated token, parts per million; positive = fast",
  },
  offset: {
    type: "string",
    requiresArg: true,
    description: "offset of an emulated token's clock at the start, seconds; positive = ahead",
  },
} as const;
