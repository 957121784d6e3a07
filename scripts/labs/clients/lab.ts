// The clients lab: Debian's aws command and boto3, and the JavaScript SDK, which setup.sh installs
// beside from its own lock file.

import { type Counts, labFiles, runTests, vitestArguments } from "../testing/vitest-run.ts";

/** Runs all of it. @param filters parts of file names */
export function runClientsLab(filters: readonly string[]): Promise<Counts> {
  return runTests("vitest", vitestArguments(labFiles("clients", filters)));
}
