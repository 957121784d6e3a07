// Days on which calendars in firmware go wrong. The clock is set just before midnight and goes over
// it by itself: two seconds on either side, in real time where there is no rig.

import type { ConformanceCase, TokenCase } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import { isInTimeRange } from "../shared/token-codes.ts";
import { timed } from "./own-clock.ts";

const REQUIREMENT = {
  text: "R1: The prover MUST know or be able to derive the current Unix time.",
  source: "RFC 6238 §3",
} as const;
const BEYOND_2038 = {
  text: "MUST support a time value T larger than a 32-bit integer when it is beyond the year 2038.",
  source: "RFC 6238 §4.2",
} as const;

/** On either side of midnight, seconds. */
const ASIDE_SECONDS = 2;
const CROSSING_SECONDS: number = 2 * ASIDE_SECONDS;

/** A moment at which something in a calendar turns. */
interface Turn {
  readonly what: string;
  /** The first second after it. */
  readonly seconds: number;
}

/** The midnight with which a day begins, UTC. */
function midnight(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / 1000;
}

async function checkTurns(t: TokenContext, turns: readonly Turn[]): Promise<void> {
  const { codeAt } = await timed(t);
  let crossed = 0;
  for (const { what, seconds } of turns) {
    const [before, after] = [seconds - ASIDE_SECONDS, seconds + ASIDE_SECONDS];
    if (!isInTimeRange(t, before) || !isInTimeRange(t, after)) continue;
    t.equal(`${what}: 2 s before`, (await t.totpAt(before)).code, codeAt(before));
    await t.wait(CROSSING_SECONDS, `${what}, 2 s after it`);
    t.equal(`${what}: 2 s after`, (await t.totpNow()).code, codeAt(after));
    if (t.device.capabilities.readTime) {
      const told = await t.device.readTime({ signal: t.signal });
      const isNear = Math.abs(told - after) <= 1;
      t.holds(`${what}: the time it tells, from ${after - 1} to ${after + 1}`, isNear, told);
    }
    crossed++;
  }
  if (crossed === 0) t.skip("the token's clock does not reach that time");
}

function turning(
  what: string,
  title: string,
  turns: readonly Turn[],
  requirement: TokenCase["requirement"] = REQUIREMENT,
): TokenCase {
  return {
    id: `clock/calendar/${what}`,
    subject: "token",
    title,
    requirement,
    level: "MUST",
    needs: ["totp", "provision", "own-clock"],
    waitsSeconds: turns.length * CROSSING_SECONDS,
    run: (t) => checkTurns(t, turns),
  };
}

const MONTHS: readonly Turn[] = Array.from({ length: 11 }, (_, at) => ({
  what: `2027-${String(at + 2).padStart(2, "0")}-01`,
  seconds: midnight(2027, at + 2, 1),
}));

const YEARS: readonly Turn[] = [2027, 2028, 2029, 2037, 2050, 2099].map((year) => ({
  what: `the year ${year}`,
  seconds: midnight(year, 1, 1),
}));

/** Cases of this section. */
export const CALENDAR_CASES: readonly ConformanceCase[] = [
  turning("month-ends", "the end of no month loses or adds a day", MONTHS),
  turning("year-ends", "the end of no year loses or adds a day", YEARS),
  turning("leap-day", "a leap year has its 29th of February", [
    { what: "2028-02-29", seconds: midnight(2028, 2, 29) },
    { what: "the day after 2028-02-29", seconds: midnight(2028, 3, 1) },
  ]),
  turning("no-leap-day", "the years 2027 and 2100 have no 29th of February", [
    { what: "2027-03-01", seconds: midnight(2027, 3, 1) },
    { what: "2100-03-01", seconds: midnight(2100, 3, 1) },
  ]),
  turning(
    "century",
    "the year 2100 follows 2099",
    [{ what: "the year 2100", seconds: midnight(2100, 1, 1) }],
    BEYOND_2038,
  ),
  turning(
    "year-2038",
    "time goes on when 31 bits of seconds are full, in January 2038",
    [{ what: "2^31 seconds", seconds: 2 ** 31 }],
    BEYOND_2038,
  ),
  turning(
    "year-2106",
    "time goes on when 32 bits of seconds are full, in February 2106",
    [{ what: "2^32 seconds", seconds: 2 ** 32 }],
    BEYOND_2038,
  ),
];
