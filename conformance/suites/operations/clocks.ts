// Clocks: people who type late, a server whose own clock jumps, zones and leap seconds, and a clock
// that tests can set.

import { SECOND_US } from "../../../core/time/clock.ts";
import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { atSeconds, atStep, enrolledToken, START_STEP, totpToken } from "../shared/tokens.ts";

const RECORD = {
  text: "The validation server can record the detected clock drift for the token in time steps.",
  source: "RFC 6238 §6",
} as const;
const UNIX_TIME = {
  text: "R1: The prover and verifier MUST know or be able to derive the current Unix time.",
  source: "RFC 6238 §3",
} as const;
const DAY = 2880n;

const lateTypist: VerifierCase = {
  id: "operations/clocks/late-typist",
  aliases: ["D06"],
  subject: "verifier",
  title:
    "a perfect token whose codes come up to 45 s late is known within half a step, and not locked",
  requirement: RECORD,
  level: "SHOULD",
  needs: ["state", "drift-report"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, { preset: "default" });
    let atUs = 0;
    for (let day = 1n; day <= 200n; day++) {
      const shownUs = atStep(token, START_STEP + day * DAY, t.random.integer(0, 29));
      atUs = shownUs + t.random.integer(0, 45) * SECOND_US;
      const step = BigInt(Math.floor(shownUs / SECOND_US / 30));
      await target.submit(id, t.code(token, step), atUs);
    }
    const { low = Number.NaN, high = Number.NaN } =
      (await target.driftReport?.(id, atUs))?.offsetSeconds ?? {};
    const middle = (low + high) / 2;
    t.holds("offset within half a step of 0", Math.abs(middle) <= 15, middle);
    const step = START_STEP + 201n * DAY;
    t.accepted("not locked", await target.submit(id, t.code(token, step), atStep(token, step, 5)));
  },
};

const hostJump: VerifierCase = {
  id: "operations/clocks/host-jump",
  aliases: ["D13"],
  subject: "verifier",
  title: "a server whose clock is an hour ahead for ten minutes blames itself, and moves no token",
  requirement: RECORD,
  level: "SHOULD",
  needs: ["state", "offset", "host-fault"],
  async run(t) {
    const target = await t.open();
    const secrets = [1, 2, 3, 4].map((first) => new Uint8Array(20).fill(7).fill(first, 0, 1));
    const tokens = secrets.map((secret) => ({ ...totpToken(), secret }));
    const ids: string[] = [];
    for (const token of tokens) ids.push(await t.enrolled(target, token, START_STEP));
    const hourUs = 3600 * SECOND_US;
    for (const [at, token] of tokens.entries()) {
      const step = START_STEP + 20n + BigInt(at);
      const ahead = atStep(token, step, 5) + hourUs;
      t.refused(
        "while it is ahead",
        await target.submit(ids[at] ?? "", t.code(token, step), ahead),
      );
    }
    const fault = (await target.hostFault?.()) ?? 0;
    t.holds("its own clock, an hour off", Math.abs(Math.abs(fault) - 3600) <= 90, fault);
    for (const [at, token] of tokens.entries()) {
      const id = ids[at] ?? "";
      const step = START_STEP + 60n;
      t.accepted("set right", await target.submit(id, t.code(token, step), atStep(token, step, 5)));
      t.equal("recorded drift", (await target.state?.(id))?.offsetSteps, 0);
    }
  },
};

const calendars: VerifierCase = {
  id: "operations/clocks/calendars",
  aliases: ["T12"],
  subject: "verifier",
  title: "summer time, the year's end and leap seconds change no step",
  requirement: UNIX_TIME,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const token = totpToken();
    // Europe and America change to summer time and back; a leap second; the date line's year end.
    const moments = ["2026-03-29T01:00Z", "2026-10-25T01:00Z", "2026-03-08T07:00Z"];
    for (const text of [...moments, "2017-01-01T00:00Z", "2027-01-01T00:00Z"]) {
      const seconds = Date.parse(text) / 1000;
      const step = BigInt(seconds / 30);
      const target = await t.open({ window: { past: 0, future: 0 } });
      const id = await t.enrolled(target, token, step - 1n);
      for (const [bySeconds, expected] of [
        [-1, step - 1n],
        [0, step],
        [3600, step + 120n],
      ] as const) {
        const answer = await target.submit(
          id,
          t.code(token, expected),
          atSeconds(seconds + bySeconds),
        );
        t.accepted(`${text} ${bySeconds} s`, answer);
      }
    }
  },
};

const setClock: VerifierCase = {
  id: "operations/clocks/set-by-tests",
  aliases: ["T14"],
  subject: "verifier",
  title:
    "a clock that tests set stands, is offset, runs fast and jumps, and codes are judged by it",
  requirement: UNIX_TIME,
  level: "MAY",
  needs: ["state"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, { window: { past: 0, future: 0 } });
    const login = async (what: string, atUs: number): Promise<void> => {
      const step = BigInt(Math.floor(atUs / SECOND_US / 30));
      t.accepted(what, await target.submit(id, t.code(token, step), atUs));
    };
    const startUs = atStep(token, START_STEP + 10n, 7);
    await login("frozen", startUs);
    const standing = await target.submit(id, t.code(token, START_STEP + 11n), startUs);
    t.refused("still frozen, the next step's code", standing);
    await login("an hour offset", startUs + 3600 * SECOND_US);
    for (const day of [1, 2, 3]) {
      const ranUs = day * 86_400 * SECOND_US * (1 + 50e-6);
      await login(`running 50 ppm fast, day ${day}`, Math.round(startUs + ranUs));
    }
    await login("a jump of a year", startUs + 365 * 86_400 * SECOND_US);
  },
};

/** Cases of this part. */
export const CLOCK_CASES: readonly ConformanceCase[] = [lateTypist, hostJump, calendars, setClock];
