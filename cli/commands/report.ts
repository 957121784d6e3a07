// oathbed report: reads a report that a run has written.

import { type Command, defineCommand, groupCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
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

const diffCommand: Command = defineCommand({
  name: "diff <old> <new>",
  summary: "What broke, what got fixed and what is new between two reports",
  details:
    "Each is a report.json, or the folder that holds one. One token in each report is taken for\n" +
    "the same one: the firmware before and after. Exit code 1: something is worse than before.",
  positionals: {
    old: { type: "string", demandOption: true, description: "the report before" },
    new: { type: "string", demandOption: true, description: "the report after" },
  },
  options: OPTIONS,
  examples: [["oathbed report diff rev-a rev-b", "what the new revision changes"]],
  run: async (args, { terminal }) => {
    const { readReport } = await import("../../conformance/reports/write.ts");
    const { diffReports, isWorse } = await import("../../conformance/reports/diff.ts");
    const { diffText } = await import("../../conformance/reports/diff-text.ts");
    const [before, after] = [await readReport(args.old), await readReport(args.new)];
    const diff = diffReports(before, after);
    const { columns, style } = terminal;
    const options = { color: style.isColored, width: columns, verbose: args.verbose };
    const text = args.json ? `${JSON.stringify(diff, null, 2)}\n` : undefined;
    terminal.out(text ?? diffText(diff, { before, after }, options));
    return isWorse(diff) ? EXIT.nonConformant : EXIT.ok;
  },
});

const mergeCommand: Command = defineCommand({
  name: "merge <parts..>",
  summary: "Put the parts of one run together: reports of its shards",
  positionals: {
    parts: {
      type: "string",
      array: true,
      demandOption: true,
      description: "report.json files, or the folders that hold them",
    },
  },
  options: {
    report: {
      type: "string",
      requiresArg: true,
      demandOption: true,
      description: "folder to write report.html, report.json and junit.xml to",
    },
  },
  examples: [["oathbed report merge part-1 part-2 --report whole", "both shards as one report"]],
  run: async ({ parts, report: folder }, { terminal }) => {
    const { readReport, writeReports } = await import("../../conformance/reports/write.ts");
    const { exitCodeOf } = await import("../../conformance/reports/verdict.ts");
    const { mergeReports } = await import("../../conformance/reports/merge.ts");
    const { consoleReport } = await import("../../conformance/reports/console.ts");
    const reports = [];
    for (const part of parts) reports.push(await readReport(part));
    const report = mergeReports(reports);
    await writeReports(report, folder);
    const { columns, style } = terminal;
    terminal.out(consoleReport(report, { color: style.isColored, width: columns }));
    return exitCodeOf(report);
  },
});

/** `oathbed report`. */
export const reportCommand: Command = groupCommand("report", "Read reports of earlier runs", [
  showCommand,
  diffCommand,
  mergeCommand,
]);
