// RFC 4226 §5.2: HMAC-SHA-1 with secrets of any length.

import type { ConformanceCase, TokenCase, VerifierCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import { ALL_SECRET_BYTES, checkSecretLengths, patternSecret } from "../shared/secret-lengths.ts";
import { takesSecret, tokenHotp } from "../shared/token-codes.ts";
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
      const { code } = await t.hotp({ counter: 1n });
      t.equal(`with ${bytes} bytes`, code, expectedCode(secret, parameters, 1n));
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

/** Zero, control characters, the top bit: what text handling loses. */
const EIGHT_BIT_SECRETS: readonly (readonly [string, Uint8Array])[] = [
  ["bytes 0x80 to 0x93", Uint8Array.from({ length: 20 }, (_, at) => 0x80 + at)],
  ["bytes 0xff down", Uint8Array.from({ length: 20 }, (_, at) => 0xff - at)],
  ["zeros in it", Uint8Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 0 : at))],
  ["line ends in it", Uint8Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 0x0a : 0x0d))],
];

const eightBits: TokenCase = {
  id: "rfc4226/5.2/eight-bit-secrets",
  subject: "token",
  title: "the token takes secrets of any bytes: zeros, control characters, top bits",
  requirement: {
    text: "K: shared secret between client and server; a string of bytes.",
    source: "RFC 4226 §5.1",
  },
  level: "MUST",
  needs: ["hotp-at-counter", "provision"],
  async run(t) {
    const parameters = tokenHotp(t);
    for (const [what, secret] of EIGHT_BIT_SECRETS) {
      await t.provision(secret, parameters);
      const { code } = await t.hotp({ counter: 1n });
      t.equal(what, code, expectedCode(secret, parameters, 1n));
    }
  },
};

/** Cases of this section. */
export const SECRET_CASES: readonly ConformanceCase[] = [
  secretLengths,
  secretLengthsVerified,
  eightBits,
];
