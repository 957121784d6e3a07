import { expect, test } from "vitest";
import { mutations } from "./testing/frames.ts";
import { FUZZ_TARGETS } from "./testing/fuzz-targets.ts";

const RANDOM_SEED = 20_261_125;

test.each(FUZZ_TARGETS)("$name: 10,000 frames that are almost right do no harm", (target) => {
  let frames = 0;
  for (const frame of mutations(target.frames, 10_000, RANDOM_SEED)) {
    target.run(frame);
    frames++;
  }
  expect(frames).toBe(10_000);
});

test.each(FUZZ_TARGETS)("$name: the frames it begins with are right", (target) => {
  for (const frame of target.frames) target.run(frame);
});
