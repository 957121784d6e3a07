// Setting the clock: where it stands afterwards, and what becomes of secrets on tokens that promise
// to give no codes of times to come.

import { DeviceError } from "../../../devices/errors.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import { untilPowerFails, wentWell } from "../shared/power.ts";
import { rejects } from "../shared/token-codes.ts";
import { timed, tokenSeconds } from "./own-clock.ts";

const SETS = {
  text: "Sets the token's clock, whole Unix seconds.",
  source: "devices/device.ts, Device.setTime",
} as const;
const FORGETS = {
  text: "Setting the clock takes every secret away first: nobody reads codes of times to come.",
  source: "devices/device.ts, Capabilities.setTimeForgets",
} as const;

const DAY_SECONDS = 86_400;
/** Erasures and writes that setting a clock may take. */
const MOST_WRITES = 4;

const thereAndBack: TokenCase = {
  id: "clock/set/there-and-back",
  subject: "token",
  title: "a clock set ahead and back again shows the codes of each time it is set to",
  requirement: SETS,
  level: "MUST",
  needs: ["totp", "provision", "set-time", "own-clock"],
  async run(t) {
    const { codeAt } = await timed(t);
    const base = 1_800_000_000;
    for (const ahead of [0, DAY_SECONDS, -DAY_SECONDS, 1, 400 * DAY_SECONDS, 0]) {
      const seconds = base + ahead;
      t.equal(`set to ${seconds}`, (await t.totpAt(seconds)).code, codeAt(seconds));
    }
  },
};

const refusedKeepsTime: TokenCase = {
  id: "clock/set/refused-keeps-time",
  subject: "token",
  title: "a time that the token cannot hold is refused and changes nothing",
  requirement: SETS,
  level: "MUST",
  needs: ["totp", "provision", "set-time", "own-clock"],
  async run(t) {
    const { codeAt } = await timed(t);
    const seconds = 1_800_000_001;
    await t.totpAt(seconds);
    const { fromSeconds, toSeconds } = t.device.capabilities.timeRange;
    for (const outside of [toSeconds + 1, fromSeconds - 1]) {
      const setting = t.device.setTime(outside, { signal: t.signal });
      await rejects(t, `set to ${outside}`, setting, "bad-argument");
    }
    t.equal("the code afterwards", (await t.totpNow()).code, codeAt(seconds));
  },
};

const forgets: TokenCase = {
  id: "clock/set/old-secret-gone",
  subject: "token",
  title: "setting the clock leaves no secret on a token that promises so, whichever way it is set",
  requirement: FORGETS,
  level: "MUST",
  needs: ["totp", "provision", "forgets-at-set-time"],
  async run(t) {
    for (const ahead of [365 * DAY_SECONDS, 0, -DAY_SECONDS]) {
      await timed(t);
      const seconds = Math.floor(await tokenSeconds(t)) + ahead;
      await t.device.setTime(seconds, { signal: t.signal });
      const what = `a code after the clock was set by ${ahead} s`;
      await rejects(t, what, t.totpNow(), "refused");
    }
    const now = Math.floor(await tokenSeconds(t));
    const { codeAt } = await timed(t);
    const shown = (await t.totpNow()).code;
    const isRight = [codeAt(now), codeAt(now + 1)].includes(shown);
    t.holds("a secret written afterwards gives the codes of that time", isRight, shown);
  },
};

const forgetsForGood: TokenCase = {
  id: "clock/set/old-secret-gone-for-good",
  subject: "token",
  title: "the secret does not come back with the power, or when the clock is set back",
  requirement: FORGETS,
  level: "MUST",
  needs: ["totp", "provision", "forgets-at-set-time", "rig"],
  async run(t) {
    await timed(t);
    const before = Math.floor(await tokenSeconds(t));
    await t.device.setTime(before + DAY_SECONDS, { signal: t.signal });
    await t.rig?.powerCycle();
    await t.reconnect();
    await rejects(t, "a code after a power cut", t.totpNow(), "refused");
    await t.device.setTime(before, { signal: t.signal });
    await rejects(t, "a code when the clock is back", t.totpNow(), "refused");
  },
};

const forgetsWithoutPower: TokenCase = {
  id: "clock/set/power-fails",
  subject: "token",
  title: "power that fails while the clock is set leaves the old time, or no secret",
  requirement: FORGETS,
  level: "MUST",
  needs: ["totp", "provision", "forgets-at-set-time", "rig"],
  async run(t) {
    for (let afterWrites = 1; afterWrites <= MOST_WRITES; afterWrites++) {
      const { codeAt } = await timed(t);
      const ahead = Math.floor(await tokenSeconds(t)) + 365 * DAY_SECONDS;
      await t.rig?.inject({ kind: "brown-out", afterWrites });
      const isSet = await untilPowerFails(t, (options) =>
        wentWell(t.device.setTime(ahead, options)),
      );
      await t.rig?.powerCycle();
      await t.reconnect();
      const shown = await t.totpNow().catch((error: unknown) => {
        if (error instanceof DeviceError && error.code === "refused") return undefined;
        throw error;
      });
      const now = await tokenSeconds(t);
      const isOld = Math.abs(now - ahead) > DAY_SECONDS && shown?.code === codeAt(now);
      const what = `power fails at write ${afterWrites}: the old time or no secret`;
      t.holds(what, shown === undefined || isOld, shown?.code ?? "no secret");
      if (isSet) break;
    }
  },
};

/** Cases of this section. */
export const SETTING_CASES: readonly ConformanceCase[] = [
  thereAndBack,
  refusedKeepsTime,
  forgets,
  forgetsForGood,
  forgetsWithoutPower,
];
