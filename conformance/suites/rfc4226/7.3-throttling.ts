// RFC 4226 §7.3: throttling at the server, and the lockout of §7.2.

import { SECOND_US } from "../../../core/time/clock.ts";
import type { ConformanceCase, VerifierCase } from "../../case.ts";
import type { Target, TargetTokenId } from "../../target.ts";
import type { VerifierContext } from "../../verifier-context.ts";
import { hotpToken } from "../shared/tokens.ts";

const LIMIT = {
  text: "We RECOMMEND a throttling parameter T: the maximum number of possible attempts.",
  source: "RFC 4226 §7.3",
} as const;
const LOCK = {
  text: "When the maximum number of attempts is reached, the server SHOULD lock out the account.",
  source: "RFC 4226 §7.2",
} as const;
const PER_DEVICE = {
  text: "The validation server manages individual counters per HOTP device.",
  source: "RFC 4226 §7.3",
} as const;

/** Submits `count` codes that are wrong within reach of every window, at `atUs`. */
async function guess(
  t: VerifierContext,
  target: Target,
  id: TargetTokenId,
  count: number,
  atUs = 0,
): Promise<void> {
  for (let at = 0; at < count; at++) {
    const wrong = t.code(hotpToken(), BigInt(50_000 + at));
    t.refused(`wrong code ${at + 1}`, await target.submit(id, wrong, atUs));
  }
}

const lockedOut: VerifierCase = {
  id: "rfc4226/7.2/locked-at-the-limit",
  aliases: ["T01"],
  subject: "verifier",
  title: "after the limit of wrong codes the right one is refused too",
  requirement: LOCK,
  level: "SHOULD",
  needs: ["hotp", "state"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open({ throttleLimit: 5 });
    const id = await t.enrolled(target, token, 2n);
    await guess(t, target, id, 5);
    t.refused("the right code", await target.submit(id, t.code(token, 2n), 0), "locked");
    const hour = await target.submit(id, t.code(token, 2n), 3600 * SECOND_US);
    t.note(`an hour later it is ${hour.accepted ? "accepted" : "still refused"}`);
  },
};

const notEarly: VerifierCase = {
  id: "rfc4226/7.3/below-the-limit",
  aliases: ["T02"],
  subject: "verifier",
  title: "one wrong code fewer than the limit locks nothing, and a success forgets them",
  requirement: LIMIT,
  level: "SHOULD",
  needs: ["hotp", "state"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open({ throttleLimit: 5 });
    const id = await t.enrolled(target, token, 2n);
    for (const counter of [2n, 3n]) {
      await guess(t, target, id, 4);
      const answer = await target.submit(id, t.code(token, counter), 0);
      t.accepted(`counter ${counter} after 4 wrong codes`, answer);
    }
  },
};

const perDevice: VerifierCase = {
  id: "rfc4226/7.3/per-device",
  aliases: ["T06"],
  subject: "verifier",
  title: "wrong codes for one token leave another one alone",
  requirement: PER_DEVICE,
  level: "MUST",
  needs: ["hotp", "state", "users"],
  async run(t) {
    const target = await t.open({ throttleLimit: 3, devicesPerUser: 2 });
    const first = { ...hotpToken(), user: "alice" };
    const second = { ...hotpToken(), secret: t.random.bytes(20), user: "alice" };
    const attacked = await t.enrolled(target, first, 2n);
    const other = await t.enrolled(target, second, 2n);
    await guess(t, target, attacked, 4);
    t.refused("the attacked token", await target.submit(attacked, t.code(first, 2n), 0));
    t.accepted("the other token", await target.submit(other, t.code(second, 2n), 0));
  },
};

const replaysDoNotReset: VerifierCase = {
  id: "rfc4226/7.3/replays-forgive-nothing",
  aliases: ["T05"],
  subject: "verifier",
  title: "a replayed code does not reset the count of failures",
  requirement: LIMIT,
  level: "MUST",
  needs: ["hotp", "state"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open({ throttleLimit: 5 });
    const id = await t.enrolled(target, token, 2n);
    t.accepted("counter 2", await target.submit(id, t.code(token, 2n), 0));
    await guess(t, target, id, 4);
    t.refused("counter 2 again", await target.submit(id, t.code(token, 2n), 0));
    await guess(t, target, id, 1);
    t.refused("the right code", await target.submit(id, t.code(token, 3n), 0), "locked");
  },
};

const delays: VerifierCase = {
  id: "rfc4226/7.3/growing-delay",
  aliases: ["T02"],
  subject: "verifier",
  title: "after A failures the server waits A times the delay, and no longer",
  requirement: {
    text: "After each failed attempt A, the server would wait for an increased T*A of seconds.",
    source: "RFC 4226 §7.3",
  },
  level: "MAY",
  needs: ["hotp", "state"],
  async run(t) {
    const token = hotpToken();
    const right = t.code(token, 2n);
    for (const { failures, waitSeconds } of [
      { failures: 1, waitSeconds: 5 },
      { failures: 2, waitSeconds: 10 },
      { failures: 3, waitSeconds: 15 },
    ]) {
      const target = await t.open({ delaySeconds: 5 });
      const id = await t.enrolled(target, token, 2n);
      let nowUs = 1000 * SECOND_US;
      for (let failure = 1; failure <= failures; failure++) {
        await guess(t, target, id, 1, nowUs);
        if (failure < failures) nowUs += failure * 5 * SECOND_US;
      }
      const tooSoon = await target.submit(id, right, nowUs + waitSeconds * SECOND_US - 1000);
      t.refused(`${waitSeconds} s less 1 ms after failure ${failures}`, tooSoon, "throttled");
      const due = await target.submit(id, right, nowUs + waitSeconds * SECOND_US);
      t.accepted(`${waitSeconds} s after failure ${failures}`, due);
    }
  },
};

/** Cases of this section. */
export const THROTTLING_CASES: readonly ConformanceCase[] = [
  lockedOut,
  notEarly,
  perDevice,
  replaysDoNotReset,
  delays,
];
