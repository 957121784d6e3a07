import { expect, test } from "vitest";
import { SimulatedClock } from "../core/time/simulated-clock.ts";
import { barText, ProgressLine } from "./progress.ts";
import { keptTerminal } from "./testing/terminal.ts";

test.each([
  [0, ""],
  [0.5, "████████████"],
  [1, "████████████████████████"],
  [0.02, "▌"],
  [-3, ""],
  [7, "████████████████████████"],
])("a share of %d fills %j of 24 cells", (share, filled) => {
  expect(barText(share)).toBe(filled.padEnd(24));
});

test("draws on a terminal, at most every 80 ms, and takes itself away", async () => {
  const terminal = keptTerminal({ isTerminal: true });
  const clock = new SimulatedClock();
  {
    using progress = new ProgressLine(terminal, clock);
    progress.show(1, 10, "first");
    progress.show(2, 10, "too soon");
    await clock.advance(80_000);
    progress.show(3, 10, `long ${"x".repeat(200)}`);
  }
  expect(terminal.errText).toContain(" 1 of 10  first");
  expect(terminal.errText).not.toContain("too soon");
  const lines = terminal.errText.split("\r\x1b[K");
  expect(lines.every((line) => line.length <= 100)).toBe(true);
  expect(terminal.errText.endsWith("\r\x1b[K")).toBe(true);
  expect(terminal.outText).toBe("");
});

test("says nothing where there is no terminal", () => {
  const terminal = keptTerminal();
  using progress = new ProgressLine(terminal, new SimulatedClock());
  progress.show(1, 2, "case");
  expect(terminal.errText).toBe("");
});
