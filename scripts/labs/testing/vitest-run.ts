// Runs of vitest beside what a lab has set up, and what they come to.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";

/** Tests of a run. */
export interface Counts {
  readonly passed: number;
  /** Skipped tests count: where a lab runs there is no reason to skip. */
  readonly failed: number;
}

/** Line that the reporter below prints at the end. */
const MARK = "LAB_COUNTS=";

const CONFIG = "scripts/labs/vitest.config.ts";

/** Test files of a lab, from the root of the checkout. @param filters parts of their names */
export function labFiles(lab: string, filters: readonly string[]): readonly string[] {
  const files = readdirSync(`scripts/labs/${lab}`)
    .filter((file) => file.endsWith(".lab.test.ts"))
    .filter((file) => filters.length === 0 || filters.some((part) => file.includes(part)));
  return files.toSorted().map((file) => `scripts/labs/${lab}/${file}`);
}

/** Arguments of vitest that run files of a lab. */
export function vitestArguments(files: readonly string[]): readonly string[] {
  return ["run", "--configLoader", "native", "--config", CONFIG, ...files];
}

/** The line that tells other programs what a run came to. */
export function countsLine(counts: Counts): string {
  return `${MARK}${counts.passed},${counts.failed}`;
}

/**
 * Runs a program that runs vitest, shows what it says and reads its counts. A program that does
 * not get so far, or fails for another reason, is one failed test.
 */
export function runTests(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Counts> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    let rest = "";
    let counts: Counts | undefined;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const found = /LAB_COUNTS=(\d+),(\d+)/.exec(line);
        if (found === null) process.stdout.write(`${line}\n`);
        else counts = sum(counts, { passed: Number(found[1]), failed: Number(found[2]) });
      }
    });
    child.on("error", reject);
    child.on("close", (exitCode) => {
      process.stdout.write(rest);
      const { passed, failed } = counts ?? { passed: 0, failed: 1 };
      resolve({ passed, failed: exitCode === 0 ? failed : Math.max(1, failed) });
    });
  });
}

/** Of several runs together. */
export function sum(some: Counts | undefined, more: Counts): Counts {
  return {
    passed: (some?.passed ?? 0) + more.passed,
    failed: (some?.failed ?? 0) + more.failed,
  };
}

/** Prints the last line. Returns the exit code. */
export function showTotal({ passed, failed }: Counts): number {
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  return passed > 0 && failed === 0 ? 0 : 1;
}
