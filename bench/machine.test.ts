import { describe, expect, it } from "vitest";
import { type Machine, thisMachine, warningsOf } from "./machine.ts";
import type { Measurement } from "./workload.ts";

const QUIET: Machine = {
  processor: "a processor",
  cores: 4,
  platform: "linux x64",
  node: "24.0.0",
  load: 0.2,
};
const FIGURE: Measurement = {
  suite: "verify",
  subject: "memory",
  name: "right code",
  unit: "operations/s",
  median: 100,
  low: 90,
  high: 110,
  slices: 9,
};

describe("warnings", () => {
  it("are none on a quiet machine", () => {
    expect(warningsOf(QUIET, [FIGURE])).toEqual([]);
  });

  it("tell a busy machine, figures that spread and a single core, and what to do", () => {
    const machine = { ...QUIET, cores: 1, load: 3 };
    expect(warningsOf(machine, [FIGURE, { ...FIGURE, low: 20 }])).toEqual([
      expect.stringMatching(/busy before measuring \(load 3 on 1 cores\).*stop other programs/),
      expect.stringMatching(/1 of 2 figures spread by more than 60 %.*measure longer/),
      expect.stringMatching(/one core/),
    ]);
  });
});

it("a machine has no host's name", () => {
  expect(Object.keys(thisMachine())).toEqual(["processor", "cores", "platform", "node", "load"]);
});
