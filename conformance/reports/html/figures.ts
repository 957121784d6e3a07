// Measured figures with their spread, drawn on one scale for each kind of figure.

import type { Figure, Report } from "../../report.ts";
import { figureText } from "../format.ts";
import { type Html, html, NOTHING } from "./markup.ts";

const WIDTH = 160;
const HEIGHT = 16;
const INSET = 4;

/** The table of figures; nothing when none was measured. */
export function figuresSection({ figures }: Report): Html {
  if (figures.length === 0) return NOTHING;
  const rows = figures.map((figure) => {
    const { subject, name, median, unit, low, high } = figure;
    return html`<tr><th scope="row">${subject}</th><td>${name}</td>
<td class="number"><strong>${figureText(median)}</strong> ${unit}</td>
<td class="number quiet">${figureText(low)} to ${figureText(high)}</td>
<td>${spread(figure, highestOf(figures, figure))}</td></tr>`;
  });
  return html`<section id="figures" aria-labelledby="figures-title">
<h2 id="figures-title">Figures</h2>
<p class="quiet lead">Median of the samples, and the range from 5 % to 95 % of them. In the drawing the
stroke is the median and the bar that range, on a scale from zero to the highest of the same figure
on any subject.</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="figures-title">
<table class="plain figures"><thead><tr><th scope="col">Subject</th><th scope="col">What</th>
<th scope="col" class="number">Median</th><th scope="col" class="number">5 % to 95 %</th>
<th scope="col"><span class="hidden-text">Drawing</span></th></tr></thead>
<tbody>${rows}</tbody></table></div>
</section>`;
}

function highestOf(figures: readonly Figure[], { name, unit }: Figure): number {
  const alike = figures.filter((figure) => figure.name === name && figure.unit === unit);
  return Math.max(...alike.map((figure) => figure.high), Number.MIN_VALUE);
}

function spread({ low, median, high }: Figure, highest: number): Html {
  const place = (value: number): string =>
    (INSET + ((WIDTH - 2 * INSET) * Math.max(0, value)) / highest).toFixed(1);
  const width = Math.max(1.5, Number(place(high)) - Number(place(low))).toFixed(1);
  const middle = HEIGHT / 2;
  return html`<svg class="spread" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"
 aria-hidden="true"><path class="axis" d="M${INSET} ${middle}H${WIDTH - INSET}"/>
<rect class="range" x="${place(low)}" y="${middle - 4}" width="${width}" height="8" rx="2"/>
<path class="median" d="M${place(median)} ${middle - 7}v14"/></svg>`;
}
