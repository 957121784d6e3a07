// What happens to a clock in its life: steps and stops, drawn once, and then any moment answered.

import { SECOND_US } from "../../core/time/clock.ts";
import type { ClockEvent, Draw, Phase, Span } from "./terms.ts";

const SECONDS_PER_DAY = 86_400;
/** More brown-outs than this no token lives through. */
const MAX_STOPS = 10_000;

/** Events of one token, drawn and sorted by time, seconds since it was made. */
export interface Timeline {
  readonly steps: readonly { readonly at: number; readonly byUs: number }[];
  /** Not overlapping. */
  readonly stops: readonly { readonly from: number; readonly to: number }[];
}

/**
 * The phase of a clock that was stepped and stopped: x = X - (what X gained while it was stopped)
 * - (the time it was stopped) + steps, where X is the smooth phase. A stopped clock stands still
 * exactly.
 *
 * @returns microseconds
 */
export function withEvents(smooth: Phase, { steps, stops }: Timeline, seconds: number): number {
  let phaseUs = smooth(seconds);
  for (const { from, to } of stops) {
    if (from >= seconds) break;
    const until = Math.min(seconds, to);
    phaseUs -= smooth(until) - smooth(from) + (until - from) * SECOND_US;
  }
  for (const { at, byUs } of steps) {
    if (at > seconds) break;
    phaseUs += byUs;
  }
  return phaseUs;
}

/** Draws the events of one token. */
export function timelineOf(events: readonly ClockEvent[], draw: Draw): Timeline {
  const all = events.map((event, at) => eventsOf(event, draw, `event ${at}`));
  return {
    steps: all.flatMap((timeline) => timeline.steps).toSorted((a, b) => a.at - b.at),
    stops: withoutOverlap(all.flatMap((timeline) => timeline.stops)),
  };
}

function eventsOf(event: ClockEvent, draw: Draw, label: string): Timeline {
  switch (event.kind) {
    case "step":
      return step(event.atDays * SECONDS_PER_DAY, event.bySeconds);
    case "stop":
      return stop(event.atDays * SECONDS_PER_DAY, event.forSeconds);
    case "stops":
      return { steps: [], stops: drawnStops(event, draw, label) };
    case "stuck":
      return stop(within(event.atDays, draw.unit(label)) * SECONDS_PER_DAY, Infinity);
    case "zone": {
      const drawn = event.hours[Math.floor(draw.unit(label) * event.hours.length)];
      return step(0, (drawn ?? 0) * 3600);
    }
  }
}

function step(at: number, bySeconds: number): Timeline {
  return { steps: [{ at, byUs: bySeconds * SECOND_US }], stops: [] };
}

function stop(from: number, forSeconds: number): Timeline {
  return { steps: [], stops: [{ from, to: from + forSeconds }] };
}

function drawnStops(
  event: Extract<ClockEvent, { kind: "stops" }>,
  draw: Draw,
  label: string,
): Timeline["stops"] {
  const days = event.days.high - event.days.low;
  const count = Math.min(MAX_STOPS, Math.round(days * event.perDay));
  return Array.from({ length: count }, (_, at) => {
    const from = within(event.days, draw.unit(`${label} ${at} start`)) * SECONDS_PER_DAY;
    return { from, to: from + within(event.forSeconds, draw.unit(`${label} ${at} length`)) };
  });
}

/** Sorted, and a stop within another one counts once. */
function withoutOverlap(stops: Timeline["stops"]): Timeline["stops"] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of stops.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

function within({ low, high }: Span, unit: number): number {
  return low + (high - low) * unit;
}
