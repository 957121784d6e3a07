// Tells the program around vitest how many tests passed and failed, and why a test failed at once:
// a run that is stopped later has no summary.

import type { Reporter, TestCase, TestModule } from "vitest/node";
import { countsLine } from "./vitest-run.ts";

/** @see Reporter */
export class CountsReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { errors } = test.result();
    for (const { message } of errors ?? []) {
      process.stdout.write(`failed: ${test.fullName}: ${message}\n`);
    }
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    for (const each of modules) {
      let tests = 0;
      for (const test of each.children.allTests()) {
        tests++;
        if (test.result().state === "passed") passed++;
        else failed++;
      }
      // A file that does not load, or holds no test.
      if (tests === 0) failed++;
    }
    process.stdout.write(`${countsLine({ passed, failed })}\n`);
  }
}
