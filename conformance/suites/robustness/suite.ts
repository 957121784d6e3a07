// What must not break a token: power, lines, floods and frames.

import type { Suite } from "../../case.ts";
import { FLOOD_CASES } from "./floods.ts";
import { FRAME_CASES } from "./frames.ts";
import { LINE_CASES } from "./line.ts";
import { POWER_CASES } from "./power.ts";

/** @see file head */
export const ROBUSTNESS_SUITE: Suite = {
  name: "robustness",
  title: "Power, lines, floods and frames",
  cases: [...POWER_CASES, ...LINE_CASES, ...FLOOD_CASES, ...FRAME_CASES],
};
