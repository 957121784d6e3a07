// RFC 4226 §4: what the algorithm must be like, as far as a token shows it.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { checkHotpAt, takesSecret, tokenHotp } from "../shared/token-codes.ts";

const counterBased: TokenCase = {
  id: "rfc4226/4/counter-based",
  subject: "token",
  title: "the token's codes follow a counter: each has the next value, none depends on time",
  requirement: {
    text: "R1 - The algorithm MUST be sequence- or counter-based.",
    source: "RFC 4226 §4",
  },
  level: "MUST",
  needs: ["hotp-at-counter", "provision"],
  async run(t) {
    const secret = rfc4226Secret();
    const parameters = tokenHotp(t);
    await t.provision(secret, parameters);
    await checkHotpAt(t, secret, parameters, 5n);
    if (t.rig !== null) await t.wait(120);
    await checkHotpAt(t, secret, parameters, 5n);
    await checkHotpAt(t, secret, parameters, 6n);
  },
};

const numeric: TokenCase = {
  id: "rfc4226/4/numeric-codes",
  subject: "token",
  title: "every code is at least six decimal digits",
  requirement: {
    text: "R4 - The HOTP value must be at least a 6-digit value; numeric only is desirable.",
    source: "RFC 4226 §4",
  },
  level: "MUST",
  needs: ["hotp-at-counter", "provision"],
  async run(t) {
    const digits = t.device.capabilities.hotp?.digits ?? [];
    for (const length of digits) {
      t.holds(`${length} digits are at least 6`, length >= 6);
      await t.provision(rfc4226Secret(), { ...tokenHotp(t), digits: length });
      for (const counter of [0n, 7n, 9n]) {
        const { code } = await t.hotp({ counter });
        t.holds(`${length} decimal digits`, /^[0-9]+$/.test(code) && code.length === length, code);
      }
    }
  },
};

const strongSecrets: TokenCase = {
  id: "rfc4226/4/strong-secrets",
  subject: "token",
  title: "the token takes secrets of 128 and of 160 bits",
  requirement: {
    text: "R6 - The length of the shared secret MUST be at least 128 bits; 160 are RECOMMENDed.",
    source: "RFC 4226 §4",
  },
  level: "MUST",
  needs: ["hotp-at-counter", "provision"],
  async run(t) {
    for (const bytes of [16, 20]) {
      t.holds(`takes ${bytes * 8} bits`, takesSecret(t, bytes));
      if (!takesSecret(t, bytes)) continue;
      const secret = patternSecret(bytes);
      const parameters = tokenHotp(t);
      await t.provision(secret, parameters);
      await checkHotpAt(t, secret, parameters, 1n);
    }
  },
};

/** Cases of this section. */
export const REQUIREMENT_CASES: readonly ConformanceCase[] = [counterBased, numeric, strongSecrets];
