// npm run mutants: judges every mutant and writes conformance/MUTANTS.md.

import { writeFile } from "node:fs/promises";
import {
  judgeServers,
  judgeTokens,
  mutantsText,
} from "../conformance/suites/testing/mutants-table.ts";

const [servers, tokens] = [await judgeServers(), await judgeTokens()];
await writeFile(
  new URL("../conformance/MUTANTS.md", import.meta.url),
  mutantsText(servers, tokens),
);
const all = [...servers, ...tokens];
const survivors = all.filter(({ caughtBy }) => caughtBy.length === 0);
process.stdout.write(`${all.length - survivors.length} of ${all.length} mutants are caught\n`);
for (const { name } of survivors) process.stdout.write(`survives: ${name}\n`);
process.exitCode = survivors.length > 0 ? 1 : 0;
