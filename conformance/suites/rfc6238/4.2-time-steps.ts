// RFC 6238 §4.2: T = floor((now - T0) / X), in more than 32 bits.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, TokenCase, VerifierCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import { totpGroups } from "../../vectors/load.ts";
import { tokenTotp } from "../shared/token-codes.ts";
import { atSeconds, atStep, START_STEP, totpToken } from "../shared/tokens.ts";
import { checkTotpGroup } from "./appendix-b-tokens.ts";
import { checkTotpGroupAccepted } from "./appendix-b-verifiers.ts";

const FLOOR = {
  text: "T = (Current Unix time - T0) / X, where the default floor function is used.",
  source: "RFC 6238 §4.2",
} as const;
const BEYOND_2038 = {
  text: "MUST support a time value T larger than a 32-bit integer when it is beyond the year 2038.",
  source: "RFC 6238 §4.2",
} as const;

const edgeGroups = () =>
  totpGroups("step-edge").filter(
    ({ stepSeconds, t0, rows }) => stepSeconds === 30 && t0 === 0 && rows[0]?.seconds === 29,
  );

const edges: TokenCase = {
  id: "rfc6238/4.2/step-edges",
  aliases: ["F01"],
  subject: "token",
  title: "the token's code changes with the first second of a step",
  requirement: FLOOR,
  level: "MUST",
  needs: ["totp", "provision"],
  async run(t) {
    for (const group of edgeGroups()) await checkTotpGroup(t, group, "SHA1");
  },
};

const edgesVerified: VerifierCase = {
  id: "rfc6238/4.2/step-edges-verified",
  aliases: ["F01"],
  subject: "verifier",
  title: "the verifier counts a step from its first second to its last",
  requirement: FLOOR,
  level: "MUST",
  needs: [],
  async run(t) {
    for (const group of edgeGroups()) await checkTotpGroupAccepted(t, group, "SHA1");
  },
};

const floors: VerifierCase = {
  id: "rfc6238/4.2/floor-not-round",
  aliases: ["W10"],
  subject: "verifier",
  title: "a millisecond before a step begins it has not begun",
  requirement: FLOOR,
  level: "MUST",
  needs: [],
  async run(t) {
    const token = totpToken();
    const code = t.code(token, START_STEP);
    for (const { bySeconds, isDue } of [
      { bySeconds: -0.001, isDue: false },
      { bySeconds: 0, isDue: true },
      { bySeconds: 29.999, isDue: true },
      { bySeconds: 30, isDue: false },
    ]) {
      const target = await t.open({ window: { past: 0, future: 0 } });
      const id = await t.enrolled(target, token, START_STEP);
      const answer = await target.submit(id, code, atStep(token, START_STEP, bySeconds));
      const what = `code n at ${bySeconds} s from the start of n`;
      if (isDue) t.accepted(what, answer);
      else t.refused(what, answer);
    }
  },
};

const inTheMiddleOfASecond: TokenCase = {
  id: "rfc6238/4.2/parts-of-a-second",
  subject: "token",
  title: "the token shows the old code for the whole last second of a step",
  requirement: FLOOR,
  level: "MUST",
  needs: ["totp", "provision", "set-time", "own-clock", "rig"],
  async run(t) {
    const secret = rfc4226Secret();
    const parameters = tokenTotp(t);
    const { stepSeconds } = parameters;
    await t.provision(secret, parameters);
    const timeStep = Math.floor(1_800_000_000 / stepSeconds);
    const codeOf = (step: number) => expectedCode(secret, parameters, BigInt(step));
    await t.totpAt((timeStep + 1) * stepSeconds - 1);
    await t.wait(0.9);
    t.equal("0.1 s before the step", (await t.totpNow()).code, codeOf(timeStep));
    await t.wait(0.2);
    t.equal("0.1 s into the step", (await t.totpNow()).code, codeOf(timeStep + 1));
  },
};

const beyond2038: TokenCase = {
  id: "rfc6238/4.2/beyond-2038",
  aliases: ["F09", "F10", "F11"],
  subject: "token",
  title: "the token's codes go on after 2038, 2106 and step 2^32",
  requirement: BEYOND_2038,
  level: "MUST",
  needs: ["totp", "provision"],
  async run(t) {
    for (const group of totpGroups("past-2106").filter(({ digits }) => digits === 6)) {
      await checkTotpGroup(t, group, "SHA1");
    }
  },
};

const beyond2038Verified: VerifierCase = {
  id: "rfc6238/4.2/beyond-2038-verified",
  aliases: ["F09", "F10", "F11"],
  subject: "verifier",
  title: "the verifier accepts codes after 2038, 2106 and step 2^32",
  requirement: BEYOND_2038,
  level: "MUST",
  needs: [],
  async run(t) {
    for (const group of totpGroups("past-2106").filter(({ digits }) => digits === 6)) {
      await checkTotpGroupAccepted(t, group, "SHA1");
    }
  },
};

const replayBeyond2038: VerifierCase = {
  id: "rfc6238/4.2/replay-beyond-2038",
  subject: "verifier",
  title: "a used code stays used after 2038, 2106 and step 2^32",
  requirement: BEYOND_2038,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    for (const seconds of [2_147_483_700, 4_294_967_310, 128_849_018_910]) {
      const token = totpToken();
      const target = await t.open();
      const timeStep = BigInt(Math.floor(seconds / 30));
      const id = await t.enrolled(target, token, timeStep);
      const code = t.code(token, timeStep);
      t.accepted(`the code at ${seconds}`, await target.submit(id, code, atSeconds(seconds)));
      const again = await target.submit(id, code, atSeconds(seconds));
      t.refused(`the code at ${seconds} again`, again, "replayed");
    }
  },
};

/** Cases of this section. */
export const TIME_STEP_CASES: readonly ConformanceCase[] = [
  edges,
  edgesVerified,
  floors,
  inTheMiddleOfASecond,
  beyond2038,
  beyond2038Verified,
  replayBeyond2038,
];
