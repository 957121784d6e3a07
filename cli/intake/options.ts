// Options of an intake that say where secrets are.

/** Where the secrets of a lot come from. */
export const LOT_SECRET_OPTIONS = {
  secrets: {
    type: "string",
    requiresArg: true,
    description: "file of the lot's secrets: PSKC, CSV, otpauth or migration URIs",
  },
  state: {
    type: "string",
    requiresArg: true,
    description: "or the state store they are in; labels are the serial numbers",
  },
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
