import fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerAssembler, SHELL_ANSWER_CHARACTERS, stripEcho } from "./shell-answers.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const feed = (text: string, assembler: AnswerAssembler = new AnswerAssembler()) =>
  assembler.feed(bytes(text));

test("gives what comes before the prompt", () => {
  expect(feed("totp\nTimestamp: 59\nCounter: 1\n94287082\n$ ")).toEqual([
    { kind: "answer", text: "totp\nTimestamp: 59\nCounter: 1\n94287082" },
  ]);
});

test("needs no line end before the prompt, and takes one", () => {
  expect(feed("digit\n8\n$ key x\n\n$ ")).toEqual([
    { kind: "answer", text: "digit\n8" },
    { kind: "answer", text: "key x\n" },
  ]);
});

test("gives an empty answer for a prompt alone, as after power-on", () => {
  expect(feed("\n$ ")).toEqual([{ kind: "answer", text: "" }]);
});

test("waits for the whole prompt", () => {
  const assembler = new AnswerAssembler();
  for (const part of ["12", "34\n", "$"]) expect(feed(part, assembler)).toEqual([]);
  expect(assembler.pendingCharacters).toBe(6);
  expect(feed(" ", assembler)).toEqual([{ kind: "answer", text: "1234" }]);
  expect(assembler.pendingCharacters).toBe(0);
});

test.each(["a$ b", "a\n$b", "a\n $ ", "a\n$\n "])("takes %j for no prompt", (text) => {
  expect(feed(text)).toEqual([]);
});

test("drops CR and colours, around the prompt and inside it", () => {
  expect(feed("a\r\n\x1b[91mb\x1b[0m\r\n\x1b[32m$\x1b[0m \x1b[0mc\n$ ")).toEqual([
    { kind: "answer", text: "a\nb" },
    { kind: "answer", text: "c" },
  ]);
});

test("keeps bytes that are not ASCII, one character each", () => {
  expect(feed("\xff\x80\n$ ")).toEqual([{ kind: "answer", text: "\xff\x80" }]);
});

test("takes an answer of 4096 characters, and keeps no longer one", () => {
  const text = "x".repeat(SHELL_ANSWER_CHARACTERS);
  expect(feed(`${text}\n$ `)).toEqual([{ kind: "answer", text }]);
  expect(feed(`${text}x\n$ ok\n$ `)).toEqual([
    { kind: "too-long" },
    { kind: "answer", text: "ok" },
  ]);
});

test("holds a bounded part of an endless answer and still finds its prompt", () => {
  const assembler = new AnswerAssembler(10);
  for (let round = 0; round < 100; round++) {
    expect(feed("noise\n$\n", assembler)).toEqual([]);
    expect(assembler.pendingCharacters).toBeLessThanOrEqual(13);
  }
  expect(feed("\n$ ok\n$ ", assembler)).toEqual([
    { kind: "too-long" },
    { kind: "answer", text: "ok" },
  ]);
});

test("forgets what came since the last prompt on reset", () => {
  const assembler = new AnswerAssembler(10);
  feed("garbage that is too long \x1b[", assembler);
  assembler.reset();
  expect(feed("ok\n$ ", assembler)).toEqual([{ kind: "answer", text: "ok" }]);
});

test.each([3, 0, 4.5, Number.NaN])("refuses %s as an answer length", (maxCharacters) => {
  expect(() => new AnswerAssembler(maxCharacters)).toThrow(RangeError);
});

test("gives the same answers however the bytes are cut into pieces", () => {
  const unit = fc.constantFrom("\n$ ", "\n", "$", " ", "7", "\r", "\x1b[0m", "\x1b", "xxxxx");
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), fc.array(fc.nat(4)), (units, cuts) => {
      const input = bytes(units.join(""));
      const whole = new AnswerAssembler(12).feed(input);
      const assembler = new AnswerAssembler(12);
      const pieces = [];
      let from = 0;
      for (const cut of cuts) {
        pieces.push(...assembler.feed(input.subarray(from, from + cut)));
        from += cut;
      }
      pieces.push(...assembler.feed(input.subarray(from)));
      expect(pieces).toEqual(whole);
    }),
  );
});

test.each([
  ["hotp 0\n755224", "hotp 0", "755224"],
  ["key abc\n", "key abc", ""],
  ["key abc", "key abc", ""],
  ["\n", "", ""],
  ["totp\nTimestamp: 59\n\n1", "totp", "Timestamp: 59\n\n1"],
])("takes the echo off %j", (answer, command, body) => {
  expect(stripEcho(answer, command)).toEqual({ kind: "body", body });
});

test.each([
  ["755224", "hotp 0"],
  ["hotp 12\n755224", "hotp 1"],
  ["otp 0\n755224", "hotp 0"],
  ["~hotp 0\n755224", "hotp 0"],
  ["", "hotp 0"],
])("finds no echo in %j of %j", (answer, command) => {
  expect(stripEcho(answer, command)).toEqual({ kind: "no-echo" });
});
