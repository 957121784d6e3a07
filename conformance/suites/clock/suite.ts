// A token's own clock: steps, calendar, power and setting. Tokens whose time is the host's skip it.

import type { Suite } from "../../case.ts";
import { CALENDAR_CASES } from "./calendar.ts";
import { POWER_CASES } from "./power.ts";
import { SETTING_CASES } from "./setting.ts";
import { STEP_CASES } from "./steps.ts";

/** @see file head */
export const CLOCK_SUITE: Suite = {
  name: "clock",
  title: "A token's own clock",
  cases: [...STEP_CASES, ...CALENDAR_CASES, ...POWER_CASES, ...SETTING_CASES],
};
