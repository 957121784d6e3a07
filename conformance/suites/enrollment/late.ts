// Codes given late: associated, but out of sync, until a resync (preset aws).

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { atStep, enrolledToken, START_STEP, totpToken } from "../shared/tokens.ts";
import { LATE } from "./sources.ts";

const RESYNC = {
  text: "Resynchronization asks for two consecutive codes of the enabled device.",
  source: "AWS IAM API Reference, ResyncMFADevice",
} as const;

const outOfSync: VerifierCase = {
  id: "enrollment/late/associated-but-out-of-sync",
  aliases: ["E07"],
  subject: "verifier",
  title: "a pair six steps late is taken, later codes fail, and a resync repairs the device",
  requirement: LATE,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const token = totpToken();
    const target = await t.open({ preset: "aws" });
    const id = await target.create(token);
    const late = [t.code(token, START_STEP - 6n), t.code(token, START_STEP - 5n)];
    t.accepted("the late pair", await target.enroll(id, late, atStep(token, START_STEP)));
    const state = await target.state?.(id);
    if (state !== undefined) t.equal("enabled", state.enabled, true);
    if (state?.offsetSteps !== undefined) t.equal("recorded drift", state.offsetSteps, -5);
    const at = (step: bigint) => atStep(token, step, 3);
    const login = START_STEP + 1n;
    const refused = await target.submit(id, t.code(token, login), at(login));
    t.refused("a code of now", refused, "out-of-sync");
    const pair = [t.code(token, login + 1n), t.code(token, login + 2n)];
    t.accepted("resync", await target.resync(id, pair, at(login + 2n)));
    const after = await target.state?.(id);
    if (after?.offsetSteps !== undefined) t.equal("recorded drift", after.offsetSteps, 0);
    for (const step of [login + 3n, login + 4n]) {
      t.accepted("a code of now", await target.submit(id, t.code(token, step), at(step)));
    }
  },
};

const oneStepLate: VerifierCase = {
  id: "enrollment/late/one-step",
  subject: "verifier",
  title: "a pair one step late leaves the device in sync",
  requirement: LATE,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const token = totpToken();
    const target = await t.open({ preset: "aws" });
    const id = await target.create(token);
    const pair = [t.code(token, START_STEP - 2n), t.code(token, START_STEP - 1n)];
    t.accepted("the pair", await target.enroll(id, pair, atStep(token, START_STEP)));
    const login = await target.submit(id, t.code(token, START_STEP), atStep(token, START_STEP, 20));
    t.accepted("a code of now", login);
  },
};

const hopeless: VerifierCase = {
  id: "enrollment/late/a-day",
  aliases: ["E07"],
  subject: "verifier",
  title: "a pair a day old does not enable the device",
  requirement: {
    text: "Submit the codes immediately: time-based codes expire after a short time.",
    source: "AWS IAM User Guide, Enabling a virtual MFA device",
  },
  level: "MUST",
  needs: [],
  async run(t) {
    const token = totpToken();
    const target = await t.open({ preset: "aws" });
    const id = await target.create(token);
    const day = START_STEP - 2880n;
    const pair = [t.code(token, day), t.code(token, day + 1n)];
    t.refused("the pair", await target.enroll(id, pair, atStep(token, START_STEP)));
    const state = await target.state?.(id);
    if (state !== undefined) t.equal("enabled", state.enabled, false);
  },
};

const failedResync: VerifierCase = {
  id: "enrollment/late/failed-resync",
  subject: "verifier",
  title: "a resync with wrong codes changes nothing: good codes still work",
  requirement: RESYNC,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, { preset: "aws" });
    const wrong = [t.code(token, START_STEP + 9000n), t.code(token, START_STEP + 9001n)];
    t.refused("wrong codes", await target.resync(id, wrong, atStep(token, START_STEP)));
    const letters = await target.resync(id, ["abcdef", "123456"], atStep(token, START_STEP));
    t.refused("letters", letters, "malformed");
    const login = await target.submit(id, t.code(token, START_STEP), atStep(token, START_STEP));
    t.accepted("a good code", login);
  },
};

const needsEnabled: VerifierCase = {
  id: "enrollment/late/resync-while-pending",
  subject: "verifier",
  title: "a device that was never enabled cannot be resynchronized",
  requirement: RESYNC,
  level: "MUST",
  needs: ["resync"],
  async run(t) {
    const token = totpToken();
    const target = await t.open({ preset: "aws" });
    const id = await target.create(token);
    const pair = [t.code(token, START_STEP), t.code(token, START_STEP + 1n)];
    const answer = await target.resync(id, pair, atStep(token, START_STEP + 1n));
    t.refused("resync", answer, "not-enrolled");
  },
};

/** Cases of this section. */
export const LATE_CASES: readonly ConformanceCase[] = [
  outOfSync,
  oneStepLate,
  hopeless,
  failedResync,
  needsEnabled,
];
