// RFC 6238 §5.2 when two time steps share their digits: one in a million pairs does at 6 digits.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { rareMovingFactors } from "../../vectors/load.ts";
import { atStep, totpToken } from "../shared/tokens.ts";

const ONE_TIME = {
  text: "The verifier MUST NOT accept the second attempt of the OTP after the successful validation.",
  source: "RFC 6238 §5.2",
} as const;

const rare = (flag: string): bigint => {
  const found = rareMovingFactors(flag).find((step) => step > 50_000_000n);
  if (found === undefined) throw new RangeError(`no time step is known as ${flag}`);
  return found;
};

const replayAsNeighbour: VerifierCase = {
  id: "rfc6238/5.2/shared-code-replayed",
  aliases: ["R07"],
  subject: "verifier",
  title: "a used code is not accepted again as that of its neighbour",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const token = totpToken();
    const first = rare("next-is-equal");
    const code = t.code(token, first);
    for (const [where, step] of [
      ["the second of the two steps", first + 1n],
      ["the first of the two steps", first],
    ] as const) {
      const target = await t.open();
      const id = await t.enrolled(target, token, first - 5n);
      t.accepted(`in ${where}`, await target.submit(id, code, atStep(token, step, 10)));
      const again = await target.submit(id, code, atStep(token, step, 10));
      t.refused(`again in ${where}`, again, "replayed");
    }
  },
};

const oneStepLater: VerifierCase = {
  id: "rfc6238/5.2/shared-code-one-step-later",
  aliases: ["R08"],
  subject: "verifier",
  title: "an ambiguous code moves no drift, and the code after it is accepted",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const token = totpToken();
    const first = rare("next-is-equal");
    const target = await t.open();
    const id = await t.enrolled(target, token, first - 5n);
    const code = t.code(token, first);
    t.accepted("at the first step", await target.submit(id, code, atStep(token, first)));
    const offset = (await target.state?.(id))?.offsetSteps;
    if (offset !== undefined) t.equal("the recorded drift", offset, 0);
    const later = await target.submit(id, code, atStep(token, first + 1n));
    t.note(`one step later the same digits are ${later.accepted ? "accepted" : "refused"}`);
    const after = await target.submit(id, t.code(token, first + 2n), atStep(token, first + 2n));
    t.accepted("the code after both", after);
  },
};

const twoStepsApart: VerifierCase = {
  id: "rfc6238/5.2/shared-code-two-steps-apart",
  aliases: ["R09"],
  subject: "verifier",
  title: "digits used two steps ago are not accepted twice, and the next code is",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const token = totpToken();
    const first = rare("next-but-one-is-equal");
    const target = await t.open({ window: { past: 2, future: 2 } });
    const id = await t.enrolled(target, token, first - 5n);
    const code = t.code(token, first);
    const submit = (step: bigint) => target.submit(id, code, atStep(token, step, 5));
    t.accepted("at step n", await submit(first));
    const due = await submit(first + 2n);
    t.note(`at step n+2, whose code it is too, it is ${due.accepted ? "accepted" : "refused"}`);
    t.refused("at step n+2 again", await submit(first + 2n), "replayed");
    const next = await target.submit(id, t.code(token, first + 3n), atStep(token, first + 3n));
    t.accepted("the code after it", next);
  },
};

/** Cases of this section. */
export const SHARED_CODE_CASES: readonly ConformanceCase[] = [
  replayAsNeighbour,
  oneStepLater,
  twoStepsApart,
];
