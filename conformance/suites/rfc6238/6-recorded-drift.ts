// RFC 6238 §6: the drift a verifier records after a success, and the window that follows it.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import type { Target, TargetTokenId } from "../../target.ts";
import type { VerifierContext } from "../../verifier-context.ts";
import { atStep, enrolledToken, START_STEP, totpToken } from "../shared/tokens.ts";

const RECORD = {
  text: "Upon successful validation, the validation server can record the detected clock drift.",
  source: "RFC 6238 §6",
} as const;
const ADJUST = {
  text: "Validate with the current timestamp adjusted with the recorded time-step clock drifts.",
  source: "RFC 6238 §6",
} as const;
const UNCHANGED = {
  text: "Only a successful validation records a drift.",
  source: "RFC 6238 §6",
} as const;

async function checkOffset(
  t: VerifierContext,
  target: Target,
  id: TargetTokenId,
  what: string,
  expected: number,
): Promise<void> {
  t.equal(`recorded drift, steps, ${what}`, (await target.state?.(id))?.offsetSteps, expected);
}

/** Logs in once an hour, with the code `bySteps` from now. */
async function logIn(
  t: VerifierContext,
  target: Target,
  id: TargetTokenId,
  logins: readonly { readonly step: bigint; readonly bySteps: number }[],
): Promise<void> {
  const token = totpToken();
  for (const { step, bySteps } of logins) {
    const code = t.code(token, step + BigInt(bySteps));
    const answer = await target.submit(id, code, atStep(token, step, 15));
    t.accepted(`the code ${bySteps} steps from now, at step ${step}`, answer);
  }
}

const followsOneStep: readonly VerifierCase[] = (
  [
    { word: "ahead", bySteps: 1, row: "D01" },
    { word: "behind", bySteps: -1, row: "D02" },
  ] as const
).map(({ word, bySteps, row }) => ({
  id: `rfc6238/6/one-step-${word}`,
  aliases: [row],
  subject: "verifier",
  title: `the drift of a token one step ${word} is recorded, and the window follows it`,
  requirement: ADJUST,
  level: "SHOULD",
  needs: ["state", "offset"],
  run: async (t) => {
    const { token, target, id } = await enrolledToken(t);
    const steps = [1, 2, 3, 4, 5].map((hour) => START_STEP + BigInt(hour * 120));
    await logIn(
      t,
      target,
      id,
      steps.map((step) => ({ step, bySteps })),
    );
    await checkOffset(t, target, id, "after five logins", bySteps);
    const later = START_STEP + 720n;
    await logIn(t, target, id, [{ step: later, bySteps: 2 * bySteps }]);
    const back = await t.open();
    const again = await t.enrolled(back, token, START_STEP);
    await logIn(t, back, again, [{ step: later, bySteps }]);
    const outside = await back.submit(
      again,
      t.code(token, later + 120n - BigInt(bySteps)),
      atStep(token, later + 120n, 15),
    );
    t.refused("one step to the other side of now, two from the recorded drift", outside);
  },
}));

const perfectToken: VerifierCase = {
  id: "rfc6238/6/perfect-token",
  aliases: ["D09"],
  subject: "verifier",
  title: "a perfect token's drift stays 0 wherever in a step its codes come",
  requirement: RECORD,
  level: "MUST",
  needs: ["state", "offset"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    for (const [at, second] of [29, 0, 29, 29, 0, 0, 15].entries()) {
      const step = START_STEP + BigInt(at * 10);
      const answer = await target.submit(id, t.code(token, step), atStep(token, step, second));
      t.accepted(`at second ${second}`, answer);
      await checkOffset(t, target, id, `after a login at second ${second}`, 0);
    }
    await logIn(t, target, id, [{ step: START_STEP + 100n, bySteps: 1 }]);
  },
};

const failuresMoveNothing: VerifierCase = {
  id: "rfc6238/6/failures-move-no-drift",
  aliases: ["D10", "D11"],
  subject: "verifier",
  title: "neither wrong codes nor replays move the recorded drift",
  requirement: UNCHANGED,
  level: "MUST",
  needs: ["state", "offset"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, { throttleLimit: 50, resyncSteps: 20 });
    await logIn(t, target, id, [{ step: START_STEP + 1n, bySteps: 1 }]);
    for (let guess = 0; guess < 30; guess++) {
      const far = t.code(token, START_STEP + 10_000n + BigInt(guess));
      await target.submit(id, far, atStep(token, START_STEP + 2n, 1));
    }
    await checkOffset(t, target, id, "after 30 wrong codes", 1);
    for (const bySteps of [0n, 1n, 2n]) {
      const used = t.code(token, START_STEP + 2n);
      await target.submit(id, used, atStep(token, START_STEP + 1n + bySteps, 20));
    }
    await checkOffset(t, target, id, "after replays", 1);
  },
};

const trackingOff: VerifierCase = {
  id: "rfc6238/6/tracking-off",
  aliases: ["D12"],
  subject: "verifier",
  title: "with drift tracking off logins leave the window where it is",
  requirement: RECORD,
  level: "MAY",
  needs: ["state", "offset"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, { trackDrift: false });
    await logIn(t, target, id, [{ step: START_STEP + 1n, bySteps: 1 }]);
    await checkOffset(t, target, id, "after a login one step ahead", 0);
    const step = START_STEP + 10n;
    const outside = await target.submit(id, t.code(token, step + 2n), atStep(token, step));
    t.refused("two steps ahead", outside);
  },
};

/** Cases of this section. */
export const RECORDED_DRIFT_CASES: readonly ConformanceCase[] = [
  ...followsOneStep,
  perfectToken,
  failuresMoveNothing,
  trackingOff,
];
