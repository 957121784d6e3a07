// RFC 6238 §3: what the algorithm asks of prover and verifier.

import { timeStepAt } from "../../../core/drift/steps.ts";
import { encodeBase32 } from "../../../core/oath/base32.ts";
import { hotpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { SECOND_US } from "../../../core/time/clock.ts";
import type { ConformanceCase, TokenCase, VerifierCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import { TargetRefusal } from "../../target.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { tokenTotp } from "../shared/token-codes.ts";
import { atStep, START_STEP, totpToken } from "../shared/tokens.ts";

const unixTime: TokenCase = {
  id: "rfc6238/3/unix-time",
  subject: "token",
  title: "the token derives its codes from the current Unix time",
  requirement: {
    text: "R1: The prover and verifier MUST know or be able to derive the current Unix time.",
    source: "RFC 6238 §3",
  },
  level: "MUST",
  needs: ["totp", "provision"],
  async run(t) {
    const secret = rfc4226Secret();
    const parameters = tokenTotp(t);
    await t.provision(secret, parameters);
    const seconds = Math.floor(t.clock.nowUs() / SECOND_US);
    const { code } = await t.totpAt(seconds);
    const timeStep = timeStepAt(seconds * SECOND_US, parameters);
    // A clock read between two steps of a physical token may be one ahead.
    const near = [timeStep, timeStep + 1n].map((step) => expectedCode(secret, parameters, step));
    const expected = t.rig === null ? near : near.slice(0, 1);
    t.holds(`the code of ${seconds} is ${expected.join(" or ")}`, expected.includes(code), code);
  },
};

const builtOnHotp: TokenCase = {
  id: "rfc6238/3/built-on-hotp",
  subject: "token",
  title: "the time-based code of step T is the event-based code of counter T",
  requirement: {
    text: "R3: The algorithm MUST use HOTP as a key building block.",
    source: "RFC 6238 §3",
  },
  level: "MUST",
  needs: ["totp", "hotp-at-counter", "provision"],
  async run(t) {
    const secret = rfc4226Secret();
    const parameters = tokenTotp(t);
    const seconds = Math.floor(t.clock.nowUs() / SECOND_US);
    await t.provision(secret, parameters);
    const totp = await t.totpAt(seconds);
    const counter = timeStepAt(seconds * SECOND_US, parameters);
    await t.provision(secret, hotpParameters({ digits: parameters.digits }));
    const hotp = await t.hotp({ counter });
    t.equal(`TOTP at ${seconds}, and HOTP of ${counter}`, totp.code, hotp.code);
    t.equal("both", hotp.code, expectedCode(secret, parameters, counter));
  },
};

const sameStep: VerifierCase = {
  id: "rfc6238/3/same-step",
  aliases: ["E08"],
  subject: "verifier",
  title: "a token with another time step, hash or length is not enrolled",
  requirement: {
    text: "R4: The prover and verifier MUST use the same time-step value X.",
    source: "RFC 6238 §3",
  },
  level: "MUST",
  needs: [],
  async run(t) {
    const known = totpToken();
    const others = {
      "X = 60": totpToken({ stepSeconds: 60 }),
      "SHA-256": { ...totpToken({ algorithm: "SHA256" }), secret: known.secret },
      "8 digits": totpToken({ digits: 8 }),
    };
    for (const [what, other] of Object.entries(others)) {
      const target = await t.open();
      const id = await target.create(known);
      const nowUs = atStep(known, START_STEP);
      const step = timeStepAt(nowUs, other.parameters);
      const codes = [t.code(other, step - 1n), t.code(other, step)];
      t.refused(`codes of ${what}`, await target.enroll(id, codes, nowUs));
    }
  },
};

const uniqueSecret: VerifierCase = {
  id: "rfc6238/3/unique-secret",
  subject: "verifier",
  title: "a secret in use is not taken for another token",
  requirement: {
    text: "R5: There MUST be a unique secret (key) for each prover.",
    source: "RFC 6238 §3",
  },
  level: "SHOULD",
  needs: ["users"],
  async run(t) {
    const target = await t.open();
    await t.enrolled(target, { ...totpToken(), user: "alice" }, START_STEP);
    const again = { ...totpToken(), user: "bob" };
    try {
      const id = await target.create(again);
      const codes = [t.code(again, START_STEP), t.code(again, START_STEP + 1n)];
      t.refused("bob's token", await target.enroll(id, codes, atStep(again, START_STEP + 1n)));
    } catch (error) {
      if (!(error instanceof TargetRefusal)) throw error;
      t.holds("bob's token is refused", true, error.message);
    }
  },
};

const secretNotShown: TokenCase = {
  id: "rfc6238/3/secret-not-listed",
  subject: "token",
  title: "the token lists its credentials without their secrets",
  requirement: {
    text: "R7: The keys SHOULD be protected against unauthorized access and usage.",
    source: "RFC 6238 §3",
  },
  level: "SHOULD",
  needs: ["totp", "provision", "list"],
  async run(t) {
    const secret = patternSecret(20);
    await t.provision(secret, tokenTotp(t));
    const listed = JSON.stringify(await t.device.list({ signal: t.signal })).toLowerCase();
    const forms = [encodeBase32(secret), Buffer.from(secret).toString("hex"), [...secret].join()];
    const shown = forms.some((form) => listed.includes(form.toLowerCase()));
    t.holds("no form of the secret is in the list", !shown);
  },
};

/** Cases of this section. */
export const REQUIREMENT_CASES: readonly ConformanceCase[] = [
  unixTime,
  builtOnHotp,
  sameStep,
  uniqueSecret,
  secretNotShown,
];
