// The sentences of a token's year, with dates and offsets.

import type { RefusalReason } from "../../verifier/verdict.ts";

/** A clock this near to the truth is called right, seconds. */
const RIGHT_WITHIN_SECONDS = 0.5;

/** What the sentences are made of: the moment, the truth, and what the verifier has recorded. */
export interface Moment {
  /** Microseconds since the Unix epoch. */
  readonly atUs: number;
  readonly trueSeconds: number;
  readonly recordedSeconds: number;
}

/** `2026-09-24  Enrolled with …`. */
export function enrolledSentence(moment: Moment): string {
  return dated(
    moment,
    `Enrolled with two consecutive codes. The clock is ${offsetText(moment.trueSeconds)}.`,
  );
}

/** Before a long time without logins. */
export function leaveSentence(moment: Moment, logins: number, weeks: number): string {
  const { trueSeconds, recordedSeconds } = moment;
  const followed = isRight(trueSeconds)
    ? ""
    : `, ${Math.abs(recordedSeconds)} s of it recorded along the way`;
  return dated(
    moment,
    `${logins} logins later the clock is ${offsetText(trueSeconds)}${followed}. ` +
      `The owner takes ${weeks} weeks of leave.`,
  );
}

/** The first login after a long time, accepted. */
export function returnSentence(moment: Moment): string {
  return dated(
    moment,
    `Back from leave, the first code is accepted. The clock is ${offsetText(moment.trueSeconds)}.`,
  );
}

/** A login whose first code was refused, and what became of the next code. */
export function refusedSentence(
  moment: Moment,
  reason: RefusalReason,
  isNextAccepted: boolean,
): string {
  const { trueSeconds, recordedSeconds } = moment;
  const beyond = Math.abs(trueSeconds - recordedSeconds).toFixed(0);
  const why = reason === "out-of-sync" ? "out of sync" : reason;
  return dated(
    moment,
    `A code is refused: ${why}. The clock is ${offsetText(trueSeconds)}, ${beyond} s away from ` +
      `what is recorded. The next code is ${isNextAccepted ? "accepted" : "refused as well"}.`,
  );
}

/** A resync that was accepted. */
export function resyncSentence(moment: Moment, offsetSteps: number): string {
  return dated(
    moment,
    `Two consecutive codes resync it: an offset of ${signed(offsetSteps)} steps ` +
      `(${signed(moment.recordedSeconds)} s) is recorded, and logins work again.`,
  );
}

/** The end of the year. */
export function endSentence(moment: Moment, accepted: number, logins: number): string {
  const { trueSeconds, recordedSeconds } = moment;
  const known = isRight(trueSeconds) ? "" : `, and the verifier has ${signed(recordedSeconds)} s`;
  return dated(
    moment,
    `${accepted} of ${logins} logins of the year were accepted. ` +
      `The clock is ${offsetText(trueSeconds)}${known}.`,
  );
}

/** `581.3 s ahead`, `12.0 s behind`, `right`. */
export function offsetText(seconds: number): string {
  if (isRight(seconds)) return "right";
  return `${Math.abs(seconds).toFixed(1)} s ${seconds > 0 ? "ahead" : "behind"}`;
}

function isRight(seconds: number): boolean {
  return Math.abs(seconds) < RIGHT_WITHIN_SECONDS;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

function dated({ atUs }: Moment, sentence: string): string {
  return `${new Date(atUs / 1000).toISOString().slice(0, 10)}  ${sentence}`;
}
