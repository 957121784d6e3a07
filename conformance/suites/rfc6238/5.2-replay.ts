// RFC 6238 §5.2: one-time only use of a code.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { atStep, enrolledToken, START_STEP, totpToken } from "../shared/tokens.ts";

const ONE_TIME = {
  text: "The verifier MUST NOT accept the second attempt of the OTP after the successful validation.",
  source: "RFC 6238 §5.2",
} as const;

const replayedCode: VerifierCase = {
  id: "rfc6238/5.2/replayed-code",
  aliases: ["R01"],
  subject: "verifier",
  title: "a code is accepted once, whenever it comes again",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const code = t.code(token, START_STEP);
    const submit = (bySeconds: number) =>
      target.submit(id, code, atStep(token, START_STEP, bySeconds));
    t.accepted("the code", await submit(0));
    t.refused("the same code at once", await submit(0), "replayed");
    t.refused("the same code 29 s later", await submit(29), "replayed");
    t.refused("the same code 30 s later, still in the window", await submit(30), "replayed");
  },
};

const olderAfterNewer: VerifierCase = {
  id: "rfc6238/5.2/older-code-after-newer",
  aliases: ["R02"],
  subject: "verifier",
  title: "an unused code is refused once a newer one was accepted",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const nowUs = atStep(token, START_STEP, 15);
    t.accepted("code n+1", await target.submit(id, t.code(token, START_STEP + 1n), nowUs));
    const older = await target.submit(id, t.code(token, START_STEP), nowUs);
    t.refused("code n, unused", older, "replayed");
  },
};

const stepZero: VerifierCase = {
  id: "rfc6238/5.2/step-zero",
  aliases: ["R03"],
  subject: "verifier",
  title: "the code of time step 0 is accepted once",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const token = totpToken();
    const target = await t.open();
    const id = await target.create(token);
    const codes = [t.code(token, 0n), t.code(token, 1n)];
    t.accepted("codes 0 and 1 enable", await target.enroll(id, codes, atStep(token, 1n)));
    const again = await target.submit(id, t.code(token, 0n), atStep(token, 1n, 1));
    t.refused("code 0 again, in the window", again, "replayed");
  },
};

const clockSetBack: VerifierCase = {
  id: "rfc6238/5.2/clock-set-back",
  aliases: ["R05"],
  subject: "verifier",
  title: "a used code stays used when the server's clock is set back",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const submit = (step: bigint) =>
      target.submit(id, t.code(token, step), atStep(token, step, 10));
    t.accepted("code n", await submit(START_STEP));
    t.accepted("code n+50 at its time", await submit(START_STEP + 50n));
    t.refused("code n, with the clock back at n", await submit(START_STEP));
    t.refused("code n+1, with the clock back at n+1", await submit(START_STEP + 1n));
  },
};

const longSteps: VerifierCase = {
  id: "rfc6238/5.2/replay-with-long-steps",
  aliases: ["R06"],
  subject: "verifier",
  title: "a 60-second code of a token half a step off is accepted once",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    for (const halfStepSeconds of [-30, 30]) {
      const token = totpToken({ stepSeconds: 60 });
      const target = await t.open();
      const step = START_STEP / 2n;
      const nowUs = (of: bigint) => atStep(token, of, 30 - halfStepSeconds);
      const id = await target.create(token);
      const pair = [t.code(token, step - 2n), t.code(token, step - 1n)];
      t.accepted("the pair", await target.enroll(id, pair, nowUs(step - 1n)));
      const code = t.code(token, step);
      t.accepted("the code", await target.submit(id, code, nowUs(step)));
      for (const bySeconds of [0, 1, 30]) {
        const again = await target.submit(id, code, nowUs(step) + bySeconds * 1_000_000);
        t.refused(`the same code ${bySeconds} s later`, again, "replayed");
      }
    }
  },
};

const wrongGuess: VerifierCase = {
  id: "rfc6238/5.2/wrong-guess-comes-true",
  aliases: ["R15"],
  subject: "verifier",
  title: "a wrong guess that is the right code of a later step is accepted then",
  requirement: {
    text: "Only a successful validation uses a code up.",
    source: "RFC 6238 §5.2",
  },
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const later = t.code(token, START_STEP + 5n);
    const early = await target.submit(id, later, atStep(token, START_STEP));
    t.refused("code n+5 at n", early);
    const due = await target.submit(id, later, atStep(token, START_STEP + 5n));
    t.accepted("code n+5 at n+5", due);
  },
};

const forgivesNothing: VerifierCase = {
  id: "rfc6238/5.2/replays-forgive-nothing",
  subject: "verifier",
  title: "a code used before, given again between guesses, does not make them count less",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, { throttleLimit: 5 });
    const nowUs = atStep(token, START_STEP, 15);
    const code = t.code(token, START_STEP);
    t.accepted("the code", await target.submit(id, code, nowUs));
    const guess = async (name: string, at: bigint): Promise<void> => {
      const wrong = t.code(token, START_STEP + 100_000n + at);
      t.refused(name, await target.submit(id, wrong, nowUs));
    };
    for (let at = 1n; at <= 4n; at++) await guess(`wrong code ${at} of 5`, at);
    t.refused("the code again", await target.submit(id, code, nowUs), "replayed");
    await guess("wrong code 5 of 5", 5n);
    const right = await target.submit(id, t.code(token, START_STEP + 1n), nowUs);
    t.refused("the right code", right, "locked");
  },
};

/** Cases of this section. */
export const REPLAY_CASES: readonly ConformanceCase[] = [
  replayedCode,
  olderAfterNewer,
  stepZero,
  clockSetBack,
  longSteps,
  wrongGuess,
  forgivesNothing,
];
