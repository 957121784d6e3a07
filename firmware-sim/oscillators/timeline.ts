// What happens to a clock in its life: steps and stops, drawn once, and then any moment answered.

import { SECOND_US } from "../../core/time/clock.ts";
import type { Oscillator } from "../oscillator.ts";
import { type ClockEvent, type Draw, type Phase, within } from "./terms.ts";

const DAY_SECONDS = 86_400;
const YEAR_DAYS = 365.25;
/** From the end of March to the end of October. */
const SUMMER_DAYS = 217;
/** Years for which summer time is known: no battery lasts longer. */
const SUMMERS = 30;
/** More brown-outs than this no token lives through. */
const MAX_STOPS = 10_000;

/** Events of one token in order of time; whole microseconds since it was made. */
export interface Timeline {
  readonly steps: readonly Step[];
  /** Not overlapping; `toUs` of the last one may be infinite. */
  readonly stops: readonly Stop[];
}

/** By so much, or to the token time at which it was made. */
interface Step {
  readonly atUs: number;
  readonly byUs: number | "to-start";
}

interface Stop {
  readonly fromUs: number;
  readonly toUs: number;
}

/** A stop, and what all stops up to its beginning have done. */
interface MeasuredStop extends Stop {
  /** The phase at which it stands still, a whole number. */
  readonly phaseUs: number;
  /** How long the clock had stood still before. */
  readonly stoodUs: number;
}

/**
 * A clock that was stepped and stopped: x = X - (what X gained while it was stopped) - (the time it
 * was stopped) + steps, where X is the smooth phase. A stop begins at a whole microsecond of the
 * token's time, so that a stopped clock stands still exactly; that moves it by half a microsecond
 * at most.
 */
export function withEvents(
  smooth: Phase,
  { steps, stops }: Timeline,
): Pick<Oscillator, "phaseUs" | "runUs"> {
  const measured = measure(smooth, stops);
  const smoothUs = (elapsedUs: number): number => smooth(elapsedUs / SECOND_US);
  /** Without steps. */
  const unsteppedUs = (elapsedUs: number): number => {
    const stop = lastBefore(measured, elapsedUs);
    if (stop === undefined) return smoothUs(elapsedUs);
    const { fromUs, toUs, phaseUs } = stop;
    if (elapsedUs < toUs) return phaseUs - (elapsedUs - fromUs);
    return smoothUs(elapsedUs) - lostAfter(stop, smooth);
  };
  const sums = sumsOf(steps, unsteppedUs);
  return {
    phaseUs: (elapsedUs) => {
      let steppedUs = 0;
      for (const { atUs, byUs } of sums) {
        if (atUs > elapsedUs) break;
        steppedUs = byUs;
      }
      return unsteppedUs(elapsedUs) + steppedUs;
    },
    runUs: (elapsedUs) => {
      const stop = lastBefore(measured, elapsedUs);
      if (stop === undefined) return elapsedUs;
      const running = elapsedUs < stop.toUs ? stop.fromUs : elapsedUs - (stop.toUs - stop.fromUs);
      return running - stop.stoodUs;
    },
  };
}

/**
 * What each step and all before it have done. A reset takes off all of the time since the
 * start.
 */
function sumsOf(
  steps: readonly Step[],
  unsteppedUs: (elapsedUs: number) => number,
): readonly { readonly atUs: number; readonly byUs: number }[] {
  let sum = 0;
  return steps.map(({ atUs, byUs }) => {
    sum = byUs === "to-start" ? -Math.round(atUs + unsteppedUs(atUs)) : sum + byUs;
    return { atUs, byUs: sum };
  });
}

function measure(smooth: Phase, stops: readonly Stop[]): readonly MeasuredStop[] {
  const measured: MeasuredStop[] = [];
  let lostUs = 0;
  let stoodUs = 0;
  for (const { fromUs, toUs } of stops) {
    const phaseUs = Math.round(smooth(fromUs / SECOND_US) - lostUs);
    const stop = { fromUs, toUs, phaseUs, stoodUs };
    measured.push(stop);
    if (toUs === Infinity) break;
    lostUs = lostAfter(stop, smooth);
    stoodUs += toUs - fromUs;
  }
  return measured;
}

/** What this stop and all before it have taken off the smooth phase. */
function lostAfter({ fromUs, toUs, phaseUs }: MeasuredStop, smooth: Phase): number {
  return smooth(toUs / SECOND_US) - phaseUs + (toUs - fromUs);
}

/** The last stop that has begun. */
function lastBefore(stops: readonly MeasuredStop[], elapsedUs: number): MeasuredStop | undefined {
  let low = 0;
  let high = stops.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stops[middle]?.fromUs ?? Infinity) <= elapsedUs) low = middle + 1;
    else high = middle;
  }
  return stops[low - 1];
}

/** Draws the events of one token. */
export function drawTimeline(events: readonly ClockEvent[], draw: Draw): Timeline {
  const all = events.map((event, at) => eventsOf(event, draw, `event ${at}`));
  return {
    steps: all.flatMap((timeline) => timeline.steps).toSorted((a, b) => a.atUs - b.atUs),
    stops: withoutOverlap(all.flatMap((timeline) => timeline.stops)),
  };
}

function eventsOf(event: ClockEvent, draw: Draw, label: string): Timeline {
  switch (event.kind) {
    case "step":
      return step(event.atDays, event.bySeconds);
    case "stop":
      return { steps: [], stops: [stop(event.atDays, event.forSeconds)] };
    case "stops":
      return { steps: [], stops: drawnStops(event, draw, label) };
    case "stuck":
      return { steps: [], stops: [stop(within(event.atDays, draw.unit(label)), Infinity)] };
    case "reset": {
      const atUs = Math.round(within(event.atDays, draw.unit(label)) * DAY_SECONDS * SECOND_US);
      return { steps: [{ atUs, byUs: "to-start" }], stops: [] };
    }
    case "summer-time":
      return summers(event.bySeconds, draw.unit(label));
    case "zone": {
      const drawn = event.hours[Math.floor(draw.unit(label) * event.hours.length)];
      return step(0, (drawn ?? 0) * 3600);
    }
  }
}

function step(atDays: number, bySeconds: number): Timeline {
  const atUs = Math.round(atDays * DAY_SECONDS * SECOND_US);
  return { steps: [{ atUs, byUs: Math.round(bySeconds * SECOND_US) }], stops: [] };
}

/** Forward and back, year by year; `unit` says which day of the year the token's life begins. */
function summers(bySeconds: number, unit: number): Timeline {
  const steps: Step[] = [];
  for (let year = -1; year < SUMMERS; year++) {
    const spring = (year + unit) * YEAR_DAYS;
    const both = [step(spring, bySeconds), step(spring + SUMMER_DAYS, -bySeconds)];
    // What was before the token's life begins with it.
    steps.push(...both.flatMap(({ steps: [one] }) => (one === undefined ? [] : [fromStart(one)])));
  }
  return { steps, stops: [] };
}

function fromStart({ atUs, byUs }: Step): Step {
  return { atUs: Math.max(0, atUs), byUs };
}

function stop(atDays: number, forSeconds: number): Stop {
  const fromUs = Math.round(atDays * DAY_SECONDS * SECOND_US);
  return { fromUs, toUs: fromUs + Math.round(forSeconds * SECOND_US) };
}

function drawnStops(
  event: Extract<ClockEvent, { kind: "stops" }>,
  draw: Draw,
  label: string,
): readonly Stop[] {
  const days = event.days.high - event.days.low;
  const count = Math.min(MAX_STOPS, Math.round(days * event.perDay));
  return Array.from({ length: count }, (_, at) =>
    stop(
      within(event.days, draw.unit(`${label} ${at} start`)),
      within(event.forSeconds, draw.unit(`${label} ${at} length`)),
    ),
  );
}

/** Sorted, and a stop within another one counts once. */
function withoutOverlap(stops: readonly Stop[]): readonly Stop[] {
  const merged: { fromUs: number; toUs: number }[] = [];
  for (const { fromUs, toUs } of stops.toSorted((a, b) => a.fromUs - b.fromUs)) {
    const last = merged.at(-1);
    if (last !== undefined && fromUs <= last.toUs) last.toUs = Math.max(last.toUs, toUs);
    else merged.push({ fromUs, toUs });
  }
  return merged;
}
