// RFC 4226 §7.2: validation of HOTP values.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, TokenCase, VerifierCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import { rareMovingFactors } from "../../vectors/load.ts";
import { tokenHotp } from "../shared/token-codes.ts";
import { hotpToken } from "../shared/tokens.ts";

const MATCHES = {
  text: "If the value matches, it is validated; the server increments the counter value by one.",
  source: "RFC 4226 §7.2",
} as const;
const NO_MATCH = {
  text: "The server's counter value is only incremented after a successful HOTP authentication.",
  source: "RFC 4226 §7.4",
} as const;
const CLIENT = {
  text: "The HOTP client increments its counter and then calculates the next HOTP value.",
  source: "RFC 4226 §7.2",
} as const;

const advances: VerifierCase = {
  id: "rfc4226/7.2/counter-advances",
  aliases: ["H01"],
  subject: "verifier",
  title: "a right code is accepted once and moves the counter on by one",
  requirement: MATCHES,
  level: "MUST",
  needs: ["hotp", "state"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open();
    const id = await t.enrolled(target, token, 2n);
    for (const counter of [2n, 3n, 4n]) {
      const code = t.code(token, counter);
      t.accepted(`counter ${counter}`, await target.submit(id, code, 0));
      t.refused(`counter ${counter} again`, await target.submit(id, code, 0), "replayed");
      const watermark = (await target.state?.(id))?.watermark;
      if (watermark !== undefined) t.equal("the watermark", watermark, counter);
    }
  },
};

const older: VerifierCase = {
  id: "rfc4226/7.2/older-counter",
  aliases: ["H04"],
  subject: "verifier",
  title: "codes of counters already passed are refused, used or skipped",
  requirement: MATCHES,
  level: "MUST",
  needs: ["hotp", "state"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open();
    const id = await t.enrolled(target, token, 10n);
    t.accepted("counter 15", await target.submit(id, t.code(token, 15n), 0));
    for (const counter of [15n, 14n, 10n, 9n, 8n, 0n]) {
      t.refused(`counter ${counter}`, await target.submit(id, t.code(token, counter), 0));
    }
    t.accepted("counter 16", await target.submit(id, t.code(token, 16n), 0));
  },
};

const wrongCode: VerifierCase = {
  id: "rfc4226/7.2/wrong-code-keeps-counter",
  aliases: ["H03"],
  subject: "verifier",
  title: "wrong codes leave the counter where it is",
  requirement: NO_MATCH,
  level: "MUST",
  needs: ["hotp", "state"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open({ lookAheadWindow: 1, throttleLimit: 20 });
    const id = await t.enrolled(target, token, 2n);
    for (let guess = 0n; guess < 5n; guess++) {
      const wrong = t.code(token, 5000n + guess);
      t.refused(`wrong code ${guess + 1n}`, await target.submit(id, wrong, 0));
    }
    const watermark = (await target.state?.(id))?.watermark;
    if (watermark !== undefined) t.equal("the watermark", watermark, 1n);
    t.accepted("counter 2, with no look-ahead", await target.submit(id, t.code(token, 2n), 0));
  },
};

const sharedCode: VerifierCase = {
  id: "rfc4226/7.2/shared-code",
  aliases: ["H07"],
  subject: "verifier",
  title: "when two counters of the window share a code the lowest is meant",
  requirement: MATCHES,
  level: "SHOULD",
  needs: ["hotp", "watermark"],
  async run(t) {
    const token = hotpToken();
    const counter = rareMovingFactors("next-is-equal")[0] ?? t.skip("no such counter is known");
    const target = await t.open();
    const id = await t.enrolled(target, token, counter);
    t.accepted("the code", await target.submit(id, t.code(token, counter), 0));
    t.equal("the watermark", (await target.state?.(id))?.watermark, counter);
  },
};

const parallel: VerifierCase = {
  id: "rfc4226/7.2/parallel-submissions",
  aliases: ["H08"],
  subject: "verifier",
  title: "of 50 parallel submissions of one counter's code exactly one is accepted",
  requirement: MATCHES,
  level: "MUST",
  needs: ["hotp", "state", "parallel"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open({ throttleLimit: 100, lookAheadWindow: 2, resyncSteps: 20 });
    const id = await t.enrolled(target, token, 5n);
    const code = t.code(token, 5n);
    const answers = await Promise.all(Array.from({ length: 50 }, () => target.submit(id, code, 0)));
    t.equal("accepted", answers.filter(({ accepted }) => accepted).length, 1);
  },
};

const restarted: VerifierCase = {
  id: "rfc4226/7.2/restart",
  aliases: ["R14"],
  subject: "verifier",
  title: "the counter survives a restart",
  requirement: MATCHES,
  level: "MUST",
  needs: ["hotp", "state", "restart"],
  async run(t) {
    const token = hotpToken();
    const target = await t.open();
    const id = await t.enrolled(target, token, 2n);
    t.accepted("counter 2", await target.submit(id, t.code(token, 2n), 0));
    await target.restart?.();
    t.refused("counter 2 after it", await target.submit(id, t.code(token, 2n), 0), "replayed");
    t.accepted("counter 3", await target.submit(id, t.code(token, 3n), 0));
  },
};

const tokenIncrements: TokenCase = {
  id: "rfc4226/7.2/token-increments",
  subject: "token",
  title: "the token's counter moves on by one with each code, and by nothing else",
  requirement: CLIENT,
  level: "MUST",
  needs: ["hotp-own-counter", "provision"],
  async run(t) {
    const secret = rfc4226Secret();
    const parameters = tokenHotp(t);
    const { hotp, button } = t.device.capabilities;
    await t.provision(secret, parameters, { counter: 3n });
    for (const counter of [3n, 4n, 5n]) {
      const { code } = await t.hotp();
      t.equal(`counter ${counter}`, code, expectedCode(secret, parameters, counter));
      // Where a code takes a press, the press itself moves the counter on.
      if (hotp?.atCounter && !button) await t.hotp({ counter: 100n });
      if (t.device.capabilities.list) await t.device.list({ signal: t.signal });
    }
  },
};

const survivesPowerOff: TokenCase = {
  id: "rfc4226/7.2/counter-survives-power-off",
  subject: "token",
  title: "the token's counter goes on after the power was off: no code comes twice",
  requirement: CLIENT,
  level: "MUST",
  needs: ["hotp-own-counter", "provision", "rig"],
  async run(t) {
    const secret = rfc4226Secret();
    const parameters = tokenHotp(t);
    await t.provision(secret, parameters);
    for (const counter of [0n, 1n, 2n]) {
      const { code } = await t.hotp();
      t.equal(`counter ${counter}`, code, expectedCode(secret, parameters, counter));
      await t.rig?.powerCycle();
      await t.reconnect();
    }
  },
};

/** Cases of this section. */
export const VALIDATION_CASES: readonly ConformanceCase[] = [
  advances,
  older,
  wrongCode,
  sharedCode,
  parallel,
  restarted,
  tokenIncrements,
  survivesPowerOff,
];
