// The plot of a token's clock that a case has measured.

import type { OffsetPoint, TokenTimeline } from "../report.ts";

/** Fewer points make no line. */
const FEWEST_POINTS = 2;

/** What the case `id` saw of the clock of `subject`; none when it did not look twice. */
export function timelinesOf(
  id: string,
  subject: string,
  points: readonly OffsetPoint[],
): readonly TokenTimeline[] {
  if (points.length < FEWEST_POINTS) return [];
  const wrong = points.filter(({ event }) => event === "refused").length;
  const verdict = wrong === 0 ? "all within what is allowed" : `${wrong} beyond what is allowed`;
  return [{ subject, points, story: [`${id}: ${points.length} codes, ${verdict}`] }];
}
