// RFC 4226 §7.4: resynchronization of the counter.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, PairCase, VerifierCase } from "../../case.ts";
import { TargetRefusal } from "../../target.ts";
import { tokenHotp } from "../shared/token-codes.ts";
import { hotpToken } from "../shared/tokens.ts";

const LOOK_AHEAD = {
  text: "We RECOMMEND setting a look-ahead parameter s on the server.",
  source: "RFC 4226 §7.4",
} as const;
const SEQUENCE = {
  text: "The system MAY require the user to send a sequence of (say, 2, 3) HOTP values.",
  source: "RFC 4226 §7.4",
} as const;
const BOUND = {
  text: "The upper bound s ensures the server does not go on checking HOTP values forever.",
  source: "RFC 4226 §7.4",
} as const;

const lookAhead: VerifierCase = {
  id: "rfc4226/7.4/look-ahead",
  aliases: ["H02"],
  subject: "verifier",
  title: "with a look-ahead of 10 a code 9 counters ahead is accepted, one 11 ahead is not",
  requirement: LOOK_AHEAD,
  level: "SHOULD",
  needs: ["hotp", "state"],
  async run(t) {
    const token = hotpToken();
    const ahead = async (counters: bigint) => {
      const target = await t.open({ lookAheadWindow: 10 });
      const id = await t.enrolled(target, token, 2n);
      return { target, id, answer: await target.submit(id, t.code(token, 2n + counters), 0) };
    };
    const { target, id, answer } = await ahead(9n);
    t.accepted("9 ahead", answer);
    t.accepted("the next code", await target.submit(id, t.code(token, 12n), 0));
    const edge = (await ahead(10n)).answer;
    t.note(`10 ahead is ${edge.accepted ? "accepted: s + 1 values" : "refused: s values"}`);
    t.refused("11 ahead", (await ahead(11n)).answer, "out-of-sync");
  },
};

const bounded: VerifierCase = {
  id: "rfc4226/7.4/bounded-windows",
  aliases: ["W08"],
  subject: "verifier",
  title: "windows of a million values are refused when they are set",
  requirement: BOUND,
  level: "SHOULD",
  needs: [],
  async run(t) {
    const million = 1_000_000;
    for (const policy of [
      { lookAheadWindow: million },
      { window: { past: million, future: million } },
      { resyncSteps: million },
    ]) {
      const what = JSON.stringify(policy);
      try {
        await t.open(policy);
        t.holds(`${what} is refused`, false, "it is taken");
      } catch (error) {
        if (!(error instanceof TargetRefusal)) throw error;
        t.holds(`${what} is refused`, true, error.message);
      }
    }
  },
};

const twoCodes: VerifierCase = {
  id: "rfc4226/7.4/two-codes",
  aliases: ["H05"],
  subject: "verifier",
  title: "two consecutive codes 500 counters ahead bring the counter there",
  requirement: SEQUENCE,
  level: "MUST",
  needs: ["hotp", "state", "resync"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open({ resyncSteps: 1000 });
    const id = await t.enrolled(target, token, 2n);
    const alone = await target.submit(id, t.code(token, 499n), 0);
    t.refused("a code 497 ahead alone", alone);
    const pair = [t.code(token, 502n), t.code(token, 503n)];
    t.accepted("the pair", await target.resync(id, pair, 0));
    for (const code of pair) {
      t.refused(`${code} again`, await target.submit(id, code, 0), "replayed");
    }
    t.accepted("the next code", await target.submit(id, t.code(token, 504n), 0));
  },
};

const inOrder: VerifierCase = {
  id: "rfc4226/7.4/codes-in-order",
  aliases: ["S03"],
  subject: "verifier",
  title: "codes with a gap, swapped or equal do not move the counter",
  requirement: SEQUENCE,
  level: "MUST",
  needs: ["hotp", "state", "resync"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open();
    const id = await t.enrolled(target, token, 2n);
    for (const [first, second] of [
      [50n, 52n],
      [51n, 50n],
      [50n, 50n],
    ] as const) {
      const codes = [t.code(token, first), t.code(token, second)];
      t.refused(`counters ${first}, ${second}`, await target.resync(id, codes, 0));
    }
    t.accepted("counter 2", await target.submit(id, t.code(token, 2n), 0));
  },
};

const resyncBound: VerifierCase = {
  id: "rfc4226/7.4/resync-bound",
  aliases: ["S06"],
  subject: "verifier",
  title: "a resync reaches as far ahead as its limit, and never back",
  requirement: BOUND,
  level: "MUST",
  needs: ["hotp", "state", "resync"],
  async run(t) {
    const token = hotpToken();
    for (const { first, isInside } of [
      { first: 100n + 95n, isInside: true },
      { first: 100n + 105n, isInside: false },
      { first: 97n, isInside: false },
      { first: 98n, isInside: false },
    ]) {
      const target = await t.open({ resyncSteps: 100 });
      const id = await t.enrolled(target, token, 100n);
      const pair = [t.code(token, first), t.code(token, first + 1n)];
      const answer = await target.resync(id, pair, 0);
      const what = `counters ${first}, ${first + 1n}, 100 being next`;
      if (isInside) t.accepted(what, answer);
      else t.refused(what, answer);
    }
  },
};

const tokenAhead: PairCase = {
  id: "rfc4226/7.4/token-ahead",
  subject: "pair",
  title: "a token that was pressed 30 times at play is refused, resynchronized, and works again",
  requirement: {
    text: "R5 - There MUST be user-friendly mechanisms available to resynchronize the counter.",
    source: "RFC 4226 §4",
  },
  level: "MUST",
  needs: ["hotp", "hotp-own-counter", "provision", "state", "resync"],
  async run(token, verifier) {
    const secret = rfc4226Secret();
    const parameters = { ...tokenHotp(token), digits: 6 };
    const target = await verifier.open();
    const id = await target.create({ secret, parameters });
    await token.provision(secret, parameters);
    const press = async (): Promise<string> => (await token.hotp()).code;
    const nowUs = token.clock.nowUs();
    const pair = [await press(), await press()];
    verifier.accepted("enrollment", await target.enroll(id, pair, nowUs));
    for (let played = 0; played < 5; played++) await press();
    const near = await target.submit(id, await press(), nowUs);
    verifier.accepted("a code 5 ahead", near);
    for (let played = 0; played < 30; played++) await press();
    const far = await target.submit(id, await press(), nowUs);
    verifier.refused("a code 30 ahead", far, "out-of-sync");
    const again = [await press(), await press()];
    verifier.accepted("resync", await target.resync(id, again, nowUs));
    verifier.accepted("the next code", await target.submit(id, await press(), nowUs));
  },
};

/** Cases of this section. */
export const RESYNCHRONIZATION_CASES: readonly ConformanceCase[] = [
  lookAhead,
  bounded,
  twoCodes,
  inOrder,
  resyncBound,
  tokenAhead,
];
