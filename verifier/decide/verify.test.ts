// Logins with time-based codes. Row ids are those of protocols/verifier-cases.md B.

import { expect, test } from "vitest";
import { bigIntegerCode, expectedCode } from "../../conformance/oracle.ts";
import { MAX_MOVING_FACTOR, totpParameters } from "../../core/oath/parameters.ts";
import {
  RFC6238_20_BYTE_SECRET_VECTORS,
  RFC6238_VECTORS,
  rfc4226Secret,
  rfc6238Secret,
} from "../../core/oath/vectors.ts";
import { codeOf, otherCode } from "../testing/codes.ts";
import { Desk, type DeskOptions, fakeKey, outcomeOf, secondsUs, stepUs } from "../testing/desk.ts";

const PARAMETERS = totpParameters();
const code = (step: number) => codeOf(PARAMETERS, step);
const verify = (desk: Desk, given: unknown, atUs: number) => outcomeOf(desk.verify(given, atUs));
const fresh = (given: unknown, atUs: number, options: DeskOptions = {}) =>
  verify(new Desk(options), given, atUs);

test.each([
  [29, "755224"],
  [30, "287082"],
  [59, "287082"],
  [60, "359152"],
  [1111111109, "081804"],
  [2147483647, "703886"],
  [2147483648, "703886"],
])("accepts at %i s the code %s (F01, F04, F09)", (seconds, given) => {
  expect(fresh(given, secondsUs(seconds))).toBe("accepted");
});

test.each(
  RFC6238_VECTORS.flatMap((vector) =>
    (["SHA1", "SHA256", "SHA512"] as const).map((algorithm) => ({ algorithm, vector })),
  ),
)("accepts RFC 6238 B for $algorithm at $vector.seconds s (F02)", ({ algorithm, vector }) => {
  const parameters = totpParameters({ algorithm, digits: 8 });
  const options = { parameters, secret: rfc6238Secret(algorithm) };
  expect(fresh(vector.codes[algorithm], secondsUs(vector.seconds), options)).toBe("accepted");
});

test.each(RFC6238_20_BYTE_SECRET_VECTORS)(
  "takes a 20-byte key as given at $seconds s (F18)",
  (v) => {
    for (const algorithm of ["SHA256", "SHA512"] as const) {
      const parameters = totpParameters({ algorithm, digits: 8 });
      expect(fresh(v.codes[algorithm], secondsUs(v.seconds), { parameters })).toBe("accepted");
    }
  },
);

test.each([2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 32n + 1n])(
  "accepts step %s at its first and last second (F10, F11)",
  (step) => {
    const given = expectedCode(rfc4226Secret(), PARAMETERS, step);
    const options = { policy: { windowPast: 0, windowFuture: 0 } };
    const firstSecond = Number(step * 30n);
    expect(fresh(given, secondsUs(firstSecond), options)).toBe("accepted");
    expect(fresh(given, secondsUs(firstSecond + 29), options)).toBe("accepted");
    expect(fresh(given, secondsUs(firstSecond - 1), options)).toBe("no-match");
    expect(fresh(given, secondsUs(firstSecond + 30), options)).toBe("no-match");
  },
);

test.each([
  [59, "755224"],
  [60, "287082"],
  [119, "287082"],
  [120, "359152"],
  [1111111109, "360094"],
])("with 60 s steps accepts at %i s the code %s (F13)", (seconds, given) => {
  const parameters = totpParameters({ stepSeconds: 60 });
  const policy = { windowPast: 0, windowFuture: 0 };
  expect(fresh(given, secondsUs(seconds), { parameters, policy })).toBe("accepted");
});

test("counts steps from T0 (F14)", () => {
  const parameters = totpParameters({ t0: 1_000_000_000 });
  const given = codeOf(parameters, Math.floor(111_111_109 / 30));
  expect(fresh(given, secondsUs(1_111_111_109), { parameters })).toBe("accepted");
  expect(fresh(given, secondsUs(1_111_111_109))).toBe("no-match");
});

test("before T0 there are no codes, and no step wraps to 2^64 - 1 (F15)", () => {
  const parameters = totpParameters({ t0: 1_000_000_000 });
  const last = bigIntegerCode(rfc4226Secret(), "SHA1", 6, MAX_MOVING_FACTOR);
  expect(last).toBe("094451");
  for (const seconds of [0, 999_999_970, 999_999_999]) {
    const desk = new Desk({ parameters });
    for (const given of [last, code(0), code(1)]) {
      expect(verify(desk, given, secondsUs(seconds))).toBe("no-match");
    }
    expect(desk.record.failures, "nothing was evaluated").toBe(0);
  }
  expect(fresh(last, 0)).toBe("no-match");
  expect(fresh(code(0), secondsUs(1_000_000_000), { parameters })).toBe("accepted");
});

test.each([0, 29, 30, 59, 60, 89])("accepts the code of step 1 at %i s (W01)", (seconds) => {
  expect(fresh("287082", secondsUs(seconds))).toBe("accepted");
});

test("refuses the code of step 1 at 90 s, and that of step 3 at 59 s (W02)", () => {
  expect(fresh("287082", secondsUs(90))).toBe("no-match");
  expect(fresh(code(3), secondsUs(59))).toBe("no-match");
});

test.each([
  [6, 6],
  [0, 0],
  [2, 3],
  [5, 0],
  [0, 4],
])("a window of %i past and %i future steps has exactly these (W03, W04, W06)", (past, future) => {
  const policy = { windowPast: past, windowFuture: future };
  const taken: number[] = [];
  for (let step = 90; step <= 110; step++) {
    if (fresh(code(step), stepUs(100), { policy }) === "accepted") taken.push(step - 100);
  }
  expect(taken).toEqual(Array.from({ length: past + future + 1 }, (_, at) => at - past));
});

test("steps begin on the whole second: floor, not round (W10)", () => {
  const policy = { windowPast: 0, windowFuture: 0 };
  expect(fresh(code(1), 59_999_999, { policy })).toBe("accepted");
  expect(fresh(code(1), 60_000_000, { policy })).toBe("no-match");
  expect(fresh(code(2), 60_000_000, { policy })).toBe("accepted");
});

test("accepts 000000 at the step that has it and nowhere else (F05)", () => {
  expect(code(349_495)).toBe("000000");
  expect(fresh("000000", stepUs(349_495))).toBe("accepted");
  expect(fresh("000000", stepUs(349_400))).toBe("no-match");
});

test.each<[string, unknown]>([
  ["a digit missing", "81804"],
  ["a zero too many", "0081804"],
  ["a space in front", " 081804"],
  ["a space behind", "081804 "],
  ["a tab", "081804\t"],
  ["a line feed", "081804\n"],
  ["a no-break space", "081804\u00a0"],
  ["a space inside", "081 804"],
  ["a hyphen", "081-804"],
  ["a sign", "+81804"],
  ["an exponent", "8.1804e4"],
  ["hexadecimal", "0x13f8c"],
  ["underscores", "0_8_18"],
  ["full-width digits", "\uff10\uff18\uff11\uff18\uff10\uff14"],
  ["Arabic-Indic digits", "\u0660\u0668\u0661\u0668\u0660\u0664"],
  ["4 KiB of text", "081804".repeat(683)],
  ["nothing", ""],
  ["null", null],
  ["undefined", undefined],
  ["a number", 81_804],
  ["an object", { toString: () => "081804" }],
])("refuses %s as malformed, and counts no failure (F04, F07, F08)", (_, given) => {
  const desk = new Desk();
  const before = desk.record;
  expect(verify(desk, given, secondsUs(1_111_111_109))).toBe("malformed");
  expect(desk.record).toBe(before);
});

test("refuses the same code at once, at the end of its step and in the next one (R01)", () => {
  const desk = new Desk();
  expect(verify(desk, code(100), stepUs(100))).toBe("accepted");
  const after = desk.record;
  for (const seconds of [0, 29, 30, 59]) {
    expect(verify(desk, code(100), stepUs(100) + secondsUs(seconds))).toBe("replayed");
  }
  expect(desk.record, "replays change nothing").toBe(after);
});

test("refuses an older unused code after a newer one (R02)", () => {
  const desk = new Desk();
  expect(verify(desk, code(101), stepUs(100))).toBe("accepted");
  expect(verify(desk, code(100), stepUs(100))).toBe("replayed");
});

test("refuses a second use of step 0 (R03)", () => {
  const parameters = totpParameters({ t0: 1_000_000_000 });
  const desk = new Desk({ parameters });
  expect(verify(desk, code(0), secondsUs(1_000_000_000))).toBe("accepted");
  expect(verify(desk, code(0), secondsUs(1_000_000_000))).toBe("replayed");
});

test("refuses a used code after the clock was set back (R05)", () => {
  const desk = new Desk();
  expect(verify(desk, code(100), stepUs(100))).toBe("accepted");
  expect(verify(desk, code(150), stepUs(150))).toBe("accepted");
  expect(verify(desk, code(100), stepUs(100))).toBe("replayed");
  expect(verify(desk, code(101), stepUs(100)), "unused, but not after the last").toBe("replayed");
  expect(desk.record.watermark).toBe(150n);
});

test("accepts a code that was a wrong guess one step before (R15)", () => {
  const desk = new Desk({ policy: { windowFuture: 0 } });
  expect(verify(desk, code(101), stepUs(100))).toBe("no-match");
  expect(verify(desk, code(101), stepUs(101))).toBe("accepted");
});

// Steps 910737 and 910738 of the RFC's secret share a code; so do 153567 and 153569.
test.each([910_737, 910_738])(
  "a code of two adjacent steps is accepted once in the window, at step %i (R07)",
  (now) => {
    expect(code(910_737)).toBe(code(910_738));
    const desk = new Desk();
    expect(verify(desk, code(now), stepUs(now))).toBe("accepted");
    expect(desk.record).toMatchObject({ watermark: 910_738n, offsetSteps: 0 });
    for (const later of [0, 1, 2]) {
      const given = verify(desk, code(now), stepUs(Math.min(now + later, 910_739)));
      expect(given).toBe("replayed");
    }
    expect(verify(desk, code(910_739), stepUs(910_739))).toBe("accepted");
  },
);

test("digits of a step that is spent and out of the window are good again (R09)", () => {
  expect(code(153_567)).toBe(code(153_569));
  const desk = new Desk();
  expect(verify(desk, code(153_567), stepUs(153_567))).toBe("accepted");
  expect(verify(desk, code(153_569), stepUs(153_569))).toBe("accepted");
});

test("digits of a step that is spent and in the window stay burned (R09)", () => {
  const desk = new Desk({ policy: { windowPast: 2 } });
  expect(verify(desk, code(153_567), stepUs(153_567))).toBe("accepted");
  expect(verify(desk, code(153_569), stepUs(153_569))).toBe("replayed");
});

test("a code of two fresh steps moves no offset, whichever is nearer (R08)", () => {
  const key = fakeKey((step) => (step === 101 || step === 103 ? "111111" : `${200_000 + step}`));
  const policy = { windowPast: 3, windowFuture: 3 };
  const desk = new Desk({ key, policy });
  const verdict = desk.verify("111111", stepUs(100));
  expect(verdict).toMatchObject({ outcome: "accepted", movingFactor: 103n, offsetSteps: 3 });
  expect(desk.record).toMatchObject({ watermark: 103n, offsetSteps: 0 });
});

test("every candidate of the window is computed, whatever matches (T08)", () => {
  const counts = [99, 100, 101, null].map((match) => {
    let asked = 0;
    const key = fakeKey((step) => {
      asked++;
      return step === match ? "111111" : "222222";
    });
    verify(new Desk({ key }), "111111", stepUs(100));
    return asked;
  });
  expect(counts).toEqual([3, 3, 3, 3]);
});

test.each([
  ["created", "not-enrolled"],
  ["deactivated", "not-enrolled"],
  ["deleted", "not-enrolled"],
] as const)("a token that is %s refuses as %s (E05)", (state, reason) => {
  const desk = new Desk();
  desk.record = { ...desk.record, state };
  expect(verify(desk, code(100), stepUs(100))).toBe(reason);
});

test("a wrong code changes the count of failures and nothing else (D10)", () => {
  const desk = new Desk();
  expect(verify(desk, code(101), stepUs(100))).toBe("accepted");
  const before = desk.record;
  const wrong = otherCode(code(99), code(100), code(101), code(102));
  expect(verify(desk, wrong, stepUs(100))).toBe("no-match");
  const atUs = stepUs(100);
  const guesses = { count: 1, sinceUs: atUs };
  expect(desk.record).toEqual({ ...before, failures: 1, lastFailureAtUs: atUs, guesses });
});
