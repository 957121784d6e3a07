// A token's offset over time, as SVG: the true offset as a line, what the verifier recorded as
// steps, and a mark for each time the token was used.

import type { OffsetPoint } from "../../report.ts";
import { dateText, signedSecondsText } from "../format.ts";
import { type Html, html, NOTHING } from "./markup.ts";
import { linear, type OffsetAxis, offsetAxis, timeTicks } from "./scales.ts";

/** Size of a plot, in its own units: pixels when it is shown at its full width. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
  readonly className: string;
}

const MARGIN = { top: 18, right: 16, bottom: 44, left: 62 } as const;
/** More marks than these are drawn smaller. */
const MANY_POINTS = 120;

interface Scales {
  readonly x: (atUs: number) => number;
  readonly y: (seconds: number) => number;
  readonly offsets: OffsetAxis;
  readonly size: PlotSize;
}

/** The plot of these points, which are in order of time; nothing when no offset is known. */
export function offsetPlot(points: readonly OffsetPoint[], size: PlotSize, label: string): Html {
  const known = points.flatMap(({ trueSeconds, recordedSeconds }) =>
    [trueSeconds, recordedSeconds].filter((value) => value !== null),
  );
  const [first, last] = [points[0], points.at(-1)];
  if (known.length === 0 || first === undefined || last === undefined) return NOTHING;
  const { width, height, className } = size;
  const offsets = offsetAxis(known, countOfRows(size));
  const scales: Scales = {
    x: linear([first.atUs, last.atUs], [MARGIN.left + 6, width - MARGIN.right - 6]),
    y: linear(offsets.domain, [height - MARGIN.bottom, MARGIN.top]),
    offsets,
    size,
  };
  return html`<svg class="plot ${className}" viewBox="0 0 ${width} ${height}" role="img"
 aria-label="${label}">
${offsetRows(scales)}
${timeAxis(scales, first.atUs, last.atUs)}
${recordedLine(points, scales)}
${trueLine(points, scales)}
${points.map((point) => mark(point, scales, points.length > MANY_POINTS))}
</svg>`;
}

function countOfRows({ height }: PlotSize): number {
  return Math.max(2, Math.floor((height - MARGIN.top - MARGIN.bottom) / 42));
}

function offsetRows({ y, offsets, size }: Scales): Html {
  const right = size.width - MARGIN.right;
  const middle = (MARGIN.top + size.height - MARGIN.bottom) / 2;
  const rows = offsets.ticks.map(
    ({ value, label }) => html`<path class="${value === 0 ? "zero" : "grid"}"
 d="M${MARGIN.left} ${px(y(value))}H${right}"/>
<text class="tick" x="${MARGIN.left - 8}" y="${px(y(value) + 4)}" text-anchor="end">${label}</text>`,
  );
  return html`<g>${rows}<text class="axis-title" text-anchor="middle"
 transform="translate(14 ${px(middle)}) rotate(-90)">offset, seconds</text></g>`;
}

function timeAxis({ x, size }: Scales, fromUs: number, toUs: number): Html {
  const bottom = size.height - MARGIN.bottom;
  const count = Math.max(2, Math.floor((size.width - MARGIN.left - MARGIN.right) / 78));
  const ticks = timeTicks(fromUs, toUs, count).map(
    ({ value, label }) => html`<path class="tick-line" d="M${px(x(value))} ${bottom}v5"/>
<text class="tick" x="${px(x(value))}" y="${bottom + 18}"
 text-anchor="${x(value) > size.width - 40 ? "end" : "middle"}">${label}</text>`,
  );
  const middle = (MARGIN.left + size.width - MARGIN.right) / 2;
  return html`<g><path class="tick-line" d="M${MARGIN.left} ${bottom}H${size.width - MARGIN.right}"/>
${ticks}<text class="axis-title" text-anchor="middle" x="${px(middle)}" y="${size.height - 6}"
>simulated date, UTC</text></g>`;
}

function trueLine(points: readonly OffsetPoint[], { x, y }: Scales): Html {
  const path = pathOf(
    points,
    ({ trueSeconds }) => trueSeconds,
    (point, value) => {
      return `${px(x(point.atUs))} ${px(y(value))}`;
    },
  );
  return html`<path class="true-line" d="${path}"/>`;
}

/** What is recorded holds until the next point: level, then straight up or down. */
function recordedLine(points: readonly OffsetPoint[], { x, y }: Scales): Html {
  let path = "";
  let last: number | undefined;
  for (const { atUs, recordedSeconds } of points) {
    const at = px(x(atUs));
    if (recordedSeconds === null) {
      if (last !== undefined) path += `H${at}`;
      last = undefined;
      continue;
    }
    path += last === undefined ? `M${at} ${px(y(recordedSeconds))}` : "";
    if (last !== undefined) path += `H${at}V${px(y(recordedSeconds))}`;
    last = recordedSeconds;
  }
  return html`<path class="recorded-line" d="${path}"/>`;
}

function pathOf(
  points: readonly OffsetPoint[],
  offsetOf: (point: OffsetPoint) => number | null,
  place: (point: OffsetPoint, value: number) => string,
): string {
  let path = "";
  let isOpen = false;
  for (const point of points) {
    const value = offsetOf(point);
    if (value !== null) path += `${isOpen ? "L" : "M"}${place(point, value)}`;
    isOpen = value !== null;
  }
  return path;
}

function mark(point: OffsetPoint, { x, y }: Scales, isSmall: boolean): Html {
  const { atUs, trueSeconds, recordedSeconds, event } = point;
  const value = trueSeconds ?? recordedSeconds;
  if (value === null) return NOTHING;
  return html`<g class="mark-${event}" transform="translate(${px(x(atUs))} ${px(y(value))})"
><title>${pointText(point)}</title>${shapeOf(event, isSmall)}</g>`;
}

/** The sign of an event around the origin; shapes differ, not only colours. */
export function shapeOf(event: OffsetPoint["event"], isSmall = false): Html {
  switch (event) {
    case "accepted":
      return isSmall ? html`<circle r="1.6"/>` : html`<circle r="2.6"/>`;
    case "enrolled":
      return html`<rect x="-4.5" y="-4.5" width="9" height="9" rx="1.5"/>`;
    case "refused":
      return html`<path d="M-4.5-4.5l9 9m0-9l-9 9"/>`;
    case "out-of-sync":
      return html`<path d="M0-6.5L6.5 5H-6.5z"/>`;
    case "resynced":
      return html`<circle r="6"/>`;
  }
}

function pointText({ atUs, trueSeconds, recordedSeconds, event }: OffsetPoint): string {
  const parts = [`${dateText(atUs)} ${event}`];
  if (trueSeconds !== null) parts.push(`true offset ${signedSecondsText(trueSeconds)}`);
  if (recordedSeconds !== null) parts.push(`recorded ${signedSecondsText(recordedSeconds)}`);
  return parts.join(", ");
}

function px(value: number): string {
  return value.toFixed(1);
}
