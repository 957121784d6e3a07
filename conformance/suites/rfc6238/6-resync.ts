// RFC 6238 §6: explicit resynchronization with two consecutive codes.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import type { Target, TargetAnswer, TargetTokenId } from "../../target.ts";
import { rareMovingFactors } from "../../vectors/load.ts";
import type { VerifierContext } from "../../verifier-context.ts";
import { atStep, enrolledToken, START_STEP, totpToken } from "../shared/tokens.ts";

const EXPLICIT = {
  text: "Additional authentication measures should explicitly resynchronize the clock drift.",
  source: "RFC 6238 §6",
} as const;
const SEQUENCE = {
  text: "The system MAY require a sequence of (say, 2, 3) values for resynchronization.",
  source: "RFC 4226 §7.4",
} as const;
const LIMIT = {
  text: "We RECOMMEND a specific limit to the number of time steps a prover can be out of synch.",
  source: "RFC 6238 §6",
} as const;
const ONE_TIME = {
  text: "The verifier MUST NOT accept the second attempt of the OTP after the successful validation.",
  source: "RFC 6238 §5.2",
} as const;

/** Two codes, `first` and `second` steps from `step`, as a resync at `step`. */
function resync(
  t: VerifierContext,
  target: Target,
  id: TargetTokenId,
  step: bigint,
  [first, second]: readonly [number, number],
): Promise<TargetAnswer> {
  const token = totpToken();
  const codes = [t.code(token, step + BigInt(first)), t.code(token, step + BigInt(second))];
  return target.resync(id, codes, atStep(token, step, 10));
}

const farAhead: VerifierCase = {
  id: "rfc6238/6/resync-far-ahead",
  aliases: ["S01", "S02", "S07", "S16"],
  subject: "verifier",
  title: "two consecutive codes bring a token 200 steps ahead back, and its next code works",
  requirement: EXPLICIT,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const step = START_STEP + 500n;
    const before = await target.submit(id, t.code(token, step + 199n), atStep(token, step, 1));
    t.refused("a code 199 steps ahead", before, "out-of-sync");
    t.accepted("the pair", await resync(t, target, id, step, [200, 201]));
    const state = await target.state?.(id);
    if (state?.watermark !== undefined) t.equal("watermark", state.watermark, step + 201n);
    if (state?.offsetSteps !== undefined) t.equal("recorded drift", state.offsetSteps, 201);
    const next = await target.submit(id, t.code(token, step + 202n), atStep(token, step + 1n, 5));
    t.accepted("the next genuine code", next);
  },
};

const behind: VerifierCase = {
  id: "rfc6238/6/resync-behind",
  subject: "verifier",
  title: "a token that fell 200 steps behind is brought back, where no code was used since",
  requirement: EXPLICIT,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const step = START_STEP + 500n;
    t.accepted("the pair", await resync(t, target, id, step, [-201, -200]));
    const next = await target.submit(id, t.code(token, step - 199n), atStep(token, step + 1n, 5));
    t.accepted("the next genuine code", next);
  },
};

const notConsecutive: VerifierCase = {
  id: "rfc6238/6/resync-not-consecutive",
  aliases: ["S03"],
  subject: "verifier",
  title: "codes with a gap, swapped or equal are no pair, and change nothing",
  requirement: SEQUENCE,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const step = START_STEP + 500n;
    const before = await target.state?.(id);
    t.refused("n, n+2", await resync(t, target, id, step, [200, 202]));
    t.refused("n+1, n", await resync(t, target, id, step, [201, 200]));
    t.refused("n, n", await resync(t, target, id, step, [200, 200]));
    const after = await target.state?.(id);
    t.equal("the watermark", after?.watermark, before?.watermark);
    t.equal("the recorded drift", after?.offsetSteps, before?.offsetSteps);
    t.accepted("a code of now", await target.submit(id, t.code(token, step), atStep(token, step)));
  },
};

const oldPair: VerifierCase = {
  id: "rfc6238/6/resync-recorded-pair",
  aliases: ["S04", "S15"],
  subject: "verifier",
  title: "a pair from before the last accepted code is refused, and the watermark stays",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const step = START_STEP + 500n;
    t.accepted("a login", await target.submit(id, t.code(token, step), atStep(token, step)));
    for (const back of [-200, -100, -2]) {
      const answer = await resync(t, target, id, step, [back, back + 1]);
      t.refused(`codes recorded ${-back} steps ago`, answer, "replayed");
    }
    const watermark = (await target.state?.(id))?.watermark;
    if (watermark !== undefined) t.equal("the watermark", watermark, step);
    const next = await target.submit(id, t.code(token, step + 1n), atStep(token, step + 1n));
    t.accepted("the next code", next);
  },
};

const usedFirst: VerifierCase = {
  id: "rfc6238/6/resync-with-used-code",
  aliases: ["S05"],
  subject: "verifier",
  title: "a pair whose first code was used already is refused",
  requirement: ONE_TIME,
  level: "SHOULD",
  needs: ["state", "resync"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const step = START_STEP + 50n;
    t.accepted("a login", await target.submit(id, t.code(token, step), atStep(token, step)));
    t.refused("that code and the next", await resync(t, target, id, step, [0, 1]));
  },
};

const edges: VerifierCase = {
  id: "rfc6238/6/resync-window",
  aliases: ["S06"],
  subject: "verifier",
  title: "a resync reaches as far as its limit, both ways, and no further",
  requirement: LIMIT,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const step = START_STEP + 500n;
    for (const { pair, isInside } of [
      { pair: [99, 100], isInside: true },
      { pair: [-100, -99], isInside: true },
      { pair: [101, 102], isInside: false },
      { pair: [-102, -101], isInside: false },
    ] as const) {
      const target = await t.open({ resyncSteps: 100 });
      const id = await t.enrolled(target, totpToken(), START_STEP);
      const answer = await resync(t, target, id, step, pair);
      if (isInside) t.accepted(`steps ${pair.join(", ")} of ±100`, answer);
      else t.refused(`steps ${pair.join(", ")} of ±100`, answer);
    }
    const target = await t.open({ resyncSteps: 100 });
    const id = await t.enrolled(target, totpToken(), START_STEP);
    const across = await resync(t, target, id, step, [100, 101]);
    t.note(`steps 100, 101 of ±100 are ${across.accepted ? "accepted" : "refused"}`);
  },
};

const ambiguous: VerifierCase = {
  id: "rfc6238/6/resync-ambiguous-first-code",
  aliases: ["S10"],
  subject: "verifier",
  title: "when the first code fits two steps of the wide window the pair decides",
  requirement: SEQUENCE,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const token = totpToken();
    const [near = 0n] = rareMovingFactors("near-is-equal");
    const far = near + 46n;
    t.equal("the two steps' codes", t.code(token, near), t.code(token, far));
    for (const meant of [near, far]) {
      const step = near - 20n;
      const target = await t.open();
      const id = await t.enrolled(target, token, step - 10n);
      const codes = [t.code(token, meant), t.code(token, meant + 1n)];
      const answer = await target.resync(id, codes, atStep(token, step));
      t.accepted(`the pair of step ${meant - step} from now`, answer);
      const watermark = (await target.state?.(id))?.watermark;
      if (watermark !== undefined) t.equal("the watermark", watermark, meant + 1n);
      const next = await target.submit(id, t.code(token, meant + 2n), atStep(token, step + 1n));
      t.accepted("the next code", next);
    }
  },
};

/** Cases of this section. */
export const RESYNC_CASES: readonly ConformanceCase[] = [
  farAhead,
  behind,
  notConsecutive,
  oldPair,
  usedFirst,
  edges,
  ambiguous,
];
