import { expect, test } from "vitest";
import { type ClockEvidence, type ClockFault, classifyClock } from "./classify.ts";

const DAY = 86_400;
const USUAL: ClockEvidence = {
  stepSeconds: 30,
  expectedSeconds: 100,
  toleranceSeconds: 45,
  foundSeconds: 100,
  anchorSeconds: 0,
  sinceSeconds: DAY,
  ratePpm: 60,
};

test.each<[string, Partial<ClockEvidence>, ClockFault]>([
  ["where it was expected is no fault", {}, { kind: "none" }],
  ["the edge of what was expected is none", { foundSeconds: 145 }, { kind: "none" }],
  [
    "what a rate of its class explains is drift",
    { foundSeconds: 146 },
    { kind: "drift", ppm: 1e6 / DAY },
  ],
  ["and so is a lag", { foundSeconds: 51, sinceSeconds: 100_000 }, { kind: "drift", ppm: -40 }],
  [
    "a phone does not drift: it was set",
    { foundSeconds: 149, ratePpm: 0, sinceSeconds: DAY },
    { kind: "step", seconds: 49 },
  ],
  ["an hour ahead is a zone", { foundSeconds: 3700 + 59 }, { kind: "zone", hours: 1 }],
  ["five and a half hours behind", { foundSeconds: 100 - 19_800 }, { kind: "zone", hours: -5.5 }],
  ["and three quarters", { foundSeconds: 100 + 2700 }, { kind: "zone", hours: 0.75 }],
  ["a quarter is none", { foundSeconds: 100 + 900 }, { kind: "step", seconds: 900 }],
  ["15 hours are none", { foundSeconds: 54_100 }, { kind: "step", seconds: 54_000 }],
  ["61 s off an hour is none", { foundSeconds: 3761 }, { kind: "step", seconds: 3661 }],
  [
    "back at the offset of its enrollment it was reset",
    { expectedSeconds: 500, foundSeconds: 44 },
    { kind: "reset" },
  ],
  [
    "46 s from there it stepped",
    { expectedSeconds: 500, foundSeconds: 46 },
    { kind: "step", seconds: -454 },
  ],
  ["one code for over two steps", { sameCodeSeconds: 61 }, { kind: "stuck", forSeconds: 61 }],
  ["one code for two steps is no fault", { sameCodeSeconds: 60 }, { kind: "none" }],
  [
    "the third loss in a row is the battery's",
    { foundSeconds: -200, earlierJumps: [-50, 70, -80] },
    { kind: "battery" },
  ],
  [
    "the second is not yet",
    { foundSeconds: -200, earlierJumps: [70, -80] },
    { kind: "step", seconds: -300 },
  ],
])("%s", (_, evidence, fault) => {
  expect(classifyClock({ ...USUAL, ...evidence })).toEqual(fault);
});
