// RFC 6238 §5.2: windows told in seconds, and a request at the border of two steps.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { atStep, START_STEP, totpToken } from "../shared/tokens.ts";

const WINDOW = {
  text: "A validation system SHOULD typically set a policy for an acceptable OTP transmission delay.",
  source: "RFC 6238 §5.2",
} as const;
const RECEIVED = {
  text: "The verifier compares OTPs with the receiving timestamp, which is one moment.",
  source: "RFC 6238 §5.2",
} as const;

const secondsOfTolerance: VerifierCase = {
  id: "operations/windows/seconds-of-tolerance",
  aliases: ["W07"],
  subject: "verifier",
  title: "a tolerance in seconds, where there is one, ends where it says, its edge included",
  requirement: WINDOW,
  level: "SHOULD",
  needs: ["state"],
  async run(t) {
    const token = totpToken();
    for (const [seconds, isIn] of [
      [15, true],
      [15.001, false],
    ] as const) {
      const target = await t.open({ windowSeconds: 15 });
      const id = await t.enrolled(target, token, START_STEP);
      const atUs = atStep(token, START_STEP + 1n, seconds);
      const answer = await target.submit(id, t.code(token, START_STEP), atUs);
      const what = `${seconds} s after its end`;
      if (isIn) t.accepted(what, answer);
      else t.refused(what, answer);
    }
  },
};

const oneMoment: VerifierCase = {
  id: "operations/windows/one-moment",
  aliases: ["W09"],
  subject: "verifier",
  title:
    "around the border of two steps a request is of one of them: window, drift and watermark agree",
  requirement: RECEIVED,
  level: "MUST",
  needs: ["state", "offset", "watermark"],
  async run(t) {
    const token = totpToken();
    const border = atStep(token, START_STEP + 5n);
    for (const byUs of [-1000, -1, 0, 1, 1000]) {
      const now = byUs < 0 ? START_STEP + 4n : START_STEP + 5n;
      const other = byUs < 0 ? now + 1n : now - 1n;
      const target = await t.open({ window: { past: 0, future: 0 } });
      const id = await t.enrolled(target, token, START_STEP);
      const where = `${byUs} µs from the border`;
      t.refused(
        `${where}, the other step`,
        await target.submit(id, t.code(token, other), border + byUs),
      );
      t.accepted(`${where}, its step`, await target.submit(id, t.code(token, now), border + byUs));
      const state = await target.state?.(id);
      t.equal(`${where}, recorded drift`, state?.offsetSteps, 0);
      t.equal(`${where}, watermark`, state?.watermark, now);
    }
  },
};

/** Cases of this part. */
export const WINDOW_CASES: readonly ConformanceCase[] = [secondsOfTolerance, oneMoment];
