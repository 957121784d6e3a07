// oathbed intake: display tokens, one after another, before they are handed out.

import { type Command, defineCommand } from "../command.ts";
import { LOT_SECRET_OPTIONS } from "../intake/options.ts";
import { JSON_OPTION } from "../options.ts";

const INTAKE_OPTIONS = {
  lot: { type: "string", demandOption: true, requiresArg: true, description: "name of the lot" },
  ...LOT_SECRET_OPTIONS,
  log: {
    type: "string",
    requiresArg: true,
    description: "file of readings, appended to; default: LOT.intake.jsonl",
  },
  rig: {
    type: "string",
    requiresArg: true,
    description: "file or named pipe of a camera rig: serial,notBefore,notAfter,code; - is stdin",
  },
  "delay-s": {
    type: "string",
    requiresArg: true,
    default: "12",
    description: "a typed code was on the display at most so many seconds before its Enter",
  },
  "reaction-ms": {
    type: "string",
    requiresArg: true,
    default: "150-600",
    description: "Enter comes so long after the change of a display",
  },
  timeout: {
    type: "string",
    requiresArg: true,
    default: "1h",
    description: "end when nothing came for so long; the same command goes on later",
  },
  "host-error-s": {
    type: "string",
    requiresArg: true,
    description: "largest error of this host's wall clock; default: asked of chrony or timesyncd",
  },
  ...JSON_OPTION,
} as const;

/** `oathbed intake`. */
export const intakeCommand: Command = defineCommand({
  name: "intake",
  summary: "Take in a lot of display tokens: serial numbers, codes, changes of displays",
  details:
    "Scan or type a serial number, then the code on the display. Sharper: press Enter alone the\n" +
    "moment the display changes, then type the new code. undo takes the last reading back, end\n" +
    "or Ctrl-D stops; the same command goes on. The log holds no secret and no code. Wrong\n" +
    "secrets, other periods and exchanged tokens are told from two codes. Then: fleet accept.",
  options: INTAKE_OPTIONS,
  examples: [
    ["oathbed intake --lot L-7 --secrets shipment.xml --passphrase-file p.txt", "by hand"],
    ["oathbed intake --lot L-7 --state oathbed.db --rig codes.csv", "from a camera rig's file"],
    ["oathbed intake --lot L-7 --secrets lot.csv --rig - --json", "from a pipe"],
  ],
  run: async (args, context) => {
    const { intakeLot } = await import("../intake/intake.ts");
    return intakeLot(args, context);
  },
});
