// oathbed report: reads a report that a run has written.

import { type Command, defineCommand, groupCommand } from "../command.ts";
import { JSON_OPTION } from "../options.ts";

const POSITIONALS = {
  path: {
    type: "string",
    demandOption: true,
    description: "a report.json, or the folder that holds one",
  },
} as const;

const OPTIONS = {
  ...JSON_OPTION,
  verbose: {
    type: "boolean",
    default: false,
    description: "print every failure, check and reason, however many",
  },
} as const;

const showCommand: Command = defineCommand({
  name: "show <path>",
  summary: "Print a report again; the exit code is that of the run",
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ["oathbed report show reports/latest", "the last run"],
    ["oathbed report show report.json --json", "checked against its schema, for a script"],
  ],
  run: async ({ path, json, verbose }, { terminal }) => {
    const { readReport } = await import("../../conformance/reports/write.ts");
    const { exitCodeOf } = await import("../../conformance/reports/verdict.ts");
    const { jsonReport } = await import("../../conformance/reports/json.ts");
    const { consoleReport } = await import("../../conformance/reports/console.ts");
    const report = await readReport(path);
    const { columns, style } = terminal;
    const options = { color: style.isColored, width: columns, verbose };
    terminal.out(json ? jsonReport(report) : consoleReport(report, options));
    return exitCodeOf(report);
  },
});

/** `oathbed report`. */
export const reportCommand: Command = groupCommand("report", "Read reports of earlier runs", [
  showCommand,
]);
