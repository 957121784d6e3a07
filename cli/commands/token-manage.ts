// oathbed token list, provision, put, remove, rename, reset, password: what is on a token, over any
// driver.

import { type Command, defineCommand } from "../command.ts";
import { INVENTORY_OPTION, JSON_OPTION, PASSWORD_OPTIONS, SECRET_OPTIONS } from "../options.ts";

const REACH_OPTIONS = {
  device: {
    type: "string",
    requiresArg: true,
    demandOption: true,
    description: "name in the inventory or driver:address",
  },
  ...INVENTORY_OPTION,
  ...PASSWORD_OPTIONS,
} as const;

const NAME = {
  name: { type: "string", demandOption: true, description: "name of the credential" },
} as const;

const listCommand: Command = defineCommand({
  name: "list",
  summary: "List the credentials of a token, with --codes also what they show now",
  details: "Codes of credentials that count or ask for a touch are not read.",
  options: {
    ...REACH_OPTIONS,
    codes: { type: "boolean", default: false, description: "read the codes of now as well" },
    ...JSON_OPTION,
  },
  examples: [
    ["oathbed token list --device usb:1050:0407", "a YubiKey"],
    ["oathbed token list --device desk --codes --json", "a token of the inventory, for a script"],
  ],
  run: async (args, context) => {
    const { listCredentials } = await import("../token/manage.ts");
    return listCredentials(args, context);
  },
});

/** Parameters of a key that is not given as a URI. */
const KEY_OPTIONS = {
  algorithm: { type: "string", requiresArg: true, description: "SHA1 (default), SHA256, SHA512" },
  digits: { type: "string", requiresArg: true, description: "6 (default) to 8" },
  period: { type: "string", requiresArg: true, description: "time step, seconds; default 30" },
} as const;

const provisionCommand: Command = defineCommand({
  name: "provision <name>",
  summary: "Give a phone app a key by QR code, ask for its codes, name what it ignored",
  details:
    "A person scans and types, or a script answers on stdin: a line for the scan (n: it was\n" +
    "refused), then a line for each code. Without --secret-file the key is made for this trial.\n" +
    "Exit code 1: the app ignores period, hash or digits, or its codes are of another key.",
  positionals: NAME,
  options: {
    ...REACH_OPTIONS,
    device: {
      type: "string",
      requiresArg: true,
      default: "operator:terminal",
      description: "who is asked: operator:terminal?png=FILE draws into a file; or another token",
    },
    ...SECRET_OPTIONS,
    ...KEY_OPTIONS,
    codes: {
      type: "string",
      requiresArg: true,
      default: "1",
      description: "how many different codes are asked for, 1 to 20",
    },
    taps: {
      type: "string",
      requiresArg: true,
      default: "0",
      description: "taps of the space bar at changes of the display, 0 to 20: they tell its clock",
    },
    ...JSON_OPTION,
  },
  examples: [
    ["oathbed token provision Bench:a --digits 8 --period 60 --algorithm SHA256", "a phone app"],
    ["oathbed token provision Bench:a --codes 2 --taps 3", "its clock as well"],
    ["oathbed token provision Bench:a --device 'operator:terminal?png=key.png'", "QR code as PNG"],
  ],
  run: async (args, context) => {
    const { judgeApp } = await import("../token/judge-app.ts");
    return judgeApp(args, context);
  },
});

const putCommand: Command = defineCommand({
  name: "put <name>",
  summary: "Write a secret to a token; it comes from a file or stdin",
  positionals: NAME,
  options: {
    ...REACH_OPTIONS,
    ...SECRET_OPTIONS,
    touch: { type: "boolean", default: false, description: "its codes ask for a touch" },
    replace: { type: "boolean", default: false, description: "instead of one of the same name" },
    hotp: { type: "boolean", default: false, description: "event-based; default: time-based" },
    ...KEY_OPTIONS,
    counter: { type: "string", requiresArg: true, description: "first counter, --hotp; default 0" },
  },
  examples: [
    ["oathbed token put Bench:a --device usb:1050:0407 --secret-file a.txt", "Base32 or otpauth"],
    ["oathbed token put Bench:b --device desk --secret-stdin --hotp --touch", "from a pipe"],
  ],
  run: async (args, context) => {
    const { putCredential } = await import("../token/manage.ts");
    return putCredential(args, context);
  },
});

const removeCommand: Command = defineCommand({
  name: "remove <name>",
  summary: "Remove a credential from a token; its secret is gone",
  positionals: NAME,
  options: REACH_OPTIONS,
  examples: [["oathbed token remove Bench:a --device usb:1050:0407", "one of a YubiKey"]],
  run: async (args, context) => {
    const { removeCredential } = await import("../token/manage.ts");
    return removeCredential(args, context);
  },
});

const renameCommand: Command = defineCommand({
  name: "rename <name> <to>",
  summary: "Give a credential another name",
  positionals: {
    ...NAME,
    to: { type: "string", demandOption: true, description: "its new name" },
  },
  options: REACH_OPTIONS,
  examples: [["oathbed token rename Bench:a Bench:b --device desk", "where the token can do it"]],
  run: async (args, context) => {
    const { renameCredential } = await import("../token/manage.ts");
    return renameCredential(args, context);
  },
});

const resetCommand: Command = defineCommand({
  name: "reset",
  summary: "Take all credentials and the password from a token",
  options: {
    ...REACH_OPTIONS,
    destructive: { type: "boolean", default: false, description: "yes, all of it" },
    serial: {
      type: "string",
      requiresArg: true,
      description: "serial number of the one token that is meant",
    },
  },
  examples: [["oathbed token reset --device desk --destructive --serial 1234567", "this one only"]],
  run: async (args, context) => {
    const { resetToken } = await import("../token/manage.ts");
    return resetToken(args, context);
  },
});

const passwordCommand: Command = defineCommand({
  name: "password",
  summary: "Set the password of a token, or take it away",
  options: {
    ...REACH_OPTIONS,
    "new-file": { type: "string", requiresArg: true, description: "file with the new password" },
    remove: { type: "boolean", default: false, description: "no password any more" },
  },
  examples: [
    ["oathbed token password --device desk --new-file new.txt", "the first one"],
    ["oathbed token password --device desk --password-file old.txt --remove", "none any more"],
  ],
  run: async (args, context) => {
    const { changePassword } = await import("../token/manage.ts");
    return changePassword(args, context);
  },
});

/** What there is for the credentials of a token. */
export const TOKEN_MANAGE_COMMANDS: readonly Command[] = [
  listCommand,
  provisionCommand,
  putCommand,
  removeCommand,
  renameCommand,
  resetCommand,
  passwordCommand,
];
