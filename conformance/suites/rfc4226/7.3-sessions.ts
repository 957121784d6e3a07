// RFC 4226 §7.3: throttling holds across login sessions, parallel ones and restarts.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { hotpToken } from "../shared/tokens.ts";

const ACROSS_SESSIONS = {
  text: "The delay or lockout schemes MUST be across login sessions.",
  source: "RFC 4226 §7.3",
} as const;
const LIMIT = 5;

const parallelGuesses: VerifierCase = {
  id: "rfc4226/7.3/parallel-guesses",
  aliases: ["T03"],
  subject: "verifier",
  title: "of 100 parallel wrong codes no more than the limit are evaluated",
  requirement: ACROSS_SESSIONS,
  level: "MUST",
  needs: ["hotp", "state", "parallel"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open({ throttleLimit: LIMIT, lookAheadWindow: 2, resyncSteps: 20 });
    const id = await t.enrolled(target, token, 2n);
    const guesses = Array.from({ length: 100 }, (_, at) => t.code(token, BigInt(60_000 + at)));
    const answers = await Promise.all(guesses.map((code) => target.submit(id, code, 0)));
    const evaluated = answers.filter(
      (answer) => answer.accepted || !["locked", "throttled", "refused"].includes(answer.reason),
    );
    t.holds(`evaluated: at most ${LIMIT}`, evaluated.length <= LIMIT, evaluated.length);
    t.refused("the right code", await target.submit(id, t.code(token, 2n), 0), "locked");
  },
};

const survivesRestart: VerifierCase = {
  id: "rfc4226/7.3/restart",
  aliases: ["T07"],
  subject: "verifier",
  title: "neither failures nor a lock are forgotten by a restart",
  requirement: ACROSS_SESSIONS,
  level: "MUST",
  needs: ["hotp", "state", "restart"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open({ throttleLimit: LIMIT });
    const id = await t.enrolled(target, token, 2n);
    for (let guess = 0; guess < LIMIT; guess++) {
      const wrong = t.code(token, BigInt(60_000 + guess));
      t.refused(`wrong code ${guess + 1}`, await target.submit(id, wrong, 0));
      await target.restart?.();
    }
    t.refused("the right code", await target.submit(id, t.code(token, 2n), 0), "locked");
  },
};

const sharedByActs: VerifierCase = {
  id: "rfc4226/7.3/logins-and-resyncs-count-together",
  aliases: ["S08"],
  subject: "verifier",
  title: "failures at logins and at resyncs are counted together",
  requirement: ACROSS_SESSIONS,
  level: "MUST",
  needs: ["hotp", "state", "resync"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open({ throttleLimit: 4 });
    const id = await t.enrolled(target, token, 2n);
    for (const round of [1n, 2n]) {
      const far = 60_000n + 10n * round;
      t.refused(`wrong code ${round}`, await target.submit(id, t.code(token, far), 0));
      const pair = [t.code(token, far + 1n), t.code(token, far + 2n)];
      t.refused(`wrong pair ${round}`, await target.resync(id, pair, 0));
    }
    t.refused("the right code", await target.submit(id, t.code(token, 2n), 0), "locked");
    const right = [t.code(token, 2n), t.code(token, 3n)];
    t.refused("the right pair", await target.resync(id, right, 0), "locked");
  },
};

/** Cases of this section. */
export const SESSION_CASES: readonly ConformanceCase[] = [
  parallelGuesses,
  survivesRestart,
  sharedByActs,
];
