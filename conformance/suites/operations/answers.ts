// What the two sides are told: the user whether it worked, the operator why, the log both; and how
// many guesses time gives back (RFC 4226 §7.3).

import { encodeBase32 } from "../../../core/oath/base32.ts";
import { SECOND_US } from "../../../core/time/clock.ts";
import type { ConformanceCase, VerifierCase } from "../../case.ts";
import type { VerifierContext } from "../../verifier-context.ts";
import { atStep, enrolledToken, START_STEP, totpToken } from "../shared/tokens.ts";

const THROTTLE = {
  text: "The delay or lockout schemes MUST be across login sessions to prevent parallel guessing.",
  source: "RFC 4226 §7.3",
} as const;
const ORACLE = {
  text: "The verifier SHOULD NOT be vulnerable to brute force: answers tell nothing of a guess.",
  source: "RFC 4226 §7.1",
} as const;
const MONITORING = {
  text: "The validation server takes note of any failed attempt, for each device.",
  source: "RFC 4226 §7.3",
} as const;

/** Codes of steps that no case here comes near. */
function wrongCodes(t: VerifierContext, count: number): string[] {
  const near = new Set<string>();
  for (let by = -300n; by <= 300n; by++) near.add(t.code(totpToken(), START_STEP + by));
  const codes: string[] = [];
  for (let number = 0; codes.length < count; number++) {
    const code = String(number).padStart(6, "0");
    if (!near.has(code)) codes.push(code);
  }
  return codes;
}

const timedLock: VerifierCase = {
  id: "operations/answers/timed-lock",
  aliases: ["T04"],
  subject: "verifier",
  title:
    "after a lock that ends by itself one failure is the first, and the guesses of a day are bounded",
  requirement: THROTTLE,
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, {
      throttleLimit: 3,
      lockSeconds: 60,
      guessesPerDay: 5,
    });
    const wrong = wrongCodes(t, 5);
    const guess = (nth: number, atUs: number) => target.submit(id, wrong[nth] ?? "", atUs);
    const right = (step: bigint) => target.submit(id, t.code(token, step), atStep(token, step, 20));
    for (let nth = 0; nth < 3; nth++) await guess(nth, atStep(token, START_STEP + 1n, nth));
    t.refused("locked, the right code", await right(START_STEP + 1n), "locked");
    const unlockedUs = atStep(token, START_STEP + 4n);
    t.refused("unlocked, a guess", await guess(3, unlockedUs), "no-match");
    t.equal("failures", (await target.state?.(id))?.consecutiveFailures, 1);
    await guess(4, unlockedUs + SECOND_US);
    t.refused("five guesses in a day, the right code", await right(START_STEP + 5n), "throttled");
    t.refused("five hours later", await right(START_STEP + 600n), "throttled");
    t.accepted("a day later", await right(START_STEP + 2890n));
  },
};

const sameAnswers: VerifierCase = {
  id: "operations/answers/same-to-users",
  aliases: ["T09"],
  subject: "verifier",
  title:
    "users are answered alike for a replay, a wrong code and one out of sync; operators are not",
  requirement: ORACLE,
  level: "MUST",
  needs: ["state", "reasons", "public-answers"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const now = START_STEP + 5n;
    const nowUs = atStep(token, now, 5);
    t.accepted("a login", await target.submit(id, t.code(token, now), nowUs));
    const [wrong = ""] = wrongCodes(t, 1);
    const given: readonly (readonly [string, string])[] = [
      ["replayed", t.code(token, now)],
      ["no-match", wrong],
      ["out-of-sync", t.code(token, now + 20n)],
      ["malformed", "12"],
    ];
    const answers: string[] = [];
    for (const [, code] of given)
      answers.push((await target.publicAnswer?.(id, code, nowUs)) ?? "");
    t.equal("different answers to users", new Set(answers).size, 1);
    for (const [reason, code] of given) {
      t.refused("to operators", await target.submit(id, code, nowUs), reason);
    }
  },
};

const logged: VerifierCase = {
  id: "operations/answers/logged",
  aliases: ["T10"],
  subject: "verifier",
  title: "every outcome is in the log with step, offset and reason, and no secret or code",
  requirement: MONITORING,
  level: "SHOULD",
  needs: ["state", "audit"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const now = START_STEP + 5n;
    const nowUs = atStep(token, now, 5);
    const code = t.code(token, now + 1n);
    const [wrong = ""] = wrongCodes(t, 1);
    for (const given of [code, code, wrong]) await target.submit(id, given, nowUs);
    const lines = (await target.audit?.(id)) ?? [];
    const logins = lines.filter(({ act }) => act === "verify").toReversed();
    const told = logins.map(({ outcome, reason }) => `${outcome} ${reason}`);
    t.equal("outcomes", told, ["accepted null", "refused replayed", "refused no-match"]);
    t.equal("step", logins[0]?.movingFactor, now + 1n);
    t.equal("offset", logins[0]?.offsetSteps, 1);
    t.holds(
      "enrollment is there",
      lines.some(({ act }) => act === "enroll"),
    );
    const text = lines.map((line) => line.text).join("\n");
    const { secret } = token;
    const hidden = [
      ...[code, wrong].map((digits) => new RegExp(`(?<!\\d)${digits}(?!\\d)`)),
      new RegExp(encodeBase32(secret), "i"),
      new RegExp(Buffer.from(secret).toString("hex"), "i"),
      new RegExp(Buffer.from(secret).toString("latin1")),
    ];
    t.equal("secrets and codes in it", hidden.filter((form) => form.test(text)).length, 0);
  },
};

const clockBack: VerifierCase = {
  id: "operations/answers/clock-back",
  aliases: ["T11"],
  subject: "verifier",
  title: "a step back of the server's clock opens nothing and is told in the log",
  requirement: MONITORING,
  level: "SHOULD",
  needs: ["state", "audit"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const now = START_STEP + 200n;
    const code = t.code(token, now);
    t.accepted("a login", await target.submit(id, code, atStep(token, now)));
    const back = now - 120n;
    t.refused("an hour back", await target.submit(id, t.code(token, back), atStep(token, back)));
    t.refused("the used code", await target.submit(id, code, atStep(token, now, 5)), "replayed");
    const acts = ((await target.audit?.(id)) ?? []).map(({ act }) => act);
    t.holds(
      "told in the log",
      acts.some((act) => /clock/.test(act)),
      acts,
    );
  },
};

const evenTimes: VerifierCase = {
  id: "operations/answers/even-times",
  aliases: ["T08"],
  subject: "verifier",
  title: "wrong codes take the same time, however many of their first digits are right",
  requirement: ORACLE,
  level: "MAY",
  needs: ["state", "timing"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, { throttleLimit: 1000 });
    const now = START_STEP + 5n;
    const right = t.code(token, now);
    const like = (digits: number): string => {
      const changed = (Number(right[digits]) + 5) % 10;
      return `${right.slice(0, digits)}${changed}${right.slice(digits + 1)}`;
    };
    const [none, five] = [like(0), like(5)];
    const nowUs = atStep(token, now);
    const rounds = 80;
    const order = Array.from({ length: rounds }, (_, at) =>
      at % 2 === 0 ? [none, five] : [five, none],
    );
    const times = (await target.timeLogins?.(id, order.flat(), nowUs)) ?? [];
    const of = (code: string): number[] => times.filter((_, at) => order.flat()[at] === code);
    const [a, b] = [median(of(none)), median(of(five))];
    // Far above the noise of a busy machine; the benchmark `timing` has the statistics.
    t.holds("medians within a half of each other", Math.abs(a - b) <= 0.5 * Math.max(a, b, 40));
  },
};

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Cases of this part. */
export const ANSWER_CASES: readonly ConformanceCase[] = [
  timedLock,
  sameAnswers,
  logged,
  clockBack,
  evenTimes,
];
