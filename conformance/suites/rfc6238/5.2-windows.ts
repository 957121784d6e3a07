// RFC 6238 §5.2: the transmission delay a validation system allows.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import type { TargetPolicy } from "../../target.ts";
import type { VerifierContext } from "../../verifier-context.ts";
import { atStep, START_STEP, type TotpTargetToken, totpToken } from "../shared/tokens.ts";

const DELAY = {
  text: "Compare OTPs not only with the receiving timestamp but also the past ones within the delay.",
  source: "RFC 6238 §5.2",
} as const;
const ONE_STEP = {
  text: "We RECOMMEND that at most one time step is allowed as the network delay.",
  source: "RFC 6238 §5.2",
} as const;
const POLICY = {
  text: "SHOULD typically set a policy for an acceptable OTP transmission delay window.",
  source: "RFC 6238 §5.2",
} as const;

/** Submits the code `bySteps` away from now to a fresh token each, halfway into a step. */
async function checkWindow(
  t: VerifierContext,
  token: TotpTargetToken,
  policy: Partial<TargetPolicy>,
  expected: { readonly accepted: readonly number[]; readonly refused: readonly number[] },
): Promise<void> {
  const halfway = token.parameters.stepSeconds / 2;
  for (const bySteps of [...expected.accepted, ...expected.refused]) {
    const target = await t.open(policy);
    // Enrolled long enough before, so that no code of the window is consumed.
    const id = await t.enrolled(target, token, START_STEP - 20n);
    const code = t.code(token, START_STEP + BigInt(bySteps));
    const answer = await target.submit(id, code, atStep(token, START_STEP, halfway));
    const what = `the code ${bySteps} steps from now`;
    if (expected.accepted.includes(bySteps)) t.accepted(what, answer);
    else t.refused(what, answer);
  }
}

const oneStep: VerifierCase = {
  id: "rfc6238/5.2/one-step-of-delay",
  aliases: ["W01"],
  subject: "verifier",
  title: "a code is accepted in its step and in its neighbours, to the second",
  requirement: DELAY,
  level: "SHOULD",
  needs: [],
  async run(t) {
    const token = totpToken();
    const code = t.code(token, START_STEP);
    for (const bySeconds of [-30, -1, 0, 29, 30, 59]) {
      const target = await t.open();
      const id = await t.enrolled(target, token, START_STEP - 20n);
      const answer = await target.submit(id, code, atStep(token, START_STEP, bySeconds));
      t.accepted(`${bySeconds} s from the start of its step`, answer);
    }
  },
};

const atMostOneStep: VerifierCase = {
  id: "rfc6238/5.2/at-most-one-step",
  aliases: ["W02"],
  subject: "verifier",
  title: "a code two steps old or two steps early is refused",
  requirement: ONE_STEP,
  level: "SHOULD",
  needs: [],
  async run(t) {
    const token = totpToken();
    const code = t.code(token, START_STEP);
    for (const bySeconds of [60, 89, -31]) {
      const target = await t.open();
      const id = await t.enrolled(target, token, START_STEP - 20n);
      const answer = await target.submit(id, code, atStep(token, START_STEP, bySeconds));
      t.refused(`${bySeconds} s from the start of its step`, answer);
    }
  },
};

const wide: VerifierCase = {
  id: "rfc6238/5.2/window-of-six-steps",
  aliases: ["W03"],
  subject: "verifier",
  title: "a window of ±6 steps takes in both ends, and nothing beyond",
  requirement: POLICY,
  level: "SHOULD",
  needs: [],
  run: (t) =>
    checkWindow(
      t,
      totpToken(),
      { window: { past: 6, future: 6 } },
      { accepted: [-6, -1, 0, 1, 6], refused: [-7, 7] },
    ),
};

const none: VerifierCase = {
  id: "rfc6238/5.2/no-window",
  aliases: ["W04"],
  subject: "verifier",
  title: "with a window of 0 the current step alone is accepted",
  requirement: POLICY,
  level: "SHOULD",
  needs: [],
  run: (t) =>
    checkWindow(
      t,
      totpToken(),
      { window: { past: 0, future: 0 } },
      { accepted: [0], refused: [-1, 1] },
    ),
};

const longSteps: VerifierCase = {
  id: "rfc6238/5.2/window-of-long-steps",
  aliases: ["W05"],
  subject: "verifier",
  title: "with X = 60 the window is whole steps to both sides, the current one always in it",
  requirement: POLICY,
  level: "SHOULD",
  needs: [],
  async run(t) {
    const token = totpToken({ stepSeconds: 60 });
    await checkWindow(t, token, {}, { accepted: [-1, 0, 1], refused: [-2, 2] });
    const none = { window: { past: 0, future: 0 } };
    await checkWindow(t, token, none, { accepted: [0], refused: [-1, 1] });
  },
};

const asymmetric: VerifierCase = {
  id: "rfc6238/5.2/asymmetric-window",
  aliases: ["W06"],
  subject: "verifier",
  title: "a window of 2 steps back and 3 ahead is exactly 6 steps",
  requirement: POLICY,
  level: "SHOULD",
  needs: [],
  run: (t) =>
    checkWindow(
      t,
      totpToken(),
      { window: { past: 2, future: 3 } },
      { accepted: [-2, -1, 0, 1, 2, 3], refused: [-3, 4] },
    ),
};

/** Cases of this section. */
export const WINDOW_CASES: readonly ConformanceCase[] = [
  oneStep,
  atMostOneStep,
  wide,
  none,
  longSteps,
  asymmetric,
];
