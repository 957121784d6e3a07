// One case on one token: what its status is.

import type { CaseResult } from "../../report.ts";
import type { TokenSource } from "../../run/token-source.ts";
import { run } from "../../runner.ts";
import { SUITES } from "../index.ts";

const CASES = SUITES.flatMap(({ cases }) => cases);

/** Host time that a case has which waits for an answer that never comes, milliseconds. */
const TIMEOUT_MS = 1000;

/** Runs the case `id` on `token`. @throws {RangeError} when there is no such case */
export async function judgeOne(id: string, token: TokenSource): Promise<CaseResult> {
  const one = CASES.find((each) => each.id === id);
  if (one === undefined) throw new RangeError(`there is no case ${id}`);
  const { results } = await run({
    suites: [{ name: "one", title: "One case", cases: [one] }],
    selection: { ids: [id] },
    tokens: [token],
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
    caseTimeoutMs: TIMEOUT_MS,
  });
  const [result] = results;
  if (result === undefined) throw new Error(`${id} gave no result`);
  return result;
}
