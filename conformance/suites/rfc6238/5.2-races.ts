// RFC 6238 §5.2 under load and across restarts: a code is accepted once, whatever happens.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import type { TargetAnswer } from "../../target.ts";
import { atStep, enrolledToken, START_STEP } from "../shared/tokens.ts";

const ONE_TIME = {
  text: "The verifier MUST NOT accept the second attempt of the OTP after the successful validation.",
  source: "RFC 6238 §5.2",
} as const;

/** Submissions that a race is made of. */
const RACERS = 50;

/** A server may look for the reason of each refusal as far as a resync reaches: not far, here. */
const NARROW = { resyncSteps: 20 } as const;

const countAccepted = (answers: readonly TargetAnswer[]): number =>
  answers.filter(({ accepted }) => accepted).length;

const sameCode: VerifierCase = {
  id: "rfc6238/5.2/parallel-submissions",
  aliases: ["R10"],
  subject: "verifier",
  title: "of 50 parallel submissions of one code exactly one is accepted",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state", "parallel"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, NARROW);
    const code = t.code(token, START_STEP);
    const answers = await Promise.all(
      Array.from({ length: RACERS }, () => target.submit(id, code, atStep(token, START_STEP))),
    );
    t.equal("accepted", countAccepted(answers), 1);
    t.refused("once more", await target.submit(id, code, atStep(token, START_STEP)), "replayed");
  },
};

const mixedCodes: VerifierCase = {
  id: "rfc6238/5.2/parallel-neighbours",
  aliases: ["R12"],
  subject: "verifier",
  title: "of parallel submissions of codes n and n+1 each is accepted at most once",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state", "parallel"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, NARROW);
    const nowUs = atStep(token, START_STEP);
    const codes = [t.code(token, START_STEP), t.code(token, START_STEP + 1n)] as const;
    const answers = await Promise.all(
      Array.from({ length: RACERS }, (_, at) => target.submit(id, codes[at % 2 ? 1 : 0], nowUs)),
    );
    const [even, odd] = [0, 1].map((rest) =>
      countAccepted(answers.filter((_, at) => at % 2 === rest)),
    );
    t.holds("code n at most once", even !== undefined && even <= 1, even);
    t.equal("code n+1, the newest", odd, 1);
    for (const code of codes) {
      t.refused(`${code} afterwards`, await target.submit(id, code, nowUs), "replayed");
    }
    const watermark = (await target.state?.(id))?.watermark;
    if (watermark !== undefined) t.equal("the watermark", watermark, START_STEP + 1n);
  },
};

const restarted: VerifierCase = {
  id: "rfc6238/5.2/restart",
  aliases: ["R14"],
  subject: "verifier",
  title: "a code used before a restart is refused after it",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state", "restart"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const submit = (step: bigint) =>
      target.submit(id, t.code(token, step), atStep(token, START_STEP, 5));
    t.accepted("before", await submit(START_STEP));
    await target.restart?.();
    t.refused("after", await submit(START_STEP), "replayed");
    t.refused("an enrolled code", await submit(START_STEP - 1n), "replayed");
    t.accepted("the next code", await submit(START_STEP + 1n));
  },
};

/** Cases of this section. */
export const RACE_CASES: readonly ConformanceCase[] = [sameCode, mixedCodes, restarted];
