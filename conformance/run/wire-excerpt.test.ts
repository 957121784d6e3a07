import { expect, test } from "vitest";
import type { ReportWireLine } from "../report.ts";
import { Redactor } from "./redactor.ts";
import { cleanWire, costOf, excerptWire, MAX_WIRE_BYTES } from "./wire-excerpt.ts";

function lines(count: number, text = "0123456789"): readonly ReportWireLine[] {
  return Array.from({ length: count }, (_, at) => {
    return { atUs: at, direction: "to-token", text: `${at} ${text}` };
  });
}

function bytesOf(of: readonly ReportWireLine[]): number {
  return of.reduce((sum, line) => sum + costOf(line), 0);
}

test("a log that fits is kept whole, to the byte", () => {
  const log = lines(100);
  expect(excerptWire(log, bytesOf(log))).toEqual({ lines: log, cut: 0 });
  expect(excerptWire(log, bytesOf(log) - 1).cut).toBeGreaterThan(0);
});

test.each([1000, 5000])("of %i lines the beginning and more of the end are kept", (count) => {
  const log = lines(count, "x".repeat(100));
  const { lines: kept, cut } = excerptWire(log, MAX_WIRE_BYTES);
  expect(bytesOf(kept)).toBeLessThanOrEqual(MAX_WIRE_BYTES);
  expect(kept.length - 1 + cut).toBe(count);
  const gap = kept.findIndex((line) => line.direction === "event");
  expect(kept[gap]?.text).toBe(`… ${cut} lines left out here …`);
  expect(kept.slice(0, gap)).toEqual(log.slice(0, gap));
  expect(kept.slice(gap + 1)).toEqual(log.slice(gap + cut));
  expect(gap).toBeLessThan(kept.length - gap);
});

test("bytes are counted, not characters", () => {
  const log = lines(1000, "日本語".repeat(30));
  const kept = excerptWire(log, MAX_WIRE_BYTES)
    .lines.map((line) => line.text)
    .join("");
  expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(MAX_WIRE_BYTES);
  expect(Buffer.byteLength(kept)).toBeGreaterThan(MAX_WIRE_BYTES / 2);
});

test("with no room at all only the line that says so is left", () => {
  expect(excerptWire(lines(3), 0).lines.map((line) => line.text)).toEqual([
    "… 3 lines left out here …",
  ]);
});

test("lines are cleaned, put on one line each, and cut with their length", () => {
  const redactor = new Redactor();
  const secret = Buffer.from("3f8a1c5be07742d9a6130eb4c98d72f5604eab19", "hex");
  redactor.hide(secret);
  const texts = [`key ${secret.toString("hex")}`, "a\r\nb\u001b[0m", `${"🔑".repeat(2000)}`];
  const log = texts.map((text) => ({ atUs: 5, direction: "from-token", text }) as const);
  const cleaned = cleanWire(log, redactor);
  expect(cleaned.map((line) => line.atUs)).toEqual([5, 5, 5]);
  expect(cleaned[0]?.text).toMatch(/^key \[secret: 20 bytes, sha256:[0-9a-f]{8}\]$/);
  expect(cleaned[1]?.text).toBe("a\\r\\nb\\x1b[0m");
  expect(cleaned[2]?.text).toBe(`${"🔑".repeat(500)}… (4000 characters)`);
});
