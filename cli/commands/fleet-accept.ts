// oathbed fleet accept: which tokens of a lot keep their data sheet.

import { type Command, defineCommand } from "../command.ts";
import { ACCEPT_OPTIONS } from "../drift/options.ts";
import { JSON_OPTION } from "../options.ts";

/** `oathbed fleet accept`. */
export const fleetAcceptCommand: Command = defineCommand({
  name: "accept <log>",
  summary: "Say which tokens of a lot are in specification, out of it, or undecided until when",
  details:
    "Reads the log of oathbed intake, or of drift measure. A rate is known as an interval: inside\n" +
    "the specification, outside of it, or undecided until a date. One reading needs --set-on, two\n" +
    "weeks apart do not. Exit code 1: a token is out of specification, fits no clock, or shows\n" +
    "codes of no step.",
  positionals: {
    log: { type: "string", demandOption: true, description: "file written by intake" },
  },
  options: {
    ...ACCEPT_OPTIONS,
    "host-ppm": {
      type: "string",
      requiresArg: true,
      description: "rate error of the host over the whole time; default 0: its clock is kept right",
    },
    "stray-s": {
      type: "string",
      requiresArg: true,
      description: "how far a sound clock may stray from a line, seconds; default 10",
    },
    report: {
      type: "string",
      requiresArg: true,
      description: "folder for lot.html, lot.json and lot.csv: what the vendor is given",
    },
    csv: { type: "boolean", default: false, description: "print CSV on stdout" },
    ...JSON_OPTION,
  },
  examples: [
    ["oathbed fleet accept L-7.intake.jsonl --set-on 2026-01-05", "from one reading each"],
    ["oathbed fleet accept L-7.intake.jsonl --spec-ppm 3.8 --report vendor", "2 min a year"],
  ],
  run: async (args, { terminal }) => {
    const { acceptText } = await import("../drift/accept.ts");
    const { readLog } = await import("../drift/append-log.ts");
    return acceptText(await readLog(args.log), args.log, args, terminal);
  },
});
