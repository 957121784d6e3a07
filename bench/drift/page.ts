// A report as one HTML file that asks nothing of the network: figures, plots and how to read them,
// light or dark as the reader's system is.

import type { DriftAnalysis } from "./analyze.ts";
import { type Chart, driftCharts } from "./charts.ts";
import { driftFacts, driftReportOf, NARROW_PPM } from "./report.ts";

/** What a page shows. */
export interface PageInput {
  readonly title: string;
  /** The figure that matters, in large. */
  readonly headline: string;
  readonly subline: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly charts: readonly Chart[];
  readonly faults: readonly string[];
  /** Default: What happened. */
  readonly faultsTitle?: string;
  readonly notes: readonly string[];
  /** Sections of ready HTML behind the charts. */
  readonly sections?: readonly string[];
  /** Data for programs, shown nowhere. */
  readonly data?: unknown;
}

const STYLE = `
:root{color-scheme:light dark;
--paper:#fbfaf7;--card:#fff;--ink:#1c2430;--muted:#6a7280;--rule:#e3e0d8;
--accent:#0f6e84;--band:#0f6e8433;--good:#2f8f5b;--bad:#c2412d;--warn:#a86a00}
@media (prefers-color-scheme:dark){:root{
--paper:#14181d;--card:#1b2128;--ink:#e6e9ed;--muted:#98a2ae;
--rule:#2c343d;--accent:#5cc3da;--band:#5cc3da33;--good:#58bd85;--bad:#ff8a73;--warn:#e2aa4a}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:860px;margin:0 auto;padding:40px 24px 72px}
h1{font-size:15px;font-weight:600;color:var(--muted);margin:0 0 12px}
h2{font-size:18px;margin:0 0 8px}
.head{font-size:clamp(32px,6vw,52px);line-height:1.1;font-weight:650;letter-spacing:-.02em;
font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.sub{color:var(--muted);margin:8px 0 28px;font-size:17px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 20px;margin:0 0 32px}
dt{color:var(--muted)}dd{margin:0;font-variant-numeric:tabular-nums}
section{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:20px 22px;
margin:0 0 20px}
section p{margin:10px 0 0;color:var(--muted);font-size:15px;max-width:68ch}
svg{max-width:100%;height:auto;display:block;color:var(--ink)}
.faults{border-left:4px solid var(--bad)}ul{margin:0;padding-left:20px}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--rule);vertical-align:top}
th{color:var(--muted);font-weight:600}.lot td:not(:last-child){white-space:nowrap}
.in{color:var(--good)}.out{color:var(--bad)}
.undecided{color:var(--warn)}.wide{overflow-x:auto}
.plot-box{overflow-x:auto}
@media print{section{break-inside:avoid}}
@media (max-width:720px){main{padding:24px 12px 48px}section{padding:16px 14px}
.plot-box svg{max-width:none;width:680px}}
@media (max-width:560px){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:10px}}
`;

/** The page of a measurement. */
export function driftPage(analysis: DriftAnalysis): string {
  const report = driftReportOf(analysis);
  const { ratePpm: rate } = report;
  const half = rate === null ? 0 : (rate.high - rate.low) / 2;
  return htmlPage({
    title: `Clock of ${report.device}`,
    headline: rate === null ? "unknown" : headlineOf(rate.estimate, half),
    subline:
      rate === null
        ? "Nothing was read that tells of the clock."
        : `The token ${rate.estimate < 0 ? "loses" : "gains"} ` +
          `${Math.abs(rate.estimate * 0.0864).toFixed(2)} s a day against this host's clock; ` +
          "the interval is guaranteed, not estimated.",
    facts: driftFacts(report),
    charts: driftCharts(analysis),
    faults: report.faults.map(({ text }) => text),
    notes: report.notes,
    data: report,
  });
}

function headlineOf(estimate: number, half: number): string {
  const digits = half < NARROW_PPM / 2 ? 4 : 2;
  return `${estimate.toFixed(digits).replace("-", "−")} ± ${half.toFixed(digits)} ppm`;
}

/** A page of the same make. */
export function htmlPage(input: PageInput): string {
  const { title, headline, subline, facts, charts, faults, notes, sections = [], data } = input;
  const { faultsTitle = "What happened" } = input;
  const list = (items: readonly string[]): string =>
    `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    `<div class="head">${escapeHtml(headline)}</div>`,
    `<div class="sub">${escapeHtml(subline)}</div>`,
    faults.length === 0
      ? ""
      : `<section class="faults"><h2>${escapeHtml(faultsTitle)}</h2>${list(faults)}</section>`,
    `<dl>${facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join("")}</dl>`,
    ...charts.map(
      (chart) =>
        `<section><h2>${escapeHtml(chart.title)}</h2>${chart.svg}<p>${escapeHtml(chart.reading)}</p></section>`,
    ),
    ...sections,
    notes.length === 0 ? "" : `<section><h2>Read with this in mind</h2>${list(notes)}</section>`,
  ];
  const json =
    data === undefined
      ? ""
      : `<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>`;
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>` +
    `<body><main>${body.join("\n")}</main>${json}</body></html>\n`
  );
}

/** Text inside of HTML. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
