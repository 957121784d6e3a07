import { expect, test } from "vitest";
import { mutations } from "./testing/frames.ts";
import { FUZZ_TARGETS } from "./testing/fuzz-targets.ts";

const RANDOM_SEED = 20_261_126;

test.each(FUZZ_TARGETS)("$name: 1,000,000 frames that are almost right do no harm", (target) => {
  let frames = 0;
  for (const frame of mutations(target.frames, 1_000_000, RANDOM_SEED)) {
    target.run(frame);
    frames++;
  }
  expect(frames).toBe(1_000_000);
});
