// The lives of tokens: a plot of each clock, how to read it, and its story.

import type { OffsetPoint, Report, TokenTimeline } from "../../report.ts";
import { signedSecondsText, spanText } from "../format.ts";
import { type Html, html, NOTHING } from "./markup.ts";
import { offsetPlot, type PlotSize, shapeOf } from "./plot.ts";

/** Two of each plot: text stays readable on a phone. */
const SIZES: readonly PlotSize[] = [
  { width: 860, height: 300, className: "wide" },
  { width: 380, height: 290, className: "narrow" },
];

/** A plot and a story for each token that lived through simulated time. */
export function clocksSection({ timelines }: Report): Html {
  if (timelines.length === 0) return NOTHING;
  return html`<section id="clocks" aria-labelledby="clocks-title">
<h2 id="clocks-title">Clocks</h2>
${timelines.map(clock)}
</section>`;
}

function clock(timeline: TokenTimeline): Html {
  const { subject, story } = timeline;
  const points = timeline.points.toSorted((a, b) => a.atUs - b.atUs);
  const label = `Offset of ${subject} over time. ${summary(points)}`;
  const plots = SIZES.map((size) => offsetPlot(points, size, label));
  return html`<article class="card clock">
<h3>${subject}</h3>
${legend(points)}
${plots}
<p class="how-to-read"><strong>How to read it:</strong> ${howToRead(points)} ${summary(points)}</p>
<ol class="story">${story.map(sentence)}</ol>
</article>`;
}

function legend(points: readonly OffsetPoint[]): Html {
  const events = [...new Set(points.map((point) => point.event))];
  const signs = events.map(
    (event) => html`<li><svg viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true"
><g class="mark-${event}">${shapeOf(event)}</g></svg>${EVENT_WORDS[event]}</li>`,
  );
  const line = (name: string, text: string): Html => html`<li><svg viewBox="0 0 24 16" width="24"
 height="16" aria-hidden="true"><path class="${name}" d="M1 8H23"/></svg>${text}</li>`;
  return html`<ul class="legend plot-legend">${hasTrue(points) ? line("true-line", "true offset") : NOTHING}
${hasRecorded(points) ? line("recorded-line", "recorded by the verifier") : NOTHING}${signs}</ul>`;
}

/** One sentence or two, about what is in this plot only. */
function howToRead(points: readonly OffsetPoint[]): string {
  const what = hasTrue(points)
    ? "the line is how far the token's clock is from the host's, above zero when it is ahead"
    : "each mark is a use of the token";
  const recorded = hasRecorded(points)
    ? "; the steps are what the verifier has recorded of it. " +
      "Codes are accepted while the two stay within the verifier's window of each other."
    : ".";
  return what + recorded;
}

function summary(points: readonly OffsetPoint[]): string {
  const known = points.filter((point) => point.trueSeconds !== null);
  const [first, last] = [known[0], known.at(-1)];
  const [from, to] = [first?.trueSeconds ?? null, last?.trueSeconds ?? null];
  if (first === undefined || last === undefined || from === null || to === null) return "";
  const spanUs = last.atUs - first.atUs;
  const end = `After ${spanText(spanUs)} it is at ${signedSecondsText(to)}`;
  if (spanUs < 3600e6) return `${end}.`;
  const ppm = (1e12 * (to - from)) / spanUs;
  const sign = ppm < 0 ? "−" : "+";
  return `${end}: ${sign}${Math.abs(ppm).toFixed(2)} ppm on average.`;
}

function sentence(text: string): Html {
  const [, date, rest] = /^(\d{4}-\d\d-\d\d) (.*)$/su.exec(text) ?? [];
  if (date === undefined || rest === undefined) return html`<li>${text}</li>`;
  return html`<li><time datetime="${date}">${date}</time> ${rest}</li>`;
}

function hasTrue(points: readonly OffsetPoint[]): boolean {
  return points.some((point) => point.trueSeconds !== null);
}

function hasRecorded(points: readonly OffsetPoint[]): boolean {
  return points.some((point) => point.recordedSeconds !== null);
}

const EVENT_WORDS: Readonly<Record<OffsetPoint["event"], string>> = {
  enrolled: "enrolled",
  accepted: "accepted",
  refused: "refused",
  resynced: "resynced",
  "out-of-sync": "out of sync",
};
