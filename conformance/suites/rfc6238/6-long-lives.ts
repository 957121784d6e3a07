// RFC 6238 §6 over years: slow drift, long silence, late typists, and clients that push the window.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import type { VerifierContext } from "../../verifier-context.ts";
import { atStep, enrolledToken, START_STEP, totpToken } from "../shared/tokens.ts";

const ADJUST = {
  text: "Validate with the current timestamp adjusted with the recorded time-step clock drifts.",
  source: "RFC 6238 §6",
} as const;
const SILENCE = {
  text: "The longer a prover has not sent an OTP, the longer (potentially) the accumulated drift.",
  source: "RFC 6238 §6",
} as const;
const LIMIT = {
  text: "We RECOMMEND a specific limit to the number of time steps a prover can be out of synch.",
  source: "RFC 6238 §6",
} as const;

const STEPS_A_DAY = 2880;
/** 3 steps of 30 s a year: 2.9 ppm, what vendors of key-ring tokens promise. */
const STEPS_AHEAD_A_DAY: number = 3 / 365;

const slowDrift: VerifierCase = {
  id: "rfc6238/6/slow-drift",
  aliases: ["D04"],
  subject: "verifier",
  title: "a token that gains 3 steps a year and is used weekly is never refused",
  requirement: ADJUST,
  level: "SHOULD",
  needs: ["state"],
  async run(t) {
    for (const sign of [1, -1]) {
      const token = totpToken();
      const target = await t.open();
      const id = await t.enrolled(target, token, START_STEP);
      let refusals = 0;
      for (let day = 7; day <= 3 * 365; day += 7) {
        const step = START_STEP + BigInt(day * STEPS_A_DAY);
        // The clock reads 15 s into the step, so that drift rounds to the nearest step.
        const ahead = BigInt(Math.floor(0.5 + sign * day * STEPS_AHEAD_A_DAY));
        const answer = await target.submit(
          id,
          t.code(token, step + ahead),
          atStep(token, step, 15),
        );
        if (!answer.accepted) refusals++;
      }
      t.equal(`refusals in three years, ${sign > 0 ? "gaining" : "losing"}`, refusals, 0);
    }
  },
};

const longSilence: VerifierCase = {
  id: "rfc6238/6/long-silence",
  aliases: ["D05"],
  subject: "verifier",
  title: "a token that drifted away unused is taken back by a resync",
  requirement: SILENCE,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const step = START_STEP + BigInt(400 * STEPS_A_DAY);
    const ahead = 4n;
    const first = await target.submit(id, t.code(token, step + ahead), atStep(token, step));
    t.note(`after 400 days and ${ahead} steps a code alone is ${first.accepted ? "taken" : "not"}`);
    const pair = [t.code(token, step + ahead + 1n), t.code(token, step + ahead + 2n)];
    t.accepted("resync", await target.resync(id, pair, atStep(token, step + 2n)));
    const next = t.code(token, step + ahead + 3n);
    t.accepted("the next code", await target.submit(id, next, atStep(token, step + 3n)));
  },
};

const lateTypist: VerifierCase = {
  id: "rfc6238/6/late-typist",
  subject: "verifier",
  title: "a person who types up to a step late, on some days, is never refused",
  requirement: ADJUST,
  level: "SHOULD",
  needs: ["state"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    let refusals = 0;
    for (let day = 1; day <= 200; day++) {
      const shownAt = START_STEP + BigInt(day * STEPS_A_DAY);
      const typedAfter = t.random.integer(0, 29) + t.random.integer(0, 30);
      const code = t.code(token, shownAt);
      const answer = await target.submit(id, code, atStep(token, shownAt, typedAfter));
      if (!answer.accepted) refusals++;
    }
    t.equal("refusals in 200 logins", refusals, 0);
  },
};

/** A client that always answers at the edge of the window; how far it gets, in steps. */
async function pushWindow(t: VerifierContext, sign: 1 | -1, capSteps: number): Promise<void> {
  const token = totpToken();
  const target = await t.open({ driftCapSeconds: capSteps * 30 });
  const id = await t.enrolled(target, token, START_STEP);
  let furthest = 0;
  for (let login = 1; login <= 4 * capSteps; login++) {
    const step = START_STEP + BigInt(login * 120);
    const code = t.code(token, step + BigInt(sign * login));
    const answer = await target.submit(id, code, atStep(token, step, 15));
    if (!answer.accepted) break;
    furthest = login;
    const offset = (await target.state?.(id))?.offsetSteps ?? 0;
    if (Math.abs(offset) > capSteps) t.equal("recorded drift beyond the cap", offset, capSteps);
  }
  t.holds(
    `refused ${capSteps + 1} steps from now at the latest`,
    furthest <= capSteps + 1,
    furthest,
  );
  t.holds("the first steps are followed", furthest >= 1, furthest);
}

const ratchets: readonly VerifierCase[] = (
  [
    { word: "forward", sign: 1, row: "D07" },
    { word: "backward", sign: -1, row: "D08" },
  ] as const
).map(({ word, sign, row }) => ({
  id: `rfc6238/6/ratchet-${word}`,
  aliases: [row],
  subject: "verifier",
  title: `codes at the window's edge do not walk it ${word} beyond the cap`,
  requirement: LIMIT,
  level: "SHOULD",
  needs: ["state", "offset"],
  run: (t) => pushWindow(t, sign, 10),
}));

/** Cases of this section. */
export const LONG_LIFE_CASES: readonly ConformanceCase[] = [
  slowDrift,
  longSilence,
  lateTypist,
  ...ratchets,
];
