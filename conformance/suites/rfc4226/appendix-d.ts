// RFC 4226 Appendix D: the table of HOTP values, on tokens and verifiers.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, TokenCase, VerifierCase } from "../../case.ts";
import { hotpRows } from "../../vectors/load.ts";
import { lastDigits, tokenHotp } from "../shared/token-codes.ts";
import { hotpToken } from "../shared/tokens.ts";

const APPENDIX = {
  text: "The following test data uses the ASCII string … for the secret: count, truncated, HOTP.",
  source: "RFC 4226 Appendix D",
} as const;

const atCounter: TokenCase = {
  id: "rfc4226/appendix-d/counter-named-by-host",
  aliases: ["F03"],
  subject: "token",
  title: "the token gives the table's codes for the counters the host names",
  requirement: APPENDIX,
  level: "MUST",
  needs: ["hotp-at-counter", "provision"],
  async run(t) {
    const parameters = tokenHotp(t);
    await t.provision(rfc4226Secret(), parameters);
    for (const { counter, truncated } of hotpRows("appendix")) {
      const { code } = await t.hotp({ counter });
      t.equal(`counter ${counter}`, code, lastDigits(truncated, parameters.digits));
    }
  },
};

const ownCounter: TokenCase = {
  id: "rfc4226/appendix-d/own-counter",
  aliases: ["F03"],
  subject: "token",
  title: "the token gives the table's codes in order, counting by itself",
  requirement: APPENDIX,
  level: "MUST",
  needs: ["hotp-own-counter", "provision"],
  async run(t) {
    const parameters = tokenHotp(t);
    await t.provision(rfc4226Secret(), parameters);
    for (const { counter, truncated } of hotpRows("appendix")) {
      const { code } = await t.hotp();
      t.equal(`code ${counter + 1n}`, code, lastDigits(truncated, parameters.digits));
    }
  },
};

const verified: VerifierCase = {
  id: "rfc4226/appendix-d/verified",
  aliases: ["F03"],
  subject: "verifier",
  title: "the verifier accepts the table's codes in order",
  requirement: APPENDIX,
  level: "MUST",
  needs: ["hotp"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open();
    const id = await target.create(token);
    const codes = hotpRows("appendix").map(({ truncated }) => lastDigits(truncated, 6));
    const first = t.hasEnrollment ? 2 : 0;
    if (t.hasEnrollment) {
      t.accepted("the first two", await target.enroll(id, codes.slice(0, 2), 0));
    }
    for (const [at, code] of codes.slice(first).entries()) {
      t.accepted(`counter ${at + first}`, await target.submit(id, code, 0));
    }
  },
};

/** Cases of this appendix. */
export const APPENDIX_D_CASES: readonly ConformanceCase[] = [atCounter, ownCounter, verified];
