// Fails when a test was skipped or none ran: reads what vitest's JSON reporter wrote. Where the
// laboratory is installed there is no reason to skip.
//
//   node scripts/skipped-tests.ts REPORT.json ...

import { readFileSync } from "node:fs";

interface VitestReport {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

let total = 0;
const skipped: string[] = [];
for (const path of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(path, "utf8")) as VitestReport;
  total += report.numTotalTests;
  for (const { name, assertionResults } of report.testResults) {
    for (const { fullName, status } of assertionResults) {
      if (status !== "passed" && status !== "failed") skipped.push(`${name}: ${fullName}`);
    }
  }
}
for (const line of skipped) process.stdout.write(`skipped: ${line}\n`);
process.stdout.write(`${total} tests, ${skipped.length} skipped\n`);
process.exitCode = skipped.length > 0 || total === 0 ? 1 : 0;
