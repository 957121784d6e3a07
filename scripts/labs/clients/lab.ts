// The clients lab: Debian's aws command and boto3, and the JavaScript SDK, which is installed
// beside from its own lock file.

import { runProgram } from "../testing/program.ts";
import { type Counts, labFiles, runTests, vitestArguments } from "../testing/vitest-run.ts";

/** Runs all of it. @param filters parts of file names */
export async function runClientsLab(filters: readonly string[]): Promise<Counts> {
  const quiet = ["--no-audit", "--no-fund", "--prefix", "scripts/labs/clients"];
  const { exitCode, stderr } = await runProgram("npm", ["ci", ...quiet]);
  if (exitCode !== 0) throw new Error(`the SDK could not be installed: ${stderr}`);
  return runTests("vitest", vitestArguments(labFiles("clients", filters)));
}
