// Pairs that do not enable a device: each leaves it as it was, waiting for a right pair.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { atStep, enrolledToken, START_STEP, totpToken } from "../shared/tokens.ts";
import { ENABLE, SINGLE_USE } from "./sources.ts";

/** A wrong pair, as steps from now, or as text in place of a code. */
interface WrongPair {
  readonly name: string;
  readonly title: string;
  readonly pair: readonly (number | string)[];
  readonly reason?: string;
}

const WRONG_PAIRS: readonly WrongPair[] = [
  { name: "equal-codes", title: "one code given twice", pair: [0, 0] },
  { name: "swapped-codes", title: "the two codes in the wrong order", pair: [1, 0] },
  { name: "codes-with-a-gap", title: "two codes with one between them", pair: [0, 2] },
  { name: "second-code-wrong", title: "a right first code and a wrong second", pair: [0, 5000] },
  { name: "first-code-wrong", title: "a wrong first code and a right second", pair: [5000, 1] },
  { name: "far-too-late", title: "a pair of yesterday", pair: [-2880, -2879] },
  { name: "one-code", title: "one code alone", pair: [0], reason: "malformed" },
  { name: "three-codes", title: "three codes", pair: [0, 1, 2], reason: "malformed" },
  { name: "letters", title: "letters for a code", pair: [0, "abcdef"], reason: "malformed" },
  {
    name: "seven-digits",
    title: "seven digits for six",
    pair: ["0123456", 1],
    reason: "malformed",
  },
  {
    name: "full-width-digits",
    title: "full-width digits",
    pair: ["１２３４５６", 1],
    reason: "malformed",
  },
  { name: "empty-code", title: "an empty code", pair: ["", 1], reason: "malformed" },
];

const refusals: readonly VerifierCase[] = WRONG_PAIRS.map(({ name, title, pair, reason }) => ({
  id: `enrollment/refusals/${name}`,
  aliases: reason === undefined ? ["E02"] : [],
  subject: "verifier",
  title: `${title}: the device stays pending, and a right pair enables it`,
  requirement: ENABLE,
  level: "MUST",
  needs: ["state"],
  run: async (t) => {
    const token = totpToken();
    const target = await t.open();
    const id = await target.create(token);
    const codes = pair.map((of) =>
      typeof of === "string" ? of : t.code(token, START_STEP + BigInt(of)),
    );
    t.refused(title, await target.enroll(id, codes, atStep(token, START_STEP + 1n)), reason);
    const state = await target.state?.(id);
    if (state !== undefined) t.equal("enabled", state.enabled, false);
    const fresh = START_STEP + 3n;
    const login = await target.submit(id, t.code(token, fresh), atStep(token, fresh));
    t.refused("a login", login, "not-enrolled");
    const right = [t.code(token, fresh), t.code(token, fresh + 1n)];
    t.accepted("a right pair", await target.enroll(id, right, atStep(token, fresh + 1n)));
  },
}));

const pendingLogin: VerifierCase = {
  id: "enrollment/refusals/login-while-pending",
  aliases: ["E05"],
  subject: "verifier",
  title: "a device that is not enabled lets nobody in, and the code is not used up",
  requirement: ENABLE,
  level: "MUST",
  needs: ["enrollment"],
  async run(t) {
    const token = totpToken();
    const target = await t.open();
    const id = await target.create(token);
    const code = t.code(token, START_STEP);
    t.refused("a login", await target.submit(id, code, atStep(token, START_STEP)), "not-enrolled");
    const pair = [code, t.code(token, START_STEP + 1n)];
    t.accepted("its pair", await target.enroll(id, pair, atStep(token, START_STEP + 1n)));
  },
};

const alreadyEnabled: VerifierCase = {
  id: "enrollment/refusals/already-enabled",
  aliases: ["E06"],
  subject: "verifier",
  title: "a device that is enabled is not enabled again, and goes on as it was",
  requirement: ENABLE,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const pair = [t.code(token, START_STEP), t.code(token, START_STEP + 1n)];
    const again = await target.enroll(id, pair, atStep(token, START_STEP + 1n));
    t.refused("a second pair", again, "wrong-state");
    const next = await target.submit(id, pair[0] ?? "", atStep(token, START_STEP));
    t.accepted("a login with a code of that pair", next);
  },
};

const replayedPair: VerifierCase = {
  id: "enrollment/refusals/replayed-pair",
  aliases: ["R04"],
  subject: "verifier",
  title: "the pair that enabled a device enables it no second time",
  requirement: SINGLE_USE,
  level: "MUST",
  needs: ["state", "delete"],
  async run(t) {
    const token = totpToken();
    const target = await t.open();
    const id = await target.create(token);
    const pair = [t.code(token, START_STEP), t.code(token, START_STEP + 1n)];
    const nowUs = atStep(token, START_STEP + 1n);
    t.accepted("the pair", await target.enroll(id, pair, nowUs));
    t.refused("the pair again", await target.enroll(id, pair, nowUs));
    await target.deactivate?.(id);
    const later = await target.create(token);
    t.refused("the pair, set up anew", await target.enroll(later, pair, nowUs), "replayed");
  },
};

const guesses: VerifierCase = {
  id: "enrollment/refusals/guesses-are-limited",
  subject: "verifier",
  title: "guessing the pair is throttled as guessing a code is",
  requirement: {
    text: "RP2 - P SHOULD NOT be vulnerable to brute force attacks.",
    source: "RFC 4226 §7.1",
  },
  level: "SHOULD",
  needs: ["state"],
  async run(t) {
    const token = totpToken();
    const target = await t.open({ throttleLimit: 5 });
    const id = await target.create(token);
    for (let guess = 0n; guess < 5n; guess++) {
      const far = START_STEP + 90_000n + 10n * guess;
      const pair = [t.code(token, far), t.code(token, far + 1n)];
      t.refused(`guess ${guess + 1n}`, await target.enroll(id, pair, atStep(token, START_STEP)));
    }
    const right = [t.code(token, START_STEP), t.code(token, START_STEP + 1n)];
    const answer = await target.enroll(id, right, atStep(token, START_STEP + 1n));
    t.refused("the right pair", answer, "locked");
  },
};

/** Cases of this section. */
export const REFUSAL_CASES: readonly ConformanceCase[] = [
  ...refusals,
  pendingLogin,
  alreadyEnabled,
  replayedPair,
  guesses,
];
