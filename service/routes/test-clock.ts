// The clock of test mode, settable by clients. In production these routes do not exist.

import type { FastifyInstance } from "fastify";
import type { ServiceCore } from "../core.ts";
import { timeText } from "../operator/forms.ts";
import { OBJECT } from "../schema/answers.ts";
import type { TypeOf } from "../schema/type-of.ts";
import type { ClockSetting, SettableClock } from "../settable-clock.ts";
import { addRoute } from "./route.ts";

/** A clock of test mode. */
const TEST_CLOCK = {
  type: "object",
  required: ["mode"],
  additionalProperties: false,
  properties: {
    mode: { enum: ["real", "frozen", "running"] },
    nowUs: { type: "number", description: "Microseconds since 1970; default: what it is now." },
    ratePpm: { type: "number", description: "Running: faster than the computer's; default 0." },
  },
} as const;

/** @see addRoutes */
export function addTestRoutes(app: FastifyInstance, core: ServiceCore, clock: SettableClock): void {
  const shown = (): object => ({
    ...clock.setting,
    nowUs: clock.nowUs(),
    now: timeText(clock.nowUs()),
  });
  const path = "/test/clock";
  addRoute(app, core, {
    method: "GET",
    path,
    scopes: [],
    summary: "Test mode: what time it is here.",
    answer: OBJECT,
    run: async () => shown(),
  });
  addRoute(app, core, {
    method: "PUT",
    path,
    scopes: ["admin"],
    summary: "Test mode: freeze the clock, step it, let it run at another rate.",
    body: TEST_CLOCK,
    answer: OBJECT,
    run: async ({ body }) => {
      clock.set(settingOf(body, clock.nowUs()));
      return shown();
    },
  });
}

function settingOf(
  { mode, nowUs = Number.NaN, ratePpm = 0 }: TypeOf<typeof TEST_CLOCK>,
  currentUs: number,
): ClockSetting {
  const at = Number.isNaN(nowUs) ? currentUs : nowUs;
  switch (mode) {
    case "real":
      return { mode };
    case "frozen":
      return { mode, nowUs: at };
    case "running":
      return { mode, nowUs: at, ratePpm };
  }
}
