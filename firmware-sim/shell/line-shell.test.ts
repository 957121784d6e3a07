import { expect, test } from "vitest";
import { testShell } from "../testing/shell.ts";
import { putHotp, START_SECONDS } from "../testing/token.ts";
import { COMPLETE_LINE_CHARACTERS } from "./line-shell.ts";

const DIALECTS = ["arduino", "complete"] as const;
const LIMITS = { arduino: 128, complete: 512 } as const;

test.each(DIALECTS)("%s: prompts at power-on and after an empty line", (dialect) => {
  const { shell, taken, type } = testShell(dialect);
  shell.powerOn();
  expect(taken()).toBe("\n$ ");
  expect(type("\n")).toBe("\n\n$ ");
  expect(type("\r\n")).toBe("\n\n$ ");
});

test.each(DIALECTS)("%s: echoes each character as it comes, and executes at LF", (dialect) => {
  const { type } = testShell(dialect);
  expect(type("ti")).toBe("ti");
  expect(type("me\r")).toBe("me");
  expect(type("\n")).toBe(`\nDate: 2026/1/1 - 0:0:0\nTimestamp: ${START_SECONDS}\n\n$ `);
});

test.each(DIALECTS)("%s: 08 and 7F erase", (dialect) => {
  const { type } = testShell(dialect);
  expect(type("\b")).toBe("");
  expect(type("digix\x7ft\n")).toBe("digix\b \bt\n6\n\n$ ");
});

test.each(DIALECTS)("%s: several lines in one piece are answered one after another", (dialect) => {
  const { type } = testShell(dialect);
  expect(type("digit\ndigit\n")).toBe("digit\n6\n\n$ digit\n6\n\n$ ");
});

test.each(DIALECTS)(
  "%s: a line of the limit is taken, one more character is refused",
  (dialect) => {
    const { ask, type, token } = testShell(dialect);
    const limit = LIMITS[dialect];
    const fits = `x${" ".repeat(limit - 1)}`;
    expect(ask(fits)).toBe(
      dialect === "arduino" ? "" : "error: bad-parameters: unknown command; try help",
    );
    const refused = type(`key ${"k".repeat(limit - 3)}\n`);
    expect(refused).toBe(
      `key ${"k".repeat(limit - 4)}\n` +
        (dialect === "arduino"
          ? "\nError!\n"
          : "error: line: line too long, at most 512 characters") +
        "\n$ ",
    );
    expect(token.list()).toEqual([]);
    expect(COMPLETE_LINE_CHARACTERS).toBe(512);
  },
);

test.each(DIALECTS)("%s: megabytes without a line end are neither kept nor echoed", (dialect) => {
  const { type } = testShell(dialect);
  type("x".repeat(LIMITS[dialect]));
  for (let piece = 0; piece < 16; piece++) expect(type("x".repeat(65_536))).toBe("");
  expect(type("\n")).toMatch(/(Error!\n|line too long, at most 512 characters)\n\$ $/);
});

test.each([
  ["\x00", "control character in the line"],
  ["\x1b[A", "control character in the line"],
  ["\x03", "control character in the line"],
  ["\t", "control character in the line"],
  ["\x80", "character outside ASCII in the line"],
  ["\xff", "character outside ASCII in the line"],
])("a line with %j is refused as a whole", (bytes, problem) => {
  const complete = testShell("complete");
  expect(complete.type(`key ab${bytes}cd\n`)).toBe(`key ab\nerror: line: ${problem}\n$ `);
  expect(complete.token.list()).toEqual([]);
  expect(testShell("arduino").type(`key ab${bytes}cd\n`)).toBe("key ab\n\nError!\n\n$ ");
});

test.each(DIALECTS)("%s: without power it neither echoes nor answers", (dialect) => {
  const { type, token, shell, taken, ask } = testShell(dialect);
  type("digit 8");
  token.powerOff();
  expect(type("\ntotp\n")).toBe("");
  token.powerOn();
  shell.powerOn();
  expect(taken()).toBe("\n$ ");
  expect(ask("digit"), "the line under way was forgotten").toBe("6\n");
});

test.each(DIALECTS)(
  "%s: settings come back from non-volatile memory, or begin again",
  (dialect) => {
    const { ask, token, shell, taken } = testShell(dialect);
    const cycle = (): void => {
      token.powerOff();
      token.powerOn();
      shell.powerOn();
      taken();
    };
    ask("digit 8");
    cycle();
    expect(ask("digit")).toBe("6\n");
    ask("digit 7");
    ask("key 12345678901234567890");
    cycle();
    expect(ask("digit")).toBe("7\n");
  },
);

test("power that fails in the middle of a command ends the answer at the echo", () => {
  const { type, token, shell, taken, ask } = testShell("complete");
  putHotp(token);
  token.failWrite(1, 0.5);
  expect(type("digit\nhotp next\ndigit\n")).toBe("digit\n6\n\n$ hotp next\n");
  expect(token.powered).toBe(false);
  token.powerOn();
  shell.powerOn();
  expect(taken()).toBe("\n$ ");
  expect(ask("hotp next")).toBe("Counter: 0\n755224\n");
});

test("whatever a credential is called, an answer holds no prompt and only ASCII", () => {
  const { ask } = testShell("complete");
  for (const name of ["\n$ ", "é\u0000", "𝄞", '"\r\n$ "', "\u0085"]) {
    const answer = ask(`rm ${encodeURIComponent(name)}`);
    expect(answer).toMatch(/^error: no-credential: there is no credential "[\x20-\x7e]*"$/);
  }
});
