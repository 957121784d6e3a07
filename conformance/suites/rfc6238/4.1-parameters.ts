// RFC 6238 §4.1: the time step X and the time T0 to count from.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, TokenCase, VerifierCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import { totpGroups } from "../../vectors/load.ts";
import { isInTimeRange, rejects, tokenTotp } from "../shared/token-codes.ts";
import { atSeconds, START_STEP, totpToken } from "../shared/tokens.ts";
import { checkTotpGroup } from "./appendix-b-tokens.ts";
import { checkTotpGroupAccepted } from "./appendix-b-verifiers.ts";

const STEP = { text: "X represents the time step in seconds.", source: "RFC 6238 §4.1" } as const;
const T0 = {
  text: "T0 is the Unix time to start counting time steps.",
  source: "RFC 6238 §4.1",
} as const;

const groupsOf = (isWanted: (of: { stepSeconds: number; t0: number }) => boolean) =>
  totpGroups("computed").filter(isWanted);

const sixtySeconds: TokenCase = {
  id: "rfc6238/4.1/step-of-60-seconds",
  aliases: ["F13"],
  subject: "token",
  title: "a token with X = 60 counts steps of 60 seconds",
  requirement: STEP,
  level: "MUST",
  needs: ["totp", "provision"],
  async run(t) {
    for (const group of groupsOf(({ stepSeconds }) => stepSeconds === 60)) {
      await checkTotpGroup(t, group, "SHA1");
    }
  },
};

const sixtySecondsVerified: VerifierCase = {
  id: "rfc6238/4.1/step-of-60-seconds-verified",
  aliases: ["F13"],
  subject: "verifier",
  title: "a verifier with X = 60 counts steps of 60 seconds",
  requirement: STEP,
  level: "MUST",
  needs: [],
  async run(t) {
    for (const group of groupsOf(({ stepSeconds }) => stepSeconds === 60)) {
      await checkTotpGroupAccepted(t, group, "SHA1");
    }
  },
};

const everyStep: TokenCase = {
  id: "rfc6238/4.1/shortest-and-longest-step",
  subject: "token",
  title: "the token counts steps of the shortest and the longest X it claims",
  requirement: STEP,
  level: "MUST",
  needs: ["totp", "provision"],
  async run(t) {
    const range = t.device.capabilities.totp?.stepSeconds ?? t.skip("no time-based codes");
    const secret = rfc4226Secret();
    const { toSeconds } = t.device.capabilities.timeRange;
    const seconds = Math.min(toSeconds, 2_000_000_000);
    for (const stepSeconds of new Set([range.low, range.high])) {
      const parameters = tokenTotp(t, { stepSeconds });
      await t.provision(secret, parameters);
      const { code } = await t.totpAt(seconds);
      const timeStep = BigInt(Math.floor(seconds / stepSeconds));
      t.equal(`X = ${stepSeconds}`, code, expectedCode(secret, parameters, timeStep));
    }
  },
};

const countsFromT0: TokenCase = {
  id: "rfc6238/4.1/t0",
  aliases: ["F14"],
  subject: "token",
  title: "a token with T0 counts its steps from there",
  requirement: T0,
  level: "MUST",
  needs: ["totp", "provision", "t0"],
  async run(t) {
    for (const group of groupsOf(({ t0 }) => t0 > 0)) await checkTotpGroup(t, group, "SHA1");
  },
};

const countsFromT0Verified: VerifierCase = {
  id: "rfc6238/4.1/t0-verified",
  aliases: ["F14"],
  subject: "verifier",
  title: "a verifier counts the steps of a token with T0 from there",
  requirement: T0,
  level: "MUST",
  needs: [],
  async run(t) {
    for (const group of groupsOf(({ t0 }) => t0 > 0)) {
      await checkTotpGroupAccepted(t, group, "SHA1");
    }
  },
};

const beforeT0: TokenCase = {
  id: "rfc6238/4.1/before-t0",
  aliases: ["F15"],
  subject: "token",
  title: "a token whose clock is before T0 gives no code",
  requirement: T0,
  level: "SHOULD",
  needs: ["totp", "provision", "t0"],
  async run(t) {
    const t0 = 1_500_000_000;
    if (!isInTimeRange(t, t0 - 1)) t.skip("the token's clock does not reach back before T0");
    if (t.device.capabilities.setTimeForgets === true) {
      t.skip("setting its clock takes the token's secrets away");
    }
    await t.provision(rfc4226Secret(), tokenTotp(t, { t0 }));
    await rejects(t, "a code one second before T0", t.totpAt(t0 - 1), "refused");
    const { code } = await t.totpAt(t0);
    t.equal("at T0", code, expectedCode(rfc4226Secret(), tokenTotp(t, { t0 }), 0n));
  },
};

const beforeT0Verified: VerifierCase = {
  id: "rfc6238/4.1/before-t0-verified",
  aliases: ["F15"],
  subject: "verifier",
  title: "a time before T0 is no time step, and never wraps to 2^64 - 1",
  requirement: T0,
  level: "MUST",
  needs: [],
  async run(t) {
    for (const t0 of [0, 1_000_000_000]) {
      const token = totpToken({ t0 });
      const target = await t.open({ window: { past: 3, future: 3 } });
      const id = await target.create(token);
      if (t.hasEnrollment) {
        const pair = [t.code(token, 0n), t.code(token, 1n)];
        t.accepted("the first two codes", await target.enroll(id, pair, atSeconds(t0 + 30)));
      }
      for (const fromEnd of [1n, 2n]) {
        const code = t.code(token, 2n ** 64n - fromEnd);
        for (const seconds of [t0 - 30, t0 - 1, t0]) {
          const answer = await target.submit(id, code, atSeconds(seconds));
          t.refused(`the code of step 2^64 - ${fromEnd} at T0 ${seconds - t0} s`, answer);
        }
      }
      const next = await target.submit(id, t.code(token, 2n), atSeconds(t0 + 60));
      t.accepted("the third code", next);
    }
  },
};

const otherT0Refused: VerifierCase = {
  id: "rfc6238/4.1/wrong-t0",
  subject: "verifier",
  title: "codes counted from another T0 are refused",
  requirement: T0,
  level: "MUST",
  needs: [],
  async run(t) {
    const [known, other] = [totpToken(), totpToken({ t0: 100_000 })];
    const target = await t.open();
    const id = await t.enrolled(target, known, START_STEP);
    const nowUs = atSeconds(Number(START_STEP) * 30);
    const foreign = BigInt(Math.floor((Number(START_STEP) * 30 - 100_000) / 30));
    t.refused("its code of now", await target.submit(id, t.code(other, foreign), nowUs));
  },
};

/** Cases of this section. */
export const PARAMETER_CASES: readonly ConformanceCase[] = [
  sixtySeconds,
  sixtySecondsVerified,
  everyStep,
  countsFromT0,
  countsFromT0Verified,
  beforeT0,
  beforeT0Verified,
  otherT0Refused,
];
