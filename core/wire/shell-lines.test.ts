import fc from "fast-check";
import { expect, test } from "vitest";
import {
  LineAssembler,
  type LineEvent,
  parseCommand,
  SHELL_LINE_CHARACTERS,
} from "./shell-lines.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

function feed(text: string, assembler: LineAssembler = new LineAssembler()): readonly LineEvent[] {
  return assembler.feed(bytes(text));
}

function echoOf(events: readonly LineEvent[]): string {
  return events.map((event) => (event.kind === "echo" ? event.text : "")).join("");
}

function withoutEchoes(events: readonly LineEvent[]): readonly LineEvent[] {
  return events.filter((event) => event.kind !== "echo");
}

test("gives a line at its LF, behind the echo of all its characters", () => {
  expect(feed("time 59\n")).toEqual([
    { kind: "echo", text: "time 59\n" },
    { kind: "line", line: "time 59" },
  ]);
});

test("keeps echoes and lines in order when several lines come at once", () => {
  expect(feed("digit 8\ntotp\nho")).toEqual([
    { kind: "echo", text: "digit 8\n" },
    { kind: "line", line: "digit 8" },
    { kind: "echo", text: "totp\n" },
    { kind: "line", line: "totp" },
    { kind: "echo", text: "ho" },
  ]);
});

test("ignores CR wherever it comes", () => {
  expect(feed("\rto\rtp\r\n")).toEqual(feed("totp\n"));
});

test.each(["\b", "\x7f"])("erases the last character on %j, on the terminal too", (erase) => {
  const events = feed(`totx${erase}p\n`);
  expect(withoutEchoes(events)).toEqual([{ kind: "line", line: "totp" }]);
  expect(echoOf(events)).toBe("totx\b \bp\n");
});

test("erases nothing in front of the line", () => {
  expect(feed("\b\b\x7fa\b\b\n")).toEqual([
    { kind: "echo", text: "a\b \b\n" },
    { kind: "line", line: "" },
  ]);
});

test("takes a line of 128 characters", () => {
  const line = "k".repeat(SHELL_LINE_CHARACTERS);
  expect(withoutEchoes(feed(`${line}\n`))).toEqual([{ kind: "line", line }]);
});

test("refuses a line of 129 characters as a whole, and takes the next one", () => {
  const events = feed(`${"k".repeat(129)}\ntotp\n`);
  expect(withoutEchoes(events)).toEqual([
    { kind: "refused", problem: "too-long" },
    { kind: "line", line: "totp" },
  ]);
  expect(echoOf(events)).toBe(`${"k".repeat(128)}\ntotp\n`);
});

test("refuses an over-long line even if it is erased down again", () => {
  expect(withoutEchoes(feed("abcd\b\b\n", new LineAssembler(3)))).toEqual([
    { kind: "refused", problem: "too-long" },
  ]);
});

test.each([
  ["\0", "control-character"],
  ["\t", "control-character"],
  ["\x03", "control-character"],
  ["\x1b[A", "control-character"],
  ["\x80", "not-ascii"],
  ["\xff", "not-ascii"],
] as const)("refuses a line with %j in it", (character, problem) => {
  const events = feed(`to${character}tp\n`);
  expect(withoutEchoes(events)).toEqual([{ kind: "refused", problem }]);
  expect(echoOf(events)).toBe("to\n");
});

test("forgets the line under way, and its refusal, on reset", () => {
  const assembler = new LineAssembler();
  feed("tot\0", assembler);
  assembler.reset();
  expect(withoutEchoes(feed("time\n", assembler))).toEqual([{ kind: "line", line: "time" }]);
});

test.each([0, -1, 1.5, Number.NaN])("refuses %s as a line length", (maxCharacters) => {
  expect(() => new LineAssembler(maxCharacters)).toThrow(RangeError);
});

test("gives the same lines and echoes however the bytes are cut into pieces", () => {
  const noise = fc.uint8Array({ maxLength: 300 });
  const typed = fc.string({ unit: fc.constantFrom(..."ab \n\r\b\x7f\t"), maxLength: 60 });
  fc.assert(
    fc.property(fc.oneof(noise, typed.map(bytes)), fc.array(fc.nat(8)), (input, cuts) => {
      const whole = new LineAssembler(5).feed(input);
      const assembler = new LineAssembler(5);
      const pieces: LineEvent[] = [];
      let from = 0;
      for (const cut of cuts) {
        pieces.push(...assembler.feed(input.subarray(from, from + cut)));
        from += cut;
      }
      pieces.push(...assembler.feed(input.subarray(from)));
      expect(withoutEchoes(pieces)).toEqual(withoutEchoes(whole));
      expect(echoOf(pieces)).toBe(echoOf(whole));
    }),
  );
});

test("gives exactly one line or refusal for each LF, none longer than allowed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 9 }), (input, max) => {
      const events = withoutEchoes(new LineAssembler(max).feed(input));
      expect(events).toHaveLength(input.filter((byte) => byte === 0x0a).length);
      for (const event of events) {
        if (event.kind === "line") expect(event.line).toMatch(new RegExp(`^[ -~]{0,${max}}$`));
      }
    }),
  );
});

test.each([
  ["totp", { word: "totp" }],
  ["", { word: "" }],
  ["key ", { word: "key", argument: "" }],
  ["key 1234 5678 ", { word: "key", argument: "1234 5678 " }],
  ["key  x", { word: "key", argument: " x" }],
  [" totp", { word: "", argument: "totp" }],
])("takes %j apart at its first space", (line, command) => {
  expect(parseCommand(line)).toEqual(command);
});
