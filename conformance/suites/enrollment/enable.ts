// Enabling a device with two consecutive codes: what is accepted, and what that leaves behind.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { rareMovingFactors } from "../../vectors/load.ts";
import { atStep, enrolledToken, hotpToken, START_STEP, totpToken } from "../shared/tokens.ts";
import { ENABLE, SINGLE_USE } from "./sources.ts";

const twoCodes: VerifierCase = {
  id: "enrollment/enable/two-consecutive-codes",
  aliases: ["E01"],
  subject: "verifier",
  title: "two consecutive codes enable the device",
  requirement: ENABLE,
  level: "MUST",
  needs: [],
  async run(t) {
    const token = totpToken();
    const target = await t.open();
    const id = await target.create(token);
    const created = await target.state?.(id);
    if (created !== undefined) t.equal("enabled when created", created.enabled, false);
    const codes = [t.code(token, START_STEP), t.code(token, START_STEP + 1n)];
    t.accepted("the pair", await target.enroll(id, codes, atStep(token, START_STEP + 1n, 5)));
    const state = await target.state?.(id);
    if (state !== undefined) t.equal("enabled", state.enabled, true);
    if (state?.watermark !== undefined) t.equal("watermark", state.watermark, START_STEP + 1n);
    if (state?.offsetSteps !== undefined) t.equal("recorded drift", state.offsetSteps, 0);
    const next = t.code(token, START_STEP + 2n);
    t.accepted("a login", await target.submit(id, next, atStep(token, START_STEP + 2n)));
  },
};

const used: VerifierCase = {
  id: "enrollment/enable/codes-are-used",
  aliases: ["E03", "R04"],
  subject: "verifier",
  title: "neither code of the pair is accepted at a login",
  requirement: SINGLE_USE,
  level: "MUST",
  needs: ["state", "enrollment"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    for (const step of [START_STEP - 2n, START_STEP - 1n]) {
      const answer = await target.submit(id, t.code(token, step), atStep(token, step, 29));
      t.refused(`code ${START_STEP - step} before the next`, answer, "replayed");
    }
    const next = await target.submit(id, t.code(token, START_STEP), atStep(token, START_STEP));
    t.accepted("the next code", next);
  },
};

const wideWindow: VerifierCase = {
  id: "enrollment/enable/token-from-the-shelf",
  aliases: ["E04"],
  subject: "verifier",
  title: "a token 40 steps off at its first use is enabled, and its drift is known from then on",
  requirement: {
    text: "Enrollment searches a wide window of its own for the pair.",
    source: "RFC 6238 §6; verifier workflow, first use of a stored token",
  },
  level: "SHOULD",
  needs: ["state"],
  async run(t) {
    for (const bySteps of [40n, -40n]) {
      const token = totpToken();
      const target = await t.open();
      const id = await target.create(token);
      const own = START_STEP + bySteps;
      const codes = [t.code(token, own - 1n), t.code(token, own)];
      t.accepted(
        `the pair ${bySteps} steps off`,
        await target.enroll(id, codes, atStep(token, START_STEP)),
      );
      const login = await target.submit(
        id,
        t.code(token, own + 1n),
        atStep(token, START_STEP + 1n),
      );
      t.accepted("its next code", login);
    }
  },
};

const beyondWindow: VerifierCase = {
  id: "enrollment/enable/beyond-the-window",
  subject: "verifier",
  title: "a pair outside the enrollment window is refused",
  requirement: ENABLE,
  level: "MUST",
  needs: [],
  async run(t) {
    const token = totpToken();
    for (const { first, isInside } of [
      { first: 9n, isInside: true },
      { first: -10n, isInside: true },
      { first: 11n, isInside: false },
      { first: -12n, isInside: false },
    ]) {
      const target = await t.open({ enrollSteps: 10 });
      const id = await target.create(token);
      const codes = [t.code(token, START_STEP + first), t.code(token, START_STEP + first + 1n)];
      const answer = await target.enroll(id, codes, atStep(token, START_STEP));
      const what = `steps ${first}, ${first + 1n} of ±10`;
      if (isInside) t.accepted(what, answer);
      else t.refused(what, answer);
    }
  },
};

const sharedCode: VerifierCase = {
  id: "enrollment/enable/equal-neighbours",
  aliases: ["E09"],
  subject: "verifier",
  title: "two equal codes are a pair where two neighbouring steps share them",
  requirement: ENABLE,
  level: "SHOULD",
  needs: [],
  async run(t) {
    const token = totpToken();
    const step = rareMovingFactors("next-is-equal").find((one) => one > START_STEP);
    if (step === undefined) return t.skip("no such steps are known");
    const target = await t.open();
    const id = await target.create(token);
    const code = t.code(token, step);
    const answer = await target.enroll(id, [code, code], atStep(token, step + 1n));
    t.accepted(`${code} twice, of two steps`, answer);
  },
};

const eventBased: VerifierCase = {
  id: "enrollment/enable/event-based",
  aliases: ["E10"],
  subject: "verifier",
  title: "an event-based device is enabled by the codes of counters 0, 1 or of 7, 8",
  requirement: ENABLE,
  level: "MUST",
  needs: ["hotp"],
  async run(t) {
    const token = hotpToken();
    for (const first of [0n, 7n]) {
      const target = await t.open();
      const id = await target.create(token);
      const codes = [t.code(token, first), t.code(token, first + 1n)];
      t.accepted(`counters ${first}, ${first + 1n}`, await target.enroll(id, codes, 0));
      const watermark = (await target.state?.(id))?.watermark;
      if (watermark !== undefined) t.equal("watermark", watermark, first + 1n);
      t.refused(
        `counter ${first + 1n} again`,
        await target.submit(id, t.code(token, first + 1n), 0),
      );
      const next = await target.submit(id, t.code(token, first + 2n), 0);
      t.accepted(`counter ${first + 2n}`, next);
    }
  },
};

const parallel: VerifierCase = {
  id: "enrollment/enable/parallel",
  subject: "verifier",
  title: "of parallel requests with one pair exactly one enables the device",
  requirement: SINGLE_USE,
  level: "MUST",
  needs: ["state", "parallel"],
  async run(t) {
    const token = totpToken();
    const target = await t.open();
    const id = await target.create(token);
    const codes = [t.code(token, START_STEP), t.code(token, START_STEP + 1n)];
    const nowUs = atStep(token, START_STEP + 1n);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => target.enroll(id, codes, nowUs)),
    );
    t.equal("accepted", answers.filter(({ accepted }) => accepted).length, 1);
    const login = await target.submit(id, t.code(token, START_STEP + 2n), nowUs + 30_000_000);
    t.accepted("a login", login);
  },
};

/** Cases of this section. */
export const ENABLE_CASES: readonly ConformanceCase[] = [
  twoCodes,
  used,
  wideWindow,
  beyondWindow,
  sharedCode,
  eventBased,
  parallel,
];
