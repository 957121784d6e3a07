// RFC 4226 §5.3 on tokens: dynamic truncation and the length of codes.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import { hotpRows, rareMovingFactors } from "../../vectors/load.ts";
import { checkHotpAt, lastDigits, tokenHotp } from "../shared/token-codes.ts";

const TRUNCATION = {
  text: "The dynamic truncation takes four bytes at the offset in the last byte, less the top bit.",
  source: "RFC 4226 §5.3",
} as const;
const SIX_DIGITS = {
  text: "Implementations MUST extract a 6-digit code at a minimum and possibly 7 and 8-digit code.",
  source: "RFC 4226 §5.3",
} as const;

/** Among so many counters every one of the 16 offsets occurs, with and without the top bit. */
const COUNTERS = 64n;

const everyOffset: TokenCase = {
  id: "rfc4226/5.3/truncation-offsets",
  subject: "token",
  title: "codes are right at every offset of the truncation, with the top bit set and clear",
  requirement: TRUNCATION,
  level: "MUST",
  needs: ["hotp-at-counter", "provision"],
  async run(t) {
    const secret = rfc4226Secret();
    const parameters = tokenHotp(t);
    await t.provision(secret, parameters);
    for (let counter = 0n; counter < COUNTERS; counter++) {
      await checkHotpAt(t, secret, parameters, counter);
    }
  },
};

const everyLength: TokenCase = {
  id: "rfc4226/5.3/code-lengths",
  aliases: ["F06"],
  subject: "token",
  title: "codes of every length the token has are the last digits of the truncated value",
  requirement: SIX_DIGITS,
  level: "MUST",
  needs: ["hotp-at-counter", "provision"],
  async run(t) {
    const { digits, highestCounter } = t.device.capabilities.hotp ?? t.skip("no such codes");
    for (const length of digits) {
      await t.provision(rfc4226Secret(), { ...tokenHotp(t), digits: length });
      const rows = [...hotpRows("leading-zero"), ...hotpRows("masked-bit")];
      for (const { counter, truncated } of rows.filter((row) => row.counter <= highestCounter)) {
        const { code } = await t.hotp({ counter });
        t.equal(`${length} digits of counter ${counter}`, code, lastDigits(truncated, length));
      }
    }
  },
};

const sixDigits: TokenCase = {
  id: "rfc4226/5.3/six-digits",
  subject: "token",
  title: "the token can give codes of six digits",
  requirement: SIX_DIGITS,
  level: "MUST",
  needs: ["hotp"],
  async run(t) {
    const digits = t.device.capabilities.hotp?.digits ?? [];
    t.holds("6 is among its lengths", digits.includes(6), digits);
  },
};

const longerCodes: TokenCase = {
  id: "rfc4226/5.3/seven-digits-or-more",
  subject: "token",
  title: "the token can give longer codes too",
  requirement: {
    text: "Depending on security requirements, Digit = 7 or more SHOULD be considered.",
    source: "RFC 4226 §5.3",
  },
  level: "MAY",
  needs: ["hotp"],
  async run(t) {
    const digits = t.device.capabilities.hotp?.digits ?? [];
    t.holds(
      "it has 7 digits or more",
      digits.some((length) => length >= 7),
      digits,
    );
  },
};

const leadingZeros: TokenCase = {
  id: "rfc4226/5.3/leading-zeros",
  aliases: ["F05"],
  subject: "token",
  title: "a code of zeros keeps its length",
  requirement: SIX_DIGITS,
  level: "MUST",
  needs: ["hotp-at-counter", "provision"],
  async run(t) {
    const { digits, highestCounter } = t.device.capabilities.hotp ?? t.skip("no such codes");
    if (!digits.includes(6)) t.skip("the token has no codes of 6 digits");
    await t.provision(rfc4226Secret(), { ...tokenHotp(t), digits: 6 });
    for (const counter of rareMovingFactors("all-zeros")) {
      if (counter > highestCounter) continue;
      t.equal(`counter ${counter}`, (await t.hotp({ counter })).code, "000000");
    }
  },
};

/** Cases of this section. */
export const TOKEN_CODE_CASES: readonly ConformanceCase[] = [
  everyOffset,
  everyLength,
  sixDigits,
  longerCodes,
  leadingZeros,
];
