// Power: what the clock is after it was away.

import { SECOND_US } from "../../../core/time/clock.ts";
import { DeviceError } from "../../../devices/errors.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import { allowedSeconds, checkShown, spanSince, timed, tokenSeconds } from "./own-clock.ts";

const GOES_ON = {
  text: "Power off and on again; the clock goes on if the token has a battery-backed one.",
  source: "devices/rig.ts, Rig.powerCycle",
} as const;
const KNOWS_TIME = {
  text: "R1: The prover MUST know or be able to derive the current Unix time.",
  source: "RFC 6238 §3",
} as const;

const CYCLES = 10;

/** Switches the token off for `bySeconds`, on again, and opens it. */
async function switchOff(t: TokenContext, bySeconds: number): Promise<void> {
  await t.rig?.powerCycle(bySeconds * SECOND_US);
  await t.reconnect();
}

/** Whether the token asks for its time before it shows a code: it knows that it lost it. */
async function asksForTime(t: TokenContext): Promise<boolean> {
  try {
    await t.totpNow();
    return false;
  } catch (error) {
    if (error instanceof DeviceError && error.code === "refused") return true;
    throw error;
  }
}

/** Ends the case where it does: `clock/power/holds-time` says so. */
async function skipIfItAsks(t: TokenContext): Promise<void> {
  if (await asksForTime(t))
    t.skip("the token shows no code after a power cut until its time is set");
}

const holdsTime: TokenCase = {
  id: "clock/power/holds-time",
  subject: "token",
  title: "the clock goes on while the power is off, for a second, an hour and a week",
  requirement: GOES_ON,
  level: "SHOULD",
  needs: ["totp", "provision", "own-clock", "rig"],
  async run(t) {
    const credential = await timed(t);
    const span = spanSince(t, await tokenSeconds(t));
    for (const offSeconds of [1, 3600, 7 * 86_400]) {
      await switchOff(t, offSeconds);
      await checkShown(t, `after ${offSeconds} s without power`, credential, span());
    }
  },
};

const manyCuts: TokenCase = {
  id: "clock/power/many-cuts",
  subject: "token",
  title: "power cuts of a second, again and again, neither lose time nor add any",
  requirement: GOES_ON,
  level: "SHOULD",
  needs: ["totp", "provision", "own-clock", "rig"],
  async run(t) {
    const { stepSeconds, codeAt } = await timed(t);
    for (let cut = 0; cut < CYCLES; cut++) {
      await switchOff(t, 1);
      if (cut === 0) await skipIfItAsks(t);
    }
    const truth = t.clock.nowUs() / SECOND_US;
    const edge = (Math.floor(truth / stepSeconds) + 1) * stepSeconds;
    const allowed = allowedSeconds(t, edge - truth + CYCLES);
    await t.wait(edge - truth - allowed);
    t.equal(`before the edge`, (await t.totpNow()).code, codeAt(edge - 1));
    await t.wait(2 * allowed);
    t.equal(`after it`, (await t.totpNow()).code, codeAt(edge));
  },
};

const neverWrong: TokenCase = {
  id: "clock/power/never-a-wrong-time",
  subject: "token",
  title: "after a power cut the token shows the code of now, or none until its time is set",
  requirement: KNOWS_TIME,
  level: "MUST",
  needs: ["totp", "provision", "own-clock", "rig"],
  async run(t) {
    const credential = await timed(t);
    const span = spanSince(t, await tokenSeconds(t));
    await switchOff(t, 600);
    if (await asksForTime(t)) return t.holds("it asks for its time first", true);
    await checkShown(t, "after ten minutes without power", credential, span());
  },
};

const setTimeSurvives: TokenCase = {
  id: "clock/power/time-that-was-set",
  subject: "token",
  title: "a time that was set outlasts a power cut",
  requirement: GOES_ON,
  level: "SHOULD",
  needs: ["totp", "provision", "set-time", "own-clock", "rig"],
  async run(t) {
    const credential = await timed(t);
    const set = 1_900_000_005;
    await t.totpAt(set);
    const span = spanSince(t, set);
    await switchOff(t, 60);
    await skipIfItAsks(t);
    await checkShown(t, "after a minute without power", credential, span());
  },
};

/** Cases of this section. */
export const POWER_CASES: readonly ConformanceCase[] = [
  holdsTime,
  manyCuts,
  neverWrong,
  setTimeSurvives,
];
