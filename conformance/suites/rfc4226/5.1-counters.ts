// RFC 4226 §5.1 and §5.2: the counter has eight bytes, high-order byte first.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, TokenCase, VerifierCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import { hotpRows } from "../../vectors/load.ts";
import { lastDigits, rejects, tokenHotp } from "../shared/token-codes.ts";
import { hotpToken } from "../shared/tokens.ts";

const EIGHT_BYTES = {
  text: "C: 8-byte counter value, the moving factor.",
  source: "RFC 4226 §5.1",
} as const;
const LAST_COUNTER: bigint = 2n ** 64n - 1n;

const bigCounters: TokenCase = {
  id: "rfc4226/5.1/eight-byte-counter",
  aliases: ["F12"],
  subject: "token",
  title: "the token gives the codes of counters around 2^31, 2^32, 2^53, 2^63 and 2^64",
  requirement: EIGHT_BYTES,
  level: "MUST",
  needs: ["hotp-at-counter", "provision"],
  async run(t) {
    const highest = t.device.capabilities.hotp?.highestCounter ?? 0n;
    const parameters = tokenHotp(t);
    await t.provision(rfc4226Secret(), parameters);
    const rows = hotpRows("computed").filter(({ counter }) => counter <= highest);
    if (rows.length === 0) t.skip(`the token's counters end at ${highest}`);
    for (const { counter, truncated } of rows) {
      const { code } = await t.hotp({ counter });
      t.equal(`counter ${counter}`, code, lastDigits(truncated, parameters.digits));
    }
  },
};

const bigOwnCounter: TokenCase = {
  id: "rfc4226/5.1/own-eight-byte-counter",
  aliases: ["F12"],
  subject: "token",
  title: "the token's own counter goes on past 2^31, 2^32 and 2^53",
  requirement: EIGHT_BYTES,
  level: "MUST",
  needs: ["hotp-own-counter", "provision"],
  async run(t) {
    const highest = t.device.capabilities.hotp?.highestCounter ?? 0n;
    const secret = rfc4226Secret();
    const parameters = tokenHotp(t);
    const edges = [2n ** 31n, 2n ** 32n, 2n ** 53n].filter((edge) => edge < highest);
    if (edges.length === 0) t.skip(`the token's counters end at ${highest}`);
    for (const edge of edges) {
      await t.provision(secret, parameters, { counter: edge - 1n });
      for (const counter of [edge - 1n, edge, edge + 1n]) {
        const { code } = await t.hotp();
        t.equal(`counter ${counter}`, code, expectedCode(secret, parameters, counter));
      }
    }
  },
};

const exhausted: TokenCase = {
  id: "rfc4226/5.1/last-counter",
  aliases: ["H06"],
  subject: "token",
  title: "after counter 2^64 - 1 the token gives no code, and never that of 0 again",
  requirement: EIGHT_BYTES,
  level: "SHOULD",
  needs: ["hotp-own-counter", "provision"],
  async run(t) {
    const secret = rfc4226Secret();
    const parameters = tokenHotp(t);
    await t.provision(secret, parameters, { counter: LAST_COUNTER });
    const { code } = await t.hotp();
    t.equal("the last code", code, expectedCode(secret, parameters, LAST_COUNTER));
    await rejects(t, "one more", t.hotp(), "refused");
  },
};

const bigCountersVerified: VerifierCase = {
  id: "rfc4226/5.1/eight-byte-counter-verified",
  aliases: ["F12"],
  subject: "verifier",
  title: "the verifier accepts the codes of counters around 2^31, 2^32, 2^53 and 2^63",
  requirement: EIGHT_BYTES,
  level: "MUST",
  needs: ["hotp"],
  async run(t) {
    const token = hotpToken();
    for (const { counter, truncated } of hotpRows("computed")) {
      const target = await t.open({ resyncSteps: 10 });
      const id = await t.enrolled(target, token, counter);
      const code = lastDigits(truncated, 6);
      t.accepted(`counter ${counter}`, await target.submit(id, code, 0));
      t.refused(`counter ${counter} again`, await target.submit(id, code, 0));
      const watermark = (await target.state?.(id))?.watermark;
      if (watermark !== undefined) t.equal("the watermark", watermark, counter);
    }
  },
};

const noWrap: VerifierCase = {
  id: "rfc4226/5.1/no-wrap",
  aliases: ["H06"],
  subject: "verifier",
  title: "after counter 2^64 - 1 the verifier does not begin again at 0",
  requirement: EIGHT_BYTES,
  level: "MUST",
  needs: ["hotp", "state"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open();
    const id = await t.enrolled(target, token, LAST_COUNTER - 1n);
    for (const counter of [0n, 1n]) {
      const early = await target.submit(id, t.code(token, counter), 0);
      t.refused(`counter ${counter} by looking ahead over the end`, early);
    }
    t.accepted("the last", await target.submit(id, t.code(token, LAST_COUNTER), 0));
    for (const counter of [0n, 1n, LAST_COUNTER]) {
      t.refused(`counter ${counter}`, await target.submit(id, t.code(token, counter), 0));
    }
  },
};

const byteOrder: TokenCase = {
  id: "rfc4226/5.2/big-endian",
  subject: "token",
  title: "the counter is hashed high-order byte first",
  requirement: {
    text: "The Key, the Counter, and Data values are hashed high-order byte first.",
    source: "RFC 4226 §5.2",
  },
  level: "MUST",
  needs: ["hotp-at-counter", "provision"],
  async run(t) {
    const highest = t.device.capabilities.hotp?.highestCounter ?? 0n;
    const secret = rfc4226Secret();
    const parameters = tokenHotp(t);
    await t.provision(secret, parameters);
    const counter =
      [0x0102_0304_0506_0708n, 0x0102_0304n, 0x0102n].find((one) => one <= highest) ??
      t.skip(`the token's counters end at ${highest}`);
    const { code } = await t.hotp({ counter });
    t.equal(`counter 0x${counter.toString(16)}`, code, expectedCode(secret, parameters, counter));
  },
};

/** Cases of these sections. */
export const COUNTER_CASES: readonly ConformanceCase[] = [
  bigCounters,
  bigOwnCounter,
  exhausted,
  bigCountersVerified,
  noWrap,
  byteOrder,
];
