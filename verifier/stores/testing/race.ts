// Four verifier processes on one database, the same code to each at the same time.

import { expect } from "vitest";
import { VerifierProcess } from "./child.ts";

const PROCESSES = 4;
/** Identical logins in each process, each round. */
const LOGINS = 3;

/** Runs the rounds; token 1 is enrolled at step `now`. In each one login must be accepted. */
export async function raceProcesses(state: string, now: number, rounds: number): Promise<void> {
  const children = Array.from({ length: PROCESSES }, () => VerifierProcess.start(state));
  try {
    await Promise.all(children.map((child) => child.ask("open")));
    for (let round = 1; round <= rounds; round++) {
      const line = `verify ${now + round} ${LOGINS}`;
      const answers = await Promise.all(children.map((child) => child.ask(line)));
      const outcomes = answers.flatMap((answer) => answer.outcomes ?? [String(answer.error)]);
      const expected = ["accepted", ...Array(PROCESSES * LOGINS - 1).fill("replayed")];
      expect(outcomes.toSorted(), `round ${round}`).toEqual(expected);
    }
  } finally {
    await Promise.all(children.map((child) => child[Symbol.asyncDispose]()));
  }
}
