// docs/verifiers.md: what each verifier does with each case.

import type { CaseResult, Report } from "../../../conformance/report.ts";

/** The page. @param reports one a target, in the order of the columns */
export function matrixText(reports: readonly Report[]): string {
  const targets = reports.flatMap(({ subjects }) => subjects);
  const rows = new Map<string, Map<string, CaseResult>>();
  for (const result of reports.flatMap(({ results }) => results)) {
    const row = rows.get(result.id) ?? new Map<string, CaseResult>();
    row.set(result.subject, result);
    rows.set(result.id, row);
  }
  const suites = [...new Set([...rows.keys()].map((id) => id.split("/")[0] ?? ""))];
  return [
    HEAD,
    "| target | what it is | holds | known to fail | not asked |",
    "|---|---|---|---|---|",
    ...reports.map(summaryLine),
    "",
    ...suites.flatMap((suite) => [
      `## ${suite}`,
      "",
      `| case | ${targets.map(({ name }) => name).join(" | ")} |`,
      `|---|${targets.map(() => ":-:|").join("")}`,
      ...[...rows]
        .filter(([id]) => id.startsWith(`${suite}/`))
        .map(([id, row]) => {
          const cells = targets.map(({ name }) => cellOf(row.get(name)));
          return `| ${id.slice(suite.length + 1)} | ${cells.join(" | ")} |`;
        }),
      "",
    ]),
    "## Known failures",
    "",
    ...reports.flatMap(failureLines),
  ].join("\n");
}

const HEAD = `# Verification servers and libraries, judged

Made by \`npm run lab:verifiers -- --write\`: the suites of \`oathbed conformance verifier\` over our
library and service, and over what other people wrote, as Debian 12 and the npm registry have it.
✓ holds, ✗ is known to fail (each with its sentence below), – is not asked: what a target does not
offer, or cannot be set up for, is skipped with its reason. A library that keeps no state is asked
for little: what is missing there, whoever builds on it must add.

PAM modules run by pamtester in a mount namespace, each login a process at a time of its own
(libfaketime); FreeRADIUS on a port of its own, its clock faked in the module. Any other server is
judged by a file of requests, \`--target http:FILE\`: [one for our own
service](../conformance/targets/templates/oathbed.json), and two that were written from documentation
and not run, for neither is packaged for Debian 12:
[privacyIDEA](../conformance/targets/templates/privacyidea.json) and
[multiOTP](../conformance/targets/templates/multiotp.json), which is for its command line behind a
front that runs \`multiotp\` with the words it gets and answers \`{"exitCode": N}\`. A server
without a clock to be set is judged now: \`--max-wait SECONDS\` says how long a case may wait.
`;

function summaryLine({ subjects, results }: Report): string {
  const [subject] = subjects;
  const count = (cell: string): number => results.filter((one) => cellOf(one) === cell).length;
  const counts = [count("✓"), count("✗"), count("–")];
  return `| ${subject?.name} | ${subject?.description} | ${counts.join(" | ")} |`;
}

function cellOf(result: CaseResult | undefined): string {
  switch (result?.status) {
    case "pass":
      return result.notes.includes(SOMETIMES) ? "✗" : "✓";
    case undefined:
    case "skip":
      return "–";
    default:
      return "✗";
  }
}

/** Marks a race that went well this time. */
export const SOMETIMES = "known to fail now and then";

function failureLines({ subjects, results }: Report): readonly string[] {
  const failed = results.filter((result) => cellOf(result) === "✗");
  if (failed.length === 0) return [];
  const lines = failed.map(({ id, reason }) => `- \`${id}\`: ${reason}.`);
  return [`### ${subjects[0]?.name}`, "", ...lines, ""];
}
