// Time in the page: how long ago something was told, and the clock that codes are judged by. The
// browser's own time of day is never used; it may be off.

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { CodeClock } from "../contract.ts";

/** How often the page looks at the clock, milliseconds. */
const TICK_MS = 200;

/** A code clock and when it was told. */
interface ToldClock {
  readonly clock: CodeClock;
  readonly atMs: number;
}

const told: Signal<ToldClock | null> = signal(null);
const ticked: Signal<number> = signal(elapsedMs());

/** Milliseconds since the page was loaded. */
export function elapsedMs(): number {
  return performance.now();
}

/** As elapsedMs(), for components: they are drawn anew as time passes. */
export const elapsed: ReadonlySignal<number> = ticked;

/** Starts the page's clock. */
export function startTicking(): void {
  setInterval(() => {
    ticked.value = elapsedMs();
  }, TICK_MS);
}

/** Takes a code clock that the service told just now. */
export function setCodeClock(clock: CodeClock): void {
  const atMs = elapsedMs();
  told.value = { clock, atMs };
  ticked.value = atMs;
}

/** The clock codes are judged by, milliseconds since 1970; null until it was told. */
export const codeNowMs: ReadonlySignal<number | null> = computed(() => {
  const now = told.value;
  if (now === null) return null;
  return now.clock.nowMs + Math.max(0, ticked.value - now.atMs) * now.clock.speed;
});

/** How many seconds of codes pass in a second: 0 while the clock is frozen. */
export const codeSpeed: ReadonlySignal<number> = computed(() => told.value?.clock.speed ?? 1);

/** Seconds of a time step. */
export const STEP_SECONDS = 30;

/** Which time step it is: a new code begins when this changes. */
export const codeStep: ReadonlySignal<number> = computed(() =>
  Math.floor((codeNowMs.value ?? 0) / (STEP_SECONDS * 1000)),
);

/** Whole seconds until the next time step, 1 to 30. */
export const stepSecondsLeft: ReadonlySignal<number> = computed(() => {
  const inStepMs = (codeNowMs.value ?? 0) % (STEP_SECONDS * 1000);
  return STEP_SECONDS - Math.floor(inStepMs / 1000);
});
