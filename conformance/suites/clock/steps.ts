// Steps: each shown once, in order, from its first moment, as exactly as the clock is said to be.

import { SECOND_US } from "../../../core/time/clock.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import {
  allowedSeconds,
  checkCode,
  checkShown,
  READING_SECONDS,
  spanSince,
  timed,
  tokenSeconds,
  waitSince,
} from "./own-clock.ts";

const FLOOR = {
  text: "T = (Current Unix time - T0) / X, where the default floor function is used.",
  source: "RFC 6238 §4.2",
} as const;
const KNOWS_TIME = {
  text: "R1: The prover MUST know or be able to derive the current Unix time.",
  source: "RFC 6238 §3",
} as const;

const STEPS = 50;
const EDGES = 10;
const MONTH_DAYS = 30;
const DAY_SECONDS = 86_400;
/** Before and after the edge of a step, on a clock of whole seconds: seconds. */
const ASIDE_SECONDS = 2;

const oneAfterAnother: TokenCase = {
  id: "clock/steps/one-after-another",
  subject: "token",
  title: "no step is skipped and none is shown twice, fifty of them in a row",
  requirement: FLOOR,
  level: "MUST",
  needs: ["totp", "provision", "own-clock", "rig"],
  async run(t) {
    const credential = await timed(t);
    const { stepSeconds, codeAt } = credential;
    const start = await tokenSeconds(t);
    await t.wait(stepSeconds - (start % stepSeconds) + stepSeconds / 2);
    const middle = Math.floor(start / stepSeconds) * stepSeconds + 1.5 * stepSeconds;
    for (let step = 0; step < STEPS; step++) {
      const { code } = await t.totpNow();
      t.equal(`step ${step} of ${STEPS}`, code, codeAt(middle + step * stepSeconds));
      await t.wait(stepSeconds);
    }
  },
};

const atTheEdge: TokenCase = {
  id: "clock/steps/at-the-edge",
  subject: "token",
  title: "the code changes at the edge of the step, as exactly as the token's data sheet says",
  requirement: FLOOR,
  level: "MUST",
  needs: ["totp", "provision", "own-clock", "rig"],
  async run(t) {
    const credential = await timed(t);
    const { stepSeconds } = credential;
    const startUs = t.clock.monotonicUs();
    const start = await tokenSeconds(t);
    const allowed = allowedSeconds(t, (EDGES + 1) * stepSeconds);
    const sides = [
      ["before", -allowed],
      ["after", allowed],
    ] as const;
    for (let at = 1; at <= EDGES; at++) {
      const edge = (Math.floor(start / stepSeconds) + at) * stepSeconds;
      for (const [side, byEdge] of sides) {
        await waitSince(t, startUs, edge + byEdge - start);
        const fromUs = t.clock.monotonicUs();
        const { code } = await t.totpNow();
        // Where real time runs on, the longer a reading takes, the less is known of its moment.
        const took = (t.clock.monotonicUs() - fromUs) / SECOND_US;
        const due = start + (fromUs - startUs) / SECOND_US;
        const walked = allowed - READING_SECONDS;
        const span = [due - walked - took, due + walked + 2 * took] as const;
        checkCode(t, `${allowed.toFixed(3)} s ${side} edge ${at}`, credential, code, span);
      }
    }
  },
};

const nextStep: TokenCase = {
  id: "clock/steps/the-next-one",
  subject: "token",
  title: "the code of a step shows until its last second, then the next one's",
  requirement: FLOOR,
  level: "MUST",
  needs: ["totp", "provision", "own-clock"],
  waitsSeconds: 64,
  async run(t) {
    const credential = await timed(t);
    const { stepSeconds, codeAt } = credential;
    const now = await tokenSeconds(t);
    const inStep = now % stepSeconds;
    const edge = now - inStep + (inStep > stepSeconds - ASIDE_SECONDS - 1 ? 2 : 1) * stepSeconds;
    const last = stepSeconds - ASIDE_SECONDS;
    await t.wait(edge - ASIDE_SECONDS - now, `second ${last} of the step`);
    t.equal(`${ASIDE_SECONDS} s before the edge`, (await t.totpNow()).code, codeAt(edge - 1));
    await t.wait(2 * ASIDE_SECONDS, `second ${ASIDE_SECONDS} of the step`);
    t.equal(`${ASIDE_SECONDS} s after it`, (await t.totpNow()).code, codeAt(edge));
  },
};

const month: TokenCase = {
  id: "clock/steps/after-a-month",
  subject: "token",
  title: "on each day of a month the token is no further from the time than its data sheet says",
  requirement: KNOWS_TIME,
  level: "MUST",
  needs: ["totp", "provision", "own-clock", "rig"],
  async run(t) {
    const credential = await timed(t);
    const startUs = t.clock.monotonicUs();
    const span = spanSince(t, await tokenSeconds(t));
    for (let day = 0; day <= MONTH_DAYS; day++) {
      await waitSince(t, startUs, day * DAY_SECONDS);
      const [from, to] = span();
      const what = `day ${day}: the code, within ${((to - from) / 2).toFixed(2)} s`;
      await t.markOffset(await checkShown(t, what, credential, [from, to]));
    }
  },
};

const halfways: TokenCase = {
  id: "clock/steps/every-second-of-one",
  subject: "token",
  title: "every second of a step shows the same code",
  requirement: FLOOR,
  level: "MUST",
  needs: ["totp", "provision", "own-clock", "rig"],
  async run(t) {
    const { stepSeconds, codeAt } = await timed(t);
    const start = await tokenSeconds(t);
    const edge = Math.ceil(start / stepSeconds) * stepSeconds;
    await t.wait(edge - start + 2 * READING_SECONDS);
    for (let second = 0; second < stepSeconds; second++) {
      t.equal(`second ${second}`, (await t.totpNow()).code, codeAt(edge));
      await t.wait(second === stepSeconds - 1 ? 0.5 : 1 - 0.1 / stepSeconds);
    }
  },
};

/** Cases of this section. */
export const STEP_CASES: readonly ConformanceCase[] = [
  oneAfterAnother,
  atTheEdge,
  halfways,
  nextStep,
  month,
];
