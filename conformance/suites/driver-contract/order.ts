// Operations run one after another, and none changes what it was not asked to.

import { SECOND_US } from "../../../core/time/clock.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import { counted, RULES_SOURCE, restoreTime, timed } from "./reading.ts";

const IN_ORDER = {
  text: "Operations on one device run one after another, in the order they were called.",
  source: RULES_SOURCE,
} as const;
const NO_SIDE_EFFECTS = {
  text: "No operation changes what it was not asked to: reading a TOTP code changes nothing.",
  source: RULES_SOURCE,
} as const;

const countersInOrder: TokenCase = {
  id: "driver-contract/order/parallel-reads",
  subject: "token",
  title: "codes asked for at once come in the order they were asked for",
  requirement: IN_ORDER,
  level: "MUST",
  needs: ["hotp-own-counter", "provision"],
  async run(t) {
    if (t.device.capabilities.button) t.skip("each code of this token takes a press of its own");
    const { credential, codeOf } = await counted(t);
    const readings = await Promise.all(
      Array.from({ length: 5 }, () => t.device.readHotp({ credential, signal: t.signal })),
    );
    const expected = readings.map((_, at) => codeOf(BigInt(at)));
    t.equal(
      "the codes",
      readings.map(({ code }) => code),
      expected,
    );
  },
};

const mixedInOrder: TokenCase = {
  id: "driver-contract/order/set-and-read",
  subject: "token",
  title: "times set and read at once come in the order they were asked for",
  requirement: IN_ORDER,
  level: "MUST",
  needs: ["set-time", "read-time"],
  async run(t) {
    const options = { signal: t.signal };
    const [first, second] = [1_700_000_000, 1_800_000_000];
    const { device } = t;
    const [, one, , two] = await Promise.all([
      device.setTime(first, options),
      device.readTime(options),
      device.setTime(second, options),
      device.readTime(options),
    ]);
    await restoreTime(t);
    t.holds("the first time", one - first >= 0 && one - first <= 2, one);
    t.holds("the second time", two - second >= 0 && two - second <= 2, two);
  },
};

const readingChangesNothing: TokenCase = {
  id: "driver-contract/order/reading-changes-nothing",
  subject: "token",
  title: "reading time-based codes moves neither the clock nor the credentials",
  requirement: NO_SIDE_EFFECTS,
  level: "MUST",
  needs: ["totp", "provision", "own-clock"],
  async run(t) {
    const { code, read } = await timed(t);
    const { list, readTime } = t.device.capabilities;
    const state = async () => ({
      credentials: list ? await t.device.list({ signal: t.signal }) : [],
      seconds: readTime ? await t.device.readTime({ signal: t.signal }) : 0,
    });
    const before = await state();
    for (let reading = 1; reading <= 5; reading++) {
      t.equal(`reading ${reading}`, (await read()).code, code);
    }
    const after = await state();
    t.equal("the credentials", after.credentials, before.credentials);
    const passed = after.seconds - before.seconds;
    t.holds(
      "its clock stands where it stood, or seconds later",
      passed >= 0 && passed < 10,
      passed,
    );
  },
};

const readingsAgree: TokenCase = {
  id: "driver-contract/order/what-comes-with-a-code",
  subject: "token",
  title: "the time and moving factor that a token tells with a code are those of the code",
  requirement: {
    text: "CodeReading: the token's time in whole Unix seconds, the moving factor, if it tells.",
    source: "devices/device.ts, CodeReading",
  },
  level: "MUST",
  needs: ["totp", "provision"],
  async run(t) {
    const { parameters, code, read } = await timed(t);
    const { stepSeconds, t0 } = parameters;
    const reading = await read();
    t.equal("the code", reading.code, code);
    const { tokenSeconds, movingFactor } = reading;
    if (tokenSeconds !== undefined) {
      t.holds("whole seconds", Number.isInteger(tokenSeconds), tokenSeconds);
    }
    if (tokenSeconds === undefined || movingFactor === undefined) return;
    const step = BigInt(Math.floor((tokenSeconds - t0) / stepSeconds));
    t.equal("the moving factor, by the time told", movingFactor, step);
  },
};

const clockRuns: TokenCase = {
  id: "driver-contract/order/clock-runs",
  subject: "token",
  title: "the token's clock runs with true time, and no faster for being read",
  requirement: NO_SIDE_EFFECTS,
  level: "MUST",
  needs: ["set-time", "read-time", "own-clock", "rig"],
  async run(t) {
    const start = Math.floor(t.clock.nowUs() / SECOND_US);
    await t.device.setTime(start, { signal: t.signal });
    for (let read = 0; read < 10; read++) await t.device.readTime({ signal: t.signal });
    await t.wait(3600);
    const passed = (await t.device.readTime({ signal: t.signal })) - start;
    t.holds("an hour passed, give or take 2 s", Math.abs(passed - 3600) <= 2, passed);
  },
};

/** Cases of this section. */
export const ORDER_CASES: readonly ConformanceCase[] = [
  countersInOrder,
  mixedInOrder,
  readingChangesNothing,
  readingsAgree,
  clockRuns,
];
