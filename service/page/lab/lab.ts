// What a server that is only tried offers besides: emulated tokens, a mailbox, a clock to set.

import { SECOND_US } from "../../../core/time/clock.ts";
import type { ClockSetting, ServiceClock, SettableClock } from "../../settable-clock.ts";
import type { CodeClock, SetClock } from "../contract.ts";
import { PageRefusal } from "../refusal.ts";
import type { FobShelf } from "./fobs.ts";
import type { TestMailbox } from "./mailbox.ts";

/** Null: this server has none. */
export interface Lab {
  readonly fobs: FobShelf | null;
  readonly mailbox: TestMailbox | null;
  /** The clock of codes, where the page may set it. */
  readonly clock: SettableClock | null;
}

/** What the page is told of the clock of codes. */
export function codeClockView(clock: ServiceClock, settable: SettableClock | null): CodeClock {
  const nowMs = Math.floor(clock.nowUs() / 1000);
  return { nowMs, stepSeconds: 30, speed: speedOf(settable) };
}

/** Sets it. @throws {PageRefusal} clock-not-settable, request-invalid */
export function setCodeClock(clock: SettableClock | null, wanted: SetClock): void {
  if (clock === null) throw new PageRefusal("clock-not-settable");
  const { setting } = clock;
  const ratePpm = setting.mode === "running" ? setting.ratePpm : 0;
  const nowUs = clock.nowUs();
  try {
    clock.set(settingOf(wanted, setting, nowUs, ratePpm));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new PageRefusal("request-invalid", { field: "bySeconds", cause });
  }
}

function settingOf(
  wanted: SetClock,
  current: ClockSetting,
  nowUs: number,
  ratePpm: number,
): ClockSetting {
  switch (wanted.mode) {
    case "real":
      return { mode: "real" };
    case "freeze":
      return { mode: "frozen", nowUs };
    case "run":
      return { mode: "running", nowUs, ratePpm };
    case "advance": {
      const atUs = nowUs + wanted.bySeconds * SECOND_US;
      return current.mode === "frozen"
        ? { mode: "frozen", nowUs: atUs }
        : { mode: "running", nowUs: atUs, ratePpm };
    }
  }
}

function speedOf(clock: SettableClock | null): number {
  const setting = clock?.setting;
  if (setting === undefined || setting.mode === "real") return 1;
  return setting.mode === "frozen" ? 0 : 1 + setting.ratePpm / 1_000_000;
}
