import { expect, test } from "vitest";
import { wireFileName, wireText } from "./wire-text.ts";

test("a log is a line a message, times under each other, each in one line", () => {
  expect(
    wireText([
      { atUs: 120, direction: "to-token", text: "time" },
      { atUs: 12_000_034, direction: "from-token", text: "a\nb" },
      { atUs: 12_000_034, direction: "event", text: "closed" },
    ]),
  ).toBe(" 0.000120 > time\n12.000034 < a\\nb\n12.000034 * closed");
  expect(wireText([])).toBe("");
});

test("a file's name tells which case on which subject, for any file system", () => {
  const name = wireFileName({ subject: "serial:/dev/ttyACM0", id: "rfc6238/5.2/replayed-code" });
  expect(name).toMatch(/^serial-dev-ttyACM0--rfc6238-5\.2-replayed-code--[0-9a-f]{8}\.log$/);
  const long = wireFileName({ subject: "../..", id: "x".repeat(500) });
  expect(long).toMatch(/^--x+--[0-9a-f]{8}\.log$/);
  expect(long.length).toBeLessThan(200);
});

test("names that differ only in what file systems lose are still different", () => {
  const id = "a/1/b";
  const subjects = ["desk one", "desk/one", "Desk one", "desk-one"];
  const names = subjects.map((subject) => wireFileName({ subject, id }).toLowerCase());
  expect(new Set(names).size).toBe(subjects.length);
});
