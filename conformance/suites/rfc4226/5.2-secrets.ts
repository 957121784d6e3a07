// RFC 4226 §5.2: HMAC-SHA-1 with secrets of any length.

import type { ConformanceCase, TokenCase, VerifierCase } from "../../case.ts";
import { ALL_SECRET_BYTES, checkSecretLengths, patternSecret } from "../shared/secret-lengths.ts";
import { checkHotpAt, takesSecret, tokenHotp } from "../shared/token-codes.ts";
import { hotpToken } from "../shared/tokens.ts";

const HMAC = {
  text: "HOTP(K,C) = Truncate(HMAC-SHA-1(K,C)).",
  source: "RFC 4226 §5.2",
} as const;

const secretLengths: TokenCase = {
  id: "rfc4226/5.2/secret-lengths",
  aliases: ["F16"],
  subject: "token",
  title: "the token makes codes from secrets of every length around the block size",
  requirement: HMAC,
  level: "MUST",
  needs: ["hotp-at-counter", "provision"],
  async run(t) {
    const parameters = tokenHotp(t);
    const taken = ALL_SECRET_BYTES.filter((bytes) => takesSecret(t, bytes));
    if (taken.length === 0) t.skip("the token takes none of the lengths tried");
    for (const bytes of taken) {
      const secret = patternSecret(bytes);
      await t.provision(secret, parameters);
      t.note(`${bytes} bytes`);
      await checkHotpAt(t, secret, parameters, 1n);
    }
  },
};

const secretLengthsVerified: VerifierCase = {
  id: "rfc4226/5.2/secret-lengths-verified",
  aliases: ["F16"],
  subject: "verifier",
  title: "the verifier takes secrets of every length around the block size",
  requirement: HMAC,
  level: "MUST",
  needs: ["hotp"],
  run: (t) => checkSecretLengths(t, hotpToken(), 2n),
};

/** Cases of this section. */
export const SECRET_CASES: readonly ConformanceCase[] = [secretLengths, secretLengthsVerified];
