// The lab of other people's verification: libraries, PAM modules and RADIUS servers as they are
// installed here, judged by the suites.

import { type Counts, labFiles, runTests, vitestArguments } from "../testing/vitest-run.ts";

/** Runs all of it; `--write` makes docs/verifiers.md anew. @param filters parts of file names */
export async function runVerifiersLab(filters: readonly string[]): Promise<Counts> {
  const isWriting = filters.includes("--write");
  const files = labFiles(
    "verifiers",
    filters.filter((word) => word !== "--write"),
  );
  const env = isWriting ? { OATHBED_WRITE: "1" } : {};
  return runTests("vitest", vitestArguments(files), env);
}
