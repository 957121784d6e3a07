// Many operations, one after another, in an order that the random seed gives.

import type { Capabilities } from "../../../devices/device.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import { patternSecret, randomSecret } from "../shared/secret-lengths.ts";
import { tokenHotp, tokenTotp } from "../shared/token-codes.ts";
import { heapBytes } from "./memory.ts";
import { ModelledToken } from "./model.ts";

const NOTHING_ELSE = {
  text: "No operation changes what it was not asked to: reading a TOTP code changes nothing.",
  source: "devices/device.ts, rules that every driver keeps",
} as const;
const COUNTS = {
  text: "The HOTP client increments its counter and then calculates the next HOTP value.",
  source: "RFC 4226 §7.2",
} as const;
const REPLACES = {
  text: "Writes a credential; one of the same name is replaced, whole or not at all.",
  source: "devices/device.ts, Device.provision",
} as const;

const FEW = 150;
/** Where an operation is a call, and where it is a round trip. */
const MANY = { calls: 100_000, roundTrips: 1000 } as const;
/** Rewrites, codes and power cuts of the other cases. */
const SOME = 500;
const CUTS = 100;
/** Growth of the heap that is no leak: caches that fill, logs that are bounded. */
const MOST_GROWTH_BYTES = 16 * 1024 * 1024;

const mixed: TokenCase = {
  id: "endurance/operations/few",
  subject: "token",
  title: "after 150 reads, writes, removals and settings in any order it holds what it must",
  requirement: NOTHING_ELSE,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const token = new ModelledToken(t);
    await token.operate(FEW);
    await token.compareAll();
  },
};

/** As many operations as the token, by what it says that one costs, does in seconds. */
export function manyOf({ inProcess }: Capabilities): number {
  return inProcess === true ? MANY.calls : MANY.roundTrips;
}

const many: TokenCase = {
  id: "endurance/operations/many",
  subject: "token",
  title:
    "100,000 operations where one is a call, 1,000 elsewhere, leave what must be, and no waste",
  requirement: NOTHING_ELSE,
  level: "MUST",
  isLong: true,
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const token = new ModelledToken(t);
    const count = manyOf(t.device.capabilities);
    await token.operate(Math.ceil(count / 10));
    await token.compareAll();
    const before = heapBytes();
    await token.operate(count - token.done);
    await token.compareAll();
    if (token.isLost) return;
    const grown = heapBytes() - before;
    t.note(`${token.done} operations`);
    const what = `the heap grows by less than ${MOST_GROWTH_BYTES} bytes meanwhile`;
    t.holds(what, grown < MOST_GROWTH_BYTES, grown);
  },
};

const oneName: TokenCase = {
  id: "endurance/writes/one-name",
  subject: "token",
  title: "a credential written 500 times under its name is there once, with the last secret",
  requirement: REPLACES,
  level: "MUST",
  isLong: true,
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const parameters = tokenTotp(t);
    for (let at = 0; at < SOME; at++) await t.provision(randomSecret(t.random), parameters);
    const last = patternSecret(20);
    await t.provision(last, parameters);
    const seconds = 1_800_000_015;
    const { code } = await t.totpAt(seconds);
    const timeStep = BigInt(Math.floor(seconds / parameters.stepSeconds));
    t.equal("the last one's code", code, expectedCode(last, parameters, timeStep));
    if (!t.device.capabilities.list || !t.device.capabilities.provision?.names) return;
    t.equal("credentials", (await t.device.list({ signal: t.signal })).length, 1);
  },
};

const inSequence: TokenCase = {
  id: "endurance/counters/in-sequence",
  subject: "token",
  title: "500 event-based codes come in their order, none left out",
  requirement: COUNTS,
  level: "MUST",
  isLong: true,
  needs: ["hotp-own-counter", "provision", "rig"],
  async run(t) {
    const [secret, parameters] = [patternSecret(20), tokenHotp(t)];
    await t.provision(secret, parameters);
    let wrong = 0;
    for (let counter = 0n; counter < BigInt(SOME) && wrong < 3; counter++) {
      const { code } = await t.hotp();
      if (code === expectedCode(secret, parameters, counter)) continue;
      wrong++;
      t.equal(`code ${counter}`, code, expectedCode(secret, parameters, counter));
    }
    t.equal("codes out of order", wrong, 0);
  },
};

const cuts: TokenCase = {
  id: "endurance/power/hundred-cuts",
  subject: "token",
  title: "a hundred power cuts between operations lose nothing",
  requirement: NOTHING_ELSE,
  level: "MUST",
  isLong: true,
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const token = new ModelledToken(t);
    for (let cut = 0; cut < CUTS && !token.isLost; cut++) {
      await token.operate(3);
      await t.rig?.powerCycle();
      await t.reconnect();
    }
    await token.compareAll();
  },
};

/** Cases of this section. */
export const OPERATION_CASES: readonly ConformanceCase[] = [mixed, many, oneName, inSequence, cuts];
