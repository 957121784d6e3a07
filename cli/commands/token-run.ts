// oathbed token run: is a token, or several, for other programs.

import { type Command, defineCommand } from "../command.ts";
import {
  CLOCK_OPTIONS,
  JSON_OPTION,
  PASSWORD_OPTIONS,
  RANDOM_SEED_OPTION,
  SECRET_OPTIONS,
} from "../options.ts";

const OPTIONS = {
  attach: {
    type: "string",
    requiresArg: true,
    demandOption: true,
    choices: ["usbip", "vpcd", "uhid", "pty"],
    description: "how hosts reach it: USB over TCP, pcscd's virtual reader, /dev/uhid, a terminal",
  },
  profile: {
    type: "string",
    requiresArg: true,
    description: "token model; default yubikey5, with pty serial-shell; see docs/tokens.md",
  },
  address: {
    type: "string",
    requiresArg: true,
    description: "HOST:PORT where usbip listens (127.0.0.1:3240) or vpcd is (127.0.0.1:35963)",
  },
  token: {
    type: "string",
    array: true,
    requiresArg: true,
    description:
      "one of several tokens: profile=canokey,state=a.json,…; other options hold for all",
  },
  serial: { type: "string", requiresArg: true, description: "serial number, 1 to 99999999" },
  state: {
    type: "string",
    requiresArg: true,
    description: "file that keeps what the token holds; made with mode 0600; it holds secrets",
  },
  touch: {
    type: "string",
    requiresArg: true,
    choices: ["auto", "button", "never"],
    default: "auto",
    description: "who touches it: at once, Enter or the control socket, nobody",
  },
  trace: { type: "boolean", default: false, description: "what goes over the wire, on stderr" },
  shell: {
    type: "string",
    requiresArg: true,
    choices: ["complete", "arduino", "flipper"],
    description: "dialect of a serial token's line shell; names its profile as well",
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
    description: "the same as --touch button",
  },
  credential: {
    type: "string",
    requiresArg: true,
    description: "name of the credential that a given secret becomes; default oathbed",
  },
  ...SECRET_OPTIONS,
  "password-file": {
    ...PASSWORD_OPTIONS["password-file"],
    description: "file with the password that locks it from the start; PIN of a nitrokey3",
  },
  "password-stdin": {
    ...PASSWORD_OPTIONS["password-stdin"],
    description: "read that password from stdin; at a terminal it is asked for",
  },
  ...CLOCK_OPTIONS,
  ...RANDOM_SEED_OPTION,
  ...JSON_OPTION,
} as const;

/** `oathbed token run`. */
export const tokenRunCommand: Command = defineCommand({
  name: "run",
  summary: "Be a token for other programs, or several, until Ctrl-C or SIGTERM",
  isService: true,
  details:
    "Prints `ready ADDRESS` for each token when hosts can use it; with --json an event a line.\n" +
    "Options hold for all tokens; each --token begins another one and has its own: profile,\n" +
    "attach, address, serial, state, touch, control, shell, clock, ppm, offset, credential,\n" +
    "secret-file, password-file. A state file that is there counts more than secret, password,\n" +
    "serial number and offset. What means nothing for a profile is refused.",
  options: OPTIONS,
  examples: [
    ["oathbed token run --profile yubikey5 --attach vpcd", "a YubiKey in pcscd"],
    ["oathbed token run --attach usbip --state key.json", "a USB device, the same one each time"],
    ["oathbed token run --attach pty", "a serial port; a host writes its secret"],
    ["oathbed token run --attach pty --time simulated --control t.sock", "time moves on demand"],
    [
      "oathbed token run --attach usbip --token profile=canokey --token profile=flipper,ppm=40",
      "two devices on one bus",
    ],
  ],
  run: async (args, context) => {
    const { runTokens } = await import("../token/run.ts");
    return runTokens(args, context);
  },
});
