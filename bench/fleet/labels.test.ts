import { expect, test } from "vitest";
import { spreadLabels } from "./labels.ts";

const label = (y: number): { x: number; y: number; text: string } => ({ x: 0, y, text: `at ${y}` });

test("labels with room stay where they are", () => {
  const labels = [label(1), label(5), label(9)];
  expect(spreadLabels(labels, 2)).toEqual(labels);
});

test("labels that would touch are piled up around their middle, in their order", () => {
  const spread = spreadLabels([label(5), label(4), label(4.5), label(20)], 2);
  expect(spread.map(({ text }) => text)).toEqual(["at 4", "at 4.5", "at 5", "at 20"]);
  expect(spread.map(({ y }) => y)).toEqual([2.5, 4.5, 6.5, 20]);
});

test("a pile that grows into the next one takes it in", () => {
  const ys = spreadLabels([0, 0, 0, 3.5].map(label), 2).map(({ y }) => y);
  for (const [at, y] of ys.entries()) if (at > 0) expect(y - (ys[at - 1] ?? 0)).toBeCloseTo(2);
});

test("none comes to lie below the floor", () => {
  expect(spreadLabels([0, 0, 0].map(label), 2, 0).map(({ y }) => y)).toEqual([0, 2, 4]);
});
