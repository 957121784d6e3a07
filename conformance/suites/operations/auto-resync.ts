// RFC 6238 §6, RFC 4226 §7.4: resynchronization by two logins one after the other.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { atStep, enrolledToken, START_STEP, totpToken } from "../shared/tokens.ts";

const RESYNC = {
  text: "The resynchronization parameters allow the clocks to be resynchronized within limits.",
  source: "RFC 6238 §6",
} as const;
const RUN = {
  text: "A sequence of 2 or 3 HOTP values resynchronizes; any other value is no part of it.",
  source: "RFC 4226 §7.4",
} as const;
const AUTO = { autoResyncSteps: 20, autoResyncWait: 3 } as const;
const AHEAD = 10n;

const twoLogins: VerifierCase = {
  id: "operations/auto-resync/two-logins",
  aliases: ["S11"],
  subject: "verifier",
  title: "a code outside the window is refused, the next one in time repairs, and both are spent",
  requirement: RESYNC,
  level: "MAY",
  needs: ["state", "resync"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, AUTO);
    const now = START_STEP + 5n;
    const [first, second] = [t.code(token, now + AHEAD), t.code(token, now + AHEAD + 1n)];
    t.refused("the first", await target.submit(id, first, atStep(token, now)));
    t.accepted("the second", await target.submit(id, second, atStep(token, now + 1n)));
    for (const code of [first, second]) {
      t.refused("again", await target.submit(id, code, atStep(token, now + 1n, 5)), "replayed");
    }
    const later = now + 50n;
    const next = await target.submit(id, t.code(token, later + AHEAD), atStep(token, later));
    t.accepted("the drift was recorded", next);
  },
};

const tooLate: VerifierCase = {
  id: "operations/auto-resync/too-late",
  aliases: ["S12"],
  subject: "verifier",
  title: "the first code is forgotten after its time",
  requirement: RUN,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, AUTO);
    const now = START_STEP + 5n;
    t.refused("the first", await target.submit(id, t.code(token, now + AHEAD), atStep(token, now)));
    const late = await target.submit(
      id,
      t.code(token, now + AHEAD + 1n),
      atStep(token, now + BigInt(AUTO.autoResyncWait) + 1n),
    );
    t.refused("the second, too late", late);
  },
};

const wrongBetween: VerifierCase = {
  id: "operations/auto-resync/wrong-between",
  aliases: ["S13"],
  subject: "verifier",
  title:
    "a wrong code between the two forgets the first; wrong, farther and equal codes complete nothing",
  requirement: RUN,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const token = totpToken();
    const now = START_STEP + 5n;
    const far = t.code(token, now + 100_000n);
    const between: readonly (readonly [string, readonly string[], bigint])[] = [
      ["a wrong one between", [far], AHEAD + 1n],
      ["the one after the next", [], AHEAD + 2n],
      ["the same one", [], AHEAD],
      ["an earlier one", [], AHEAD - 1n],
    ];
    for (const [what, others, ahead] of between) {
      const target = await t.open({ ...AUTO, throttleLimit: 50 });
      const id = await t.enrolled(target, token, START_STEP);
      const codes = [t.code(token, now + AHEAD), ...others, t.code(token, now + ahead)];
      for (const code of codes) {
        t.refused(what, await target.submit(id, code, atStep(token, now + 1n)));
      }
    }
  },
};

/** Cases of this part. */
export const AUTO_RESYNC_CASES: readonly ConformanceCase[] = [twoLogins, tooLate, wrongBetween];
