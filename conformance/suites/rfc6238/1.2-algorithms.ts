// RFC 6238 §1.2: HMAC-SHA-256 and HMAC-SHA-512 beside HMAC-SHA-1.

import { type HashAlgorithm, hotpParameters } from "../../../core/oath/parameters.ts";
import type { ConformanceCase, TokenCase, VerifierCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import { ALL_SECRET_BYTES, checkSecretLengths, patternSecret } from "../shared/secret-lengths.ts";
import { takesSecret, tokenTotp } from "../shared/token-codes.ts";
import { START_STEP, totpToken } from "../shared/tokens.ts";

const MORE_HASHES = {
  text: "TOTP implementations MAY use HMAC-SHA-256 or HMAC-SHA-512 functions.",
  source: "RFC 6238 §1.2",
} as const;

const LONGER: readonly HashAlgorithm[] = ["SHA256", "SHA512"];

const offered: TokenCase = {
  id: "rfc6238/1.2/sha256-and-sha512",
  subject: "token",
  title: "the token has SHA-256 and SHA-512 too",
  requirement: MORE_HASHES,
  level: "MAY",
  needs: ["totp"],
  async run(t) {
    const has = t.device.capabilities.totp?.algorithms ?? [];
    for (const algorithm of LONGER) t.holds(algorithm, has.includes(algorithm), has);
  },
};

const onTokens: readonly TokenCase[] = LONGER.map((algorithm) => ({
  id: `rfc6238/1.2/${algorithm.toLowerCase()}-secret-lengths`,
  aliases: ["F16"],
  subject: "token",
  title: `the token makes ${algorithm} codes from secrets of every length around the block size`,
  requirement: {
    text: "Keys longer than the hash's block are hashed first, shorter ones padded.",
    source: "RFC 2104 §2",
  },
  level: "MUST",
  needs: ["totp", "provision", algorithm === "SHA256" ? "sha256" : "sha512"],
  run: async (t) => {
    const parameters = tokenTotp(t, { algorithm });
    const seconds = Math.floor(t.clock.nowUs() / 1e6);
    const timeStep = BigInt(Math.floor(seconds / parameters.stepSeconds));
    const hotp = hotpParameters({ algorithm, digits: parameters.digits });
    for (const bytes of ALL_SECRET_BYTES.filter((bytes) => takesSecret(t, bytes))) {
      const secret = patternSecret(bytes);
      await t.provision(secret, parameters);
      const { code } = await t.totpAt(seconds);
      t.equal(`with ${bytes} bytes`, code, expectedCode(secret, hotp, timeStep));
    }
  },
}));

const onVerifiers: readonly VerifierCase[] = LONGER.map((algorithm) => ({
  id: `rfc6238/1.2/${algorithm.toLowerCase()}-secret-lengths-verified`,
  aliases: ["F16"],
  subject: "verifier",
  title: `the verifier takes ${algorithm} secrets of every length around the block size`,
  requirement: {
    text: "Keys longer than the hash's block are hashed first, shorter ones padded.",
    source: "RFC 2104 §2",
  },
  level: "MUST",
  needs: [algorithm === "SHA256" ? "sha256" : "sha512"],
  run: (t) => checkSecretLengths(t, totpToken({ algorithm }), START_STEP),
}));

/** Cases of this section. */
export const ALGORITHM_CASES: readonly ConformanceCase[] = [offered, ...onTokens, ...onVerifiers];
