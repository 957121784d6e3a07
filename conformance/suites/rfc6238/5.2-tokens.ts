// RFC 6238 §5.2 on tokens: one code a time step, another one in the next.

import { timeStepAt } from "../../../core/drift/steps.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { SECOND_US } from "../../../core/time/clock.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import { tokenTotp } from "../shared/token-codes.ts";

const sameCode: TokenCase = {
  id: "rfc6238/5.2/same-code-within-step",
  subject: "token",
  title: "the token gives the same code again within a time step",
  requirement: {
    text: "An OTP generated within the same time step will be the same.",
    source: "RFC 6238 §5.2",
  },
  level: "MUST",
  needs: ["totp", "provision"],
  async run(t) {
    const secret = rfc4226Secret();
    const parameters = tokenTotp(t);
    await t.provision(secret, parameters);
    const start = Math.ceil(t.clock.nowUs() / SECOND_US / parameters.stepSeconds);
    const seconds = start * parameters.stepSeconds;
    const readings = [await t.totpAt(seconds), await t.totpNow(), await t.totpNow()];
    const expected = expectedCode(secret, parameters, BigInt(start));
    if (t.device.capabilities.totp?.clock === "host") readings.splice(1);
    for (const [at, { code }] of readings.entries()) t.equal(`reading ${at + 1}`, code, expected);
  },
};

const nextCode: TokenCase = {
  id: "rfc6238/5.2/new-code-each-step",
  subject: "token",
  title: "the token gives the next code in the next time step",
  requirement: {
    text: "The next different OTP must be generated in the next time-step window.",
    source: "RFC 6238 §5.2",
  },
  level: "MUST",
  needs: ["totp", "provision", "own-clock"],
  async run(t) {
    const secret = rfc4226Secret();
    const parameters = tokenTotp(t);
    const { stepSeconds } = parameters;
    await t.provision(secret, parameters);
    const first = timeStepAt(t.clock.nowUs(), parameters) + 1n;
    await t.totpAt(Number(first) * stepSeconds + Math.floor(stepSeconds / 2));
    for (let step = first + 1n; step <= first + 3n; step++) {
      await t.wait(stepSeconds);
      const { code } = await t.totpNow();
      t.equal(`step ${step}`, code, expectedCode(secret, parameters, step));
    }
  },
};

const thirtySeconds: TokenCase = {
  id: "rfc6238/5.2/step-of-30-seconds",
  subject: "token",
  title: "the token can have time steps of 30 seconds",
  requirement: {
    text: "We RECOMMEND a default time-step size of 30 seconds.",
    source: "RFC 6238 §5.2",
  },
  level: "SHOULD",
  needs: ["totp"],
  async run(t) {
    const range = t.device.capabilities.totp?.stepSeconds ?? { low: 0, high: 0 };
    t.holds("30 s is among its time steps", range.low <= 30 && range.high >= 30, range);
  },
};

/** Cases of this section. */
export const TOKEN_STEP_CASES: readonly ConformanceCase[] = [sameCode, nextCode, thirtySeconds];
