// Seconds that run out: a ring, and the wait for a device's next code.

import type { JSX } from "preact";
import { codeStep, STEP_SECONDS, stepSecondsLeft } from "../clock.ts";
import { say } from "../i18n/language.ts";

const RADIUS = 18;
const ROUND = 2 * Math.PI * RADIUS;

/** @see Ring */
export interface RingProps {
  readonly seconds: number;
  /** Seconds of the whole ring. */
  readonly ofSeconds: number;
}

/** Seconds left, as a ring around their number. For eyes only: say it in words beside it. */
export function Ring({ seconds, ofSeconds }: RingProps): JSX.Element {
  const share = Math.max(0, Math.min(1, seconds / ofSeconds));
  return (
    <svg class="ring" viewBox="0 0 42 42" aria-hidden="true">
      <circle cx="21" cy="21" r={RADIUS} />
      <circle
        class="left"
        cx="21"
        cy="21"
        r={RADIUS}
        stroke-dasharray={`${share * ROUND} ${ROUND}`}
        transform="rotate(-90 21 21)"
      />
      <text x="21" y="21.5">
        {seconds}
      </text>
    </svg>
  );
}

/** @see NextCode */
export interface NextCodeProps {
  /** Time step in which the first code was typed; null: not yet. */
  readonly sinceStep: number | null;
}

/**
 * The wait for the second code: how long until a device in sync shows it. Screen readers hear the
 * beginning and the end of the wait, not every second.
 */
export function NextCode({ sinceStep }: NextCodeProps): JSX.Element {
  const isWaiting = sinceStep !== null && codeStep.value <= sinceStep;
  const seconds = stepSecondsLeft.value;
  const words =
    sinceStep === null
      ? say("pair.first")
      : isWaiting
        ? say("pair.waiting", { seconds })
        : say("pair.ready");
  const heard = sinceStep === null ? "" : isWaiting ? say("pair.waitingHeard") : say("pair.ready");
  return (
    <div class="countdown">
      <Ring seconds={seconds} ofSeconds={STEP_SECONDS} />
      <p aria-hidden={sinceStep !== null}>{words}</p>
      <p class="unseen" role="status">
        {heard}
      </p>
    </div>
  );
}
