// A lot of display tokens at the desk: expected codes are otplib's, times are made up.

import { expect, test } from "vitest";
import { otplibCode } from "../../../conformance/oracle.ts";
import { hotpParameters, totpParameters } from "../../../core/oath/parameters.ts";
import { SIMULATED_HOST } from "../host-clock.ts";
import { type DeskAnswer, IntakeDesk } from "./desk.ts";
import { type IntakeRecord, isIntakeLog, type LotReadingRecord, parseIntakeLog } from "./log.ts";
import { Lot, type LotToken } from "./lot.ts";
import { DEFAULT_DESK } from "./token-readings.ts";

const NOW = 1_767_225_600;
const secretOf = (number: number): Uint8Array => new Uint8Array(20).fill(number);
const SERIALS: readonly string[] = ["FT-0001", "FT-0002", "FT-0003", "765432"];

/** The code a token of the secret `number` shows at `at`, its clock `offset` seconds ahead. */
function shown(number: number, at: number, offset = 0, step = 30): string {
  return otplibCode(secretOf(number), "SHA1", 6, BigInt(Math.floor((at + offset) / step)));
}

function lot(changed: Partial<LotToken> = {}): Lot {
  const tokens = SERIALS.map((serial, at) => ({
    serial,
    secret: secretOf(at + 1),
    parameters: totpParameters(),
  }));
  return new Lot("L-7", [{ ...(tokens[0] as LotToken), ...changed }, ...tokens.slice(1)]);
}

class Sitting {
  readonly desk: IntakeDesk;
  readonly records: IntakeRecord[] = [];
  said = "";

  constructor(of: Lot, earlier: readonly IntakeRecord[] = []) {
    this.desk = new IntakeDesk(of, DEFAULT_DESK, earlier);
  }

  line(text: string, at: number, monotonic = at): void {
    this.keep(this.desk.take({ text, at, monotonic }));
  }

  keep({ records, said }: DeskAnswer): void {
    this.records.push(...records);
    this.said += said.map(({ text }) => `${text}\n`).join("");
  }

  get readings(): readonly LotReadingRecord[] {
    return this.records.filter((record) => record.kind === "reading");
  }

  get notes(): readonly string[] {
    return this.records.flatMap((record) => (record.kind === "note" ? [record.what] : []));
  }
}

test("a serial number, then a typed code: the step it was shown in, and at most 12 s ago", () => {
  const at = new Sitting(lot());
  at.line("ft-0002", NOW);
  at.line(shown(2, NOW + 4, -75).replace(/^.../, "$& "), NOW + 5);
  expect(at.readings).toEqual([
    {
      kind: "reading",
      serial: "FT-0002",
      by: "typed",
      notBefore: NOW - 7,
      notAfter: NOW + 5,
      step: Math.floor((NOW + 4 - 75) / 30),
      stepSeconds: 30,
      t0: 0,
    },
  ]);
  expect(at.said).toContain("FT-0002: its clock is -");
  expect([at.desk.read, at.desk.missing]).toEqual([1, ["FT-0001", "FT-0003", "765432"]]);
});

test("Enter at the display's change, then its new code: the step began 0.15 to 0.6 s before", () => {
  const at = new Sitting(lot());
  at.line("FT-0001", NOW);
  at.line("", NOW + 12.4);
  at.line(shown(1, NOW + 12, 18), NOW + 20);
  const [reading] = at.readings;
  expect(reading).toMatchObject({ by: "tap", step: (NOW + 30) / 30 });
  expect([reading?.notBefore, reading?.notAfter]).toEqual([NOW + 11.8, NOW + 12.25]);
});

test("several changes are anchored by one code; an Enter between changes is none", () => {
  const at = new Sitting(lot());
  at.line("FT-0001", NOW);
  for (const tap of [12.4, 42.3, 55, 72.5]) at.line("", NOW + tap);
  at.line(shown(1, NOW + 73, 18), NOW + 78);
  expect(at.readings.map(({ step }) => step - NOW / 30)).toEqual([1, 2, 3]);
});

test("a code typed more than a step behind its tap is only a typed one", () => {
  const at = new Sitting(lot());
  at.line("FT-0001", NOW);
  at.line("", NOW + 1);
  at.line(shown(1, NOW + 40), NOW + 41);
  expect(at.readings.map(({ by }) => by)).toEqual(["typed"]);
  expect(at.said).toContain("tap again");
});

test("lines of a camera rig come in any order of tokens, and twice is once", () => {
  const at = new Sitting(lot());
  const line = (number: number, from: number): string =>
    `${SERIALS[number - 1]},${from},${from + 0.04},${shown(number, from)}`;
  for (const text of [line(1, NOW), line(2, NOW + 1), "# pause", line(1, NOW), line(1, NOW + 30)]) {
    at.line(text, NOW + 100);
  }
  expect(at.readings.map(({ serial, by }) => `${serial} ${by}`)).toEqual([
    "FT-0001 rig",
    "FT-0002 rig",
    "FT-0001 rig",
  ]);
  expect(at.said).toContain("there already");
});

test("two exchanged tokens are told by two codes, each with the other's serial number", () => {
  const at = new Sitting(lot());
  for (const [serial, maker] of [
    ["FT-0001", 3],
    ["FT-0003", 1],
  ] as const) {
    at.line(serial, NOW);
    at.line(shown(maker, NOW + 3), NOW + 5);
    at.line(shown(maker, NOW + 33), NOW + 35);
  }
  const notes = at.records.filter((record) => record.kind === "note");
  expect(notes.map(({ what, serial, other }) => [what, serial, other])).toEqual([
    ["swapped", "FT-0001", "FT-0003"],
    ["swapped", "FT-0003", "FT-0001"],
  ]);
  expect(at.readings).toEqual([]);
});

test("a secret of no token of the lot, and another period, are told apart", () => {
  const at = new Sitting(lot());
  at.line("FT-0001", NOW);
  at.line(shown(99, NOW + 3), NOW + 5);
  at.line(shown(99, NOW + 33), NOW + 35);
  at.line("FT-0002", NOW + 40);
  at.line(shown(2, NOW + 42, 0, 60), NOW + 45);
  at.line(shown(2, NOW + 102, 0, 60), NOW + 105);
  expect(at.notes).toEqual(["wrong-secret", "wrong-parameters"]);
  expect(at.said).toContain("period 60 s");
});

test("codes of eight digits where the file says six are another length, not a mistyped line", () => {
  const at = new Sitting(lot());
  at.line("FT-0001", NOW);
  for (const later of [3, 33]) {
    const step = BigInt(Math.floor((NOW + later) / 30));
    at.line(otplibCode(secretOf(1), "SHA1", 8, step), NOW + later + 2);
  }
  expect(at.notes).toEqual(["wrong-parameters"]);
  expect(at.said).toContain("8 digits");
});

test("a mistyped code spoils nothing: the next one counts", () => {
  const at = new Sitting(lot());
  at.line("FT-0001", NOW);
  at.line("000000", NOW + 2);
  at.line(shown(1, NOW + 8), NOW + 10);
  expect(at.readings).toHaveLength(1);
  expect(at.notes).toEqual([]);
});

test("a clock hours off is believed after a second code", () => {
  const at = new Sitting(lot());
  at.line("FT-0001", NOW);
  at.line(shown(1, NOW + 3, 5 * 3600), NOW + 5);
  expect(at.readings).toHaveLength(0);
  at.line(shown(1, NOW + 33, 5 * 3600), NOW + 35);
  expect(at.readings.map(({ step }) => step - NOW / 30)).toEqual([600, 601]);
});

test("another token under the same serial number is a jump, and is said", () => {
  const at = new Sitting(lot());
  at.line("FT-0001", NOW);
  at.line(shown(1, NOW + 3), NOW + 5);
  at.line(shown(1, NOW + 300, -400), NOW + 302);
  expect(at.notes).toEqual(["jump"]);
});

test("a serial number that could be a code is one where the token in hand shows it", () => {
  const at = new Sitting(lot());
  at.line("765432", NOW);
  expect(at.desk.prompt).toContain("765432");
  at.line(shown(4, NOW + 3), NOW + 5);
  expect(at.readings.map(({ serial }) => serial)).toEqual(["765432"]);
});

test("undo takes the last reading back, also for who goes on with the log", () => {
  const at = new Sitting(lot());
  at.line("FT-0001", NOW);
  at.line(shown(1, NOW + 3), NOW + 5);
  at.line("undo", NOW + 6);
  expect(at.desk.read).toBe(0);
  const later = new Sitting(lot(), at.records);
  expect(later.desk.read).toBe(0);
});

test("what is no serial number, no code and no line of a rig is said, and does no harm", () => {
  const at = new Sitting(lot());
  for (const text of ["FT-9999", "", "undo", "FT-0001,1,2", "x".repeat(600), "?"]) {
    at.line(text, NOW);
  }
  at.line("FT-0001", NOW + 1);
  at.line("12", NOW + 2);
  expect(at.notes).toEqual(["unknown-serial", "malformed", "malformed", "malformed"]);
  expect(at.readings).toEqual([]);
  const { isOver } = at.desk.take({ text: "end", at: NOW + 3, monotonic: 3 });
  expect(isOver).toBe(true);
});

test("an event-based token has no clock to take in", () => {
  const at = new Sitting(lot({ parameters: hotpParameters() }));
  at.line("FT-0001", NOW);
  expect(at.said).toContain("event-based");
});

test("a host clock that steps during a session is noted, with how far", () => {
  const at = new Sitting(lot());
  at.line("FT-0001", NOW, 0);
  at.line("FT-0002", NOW + 70, 10);
  expect(at.records).toMatchObject([{ kind: "note", what: "host-step", seconds: 60 }]);
});

test("a session that ends with one code unexplained says what it may be", () => {
  const at = new Sitting(lot());
  at.line("FT-0001", NOW);
  at.line(shown(3, NOW + 3), NOW + 5);
  at.keep(at.desk.finish("the input has ended", NOW + 6));
  expect(at.said).toContain("may be made by the secret of FT-0003");
  expect(at.records.at(-1)).toMatchObject({ kind: "end" });
});

test("a log is read again as it was written, a cut last line is named, another lot refused", () => {
  const start = {
    kind: "start",
    format: "oathbed-intake-log",
    version: 1,
    lot: "L-7",
    at: NOW,
    tokens: 4,
    host: SIMULATED_HOST,
  } as const;
  const at = new Sitting(lot());
  at.line("FT-0001", NOW);
  at.line(shown(1, NOW + 3), NOW + 5);
  const text = [start, ...at.records].map((record) => `${JSON.stringify(record)}\n`).join("");
  expect(isIntakeLog(text)).toBe(true);
  expect(parseIntakeLog(text, "x").records).toEqual([start, ...at.records]);
  expect(parseIntakeLog(text.slice(0, -9), "x").problems).toEqual(["line 2 was cut off: left out"]);
  const other = `${text}${JSON.stringify({ ...start, lot: "L-8" })}\n`;
  expect(() => parseIntakeLog(other, "x")).toThrow(/L-7 and L-8/);
  expect(() => parseIntakeLog('{"kind":"end"}\n', "x")).toThrow(/no log of an intake/);
});
