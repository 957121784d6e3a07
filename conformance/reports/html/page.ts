// The page: one file that asks nothing of the network, and runs no script but its own.

import { createHash } from "node:crypto";
import type { Report } from "../../report.ts";
import { verdictOf } from "../verdict.ts";
import { clocksSection } from "./clocks.ts";
import { detailsSection } from "./details.ts";
import { environmentSection, skipsSection, subjectsSection } from "./facts.ts";
import { figuresSection } from "./figures.ts";
import { headerSection, noticesSection } from "./header.ts";
import { Html, html } from "./markup.ts";
import { matrixSection } from "./matrix.ts";
import { SCRIPT } from "./script.ts";
import type { PageInput } from "./shared.ts";
import { STYLE } from "./style.ts";
import { workSection } from "./work.ts";

/** The whole page. */
export function page(input: PageInput): string {
  const { report } = input;
  const { headline } = verdictOf(report);
  const names = report.subjects.map((subject) => subject.name).join(", ");
  const sections = [
    workSection(report),
    matrixSection(report),
    clocksSection(report),
    figuresSection(report),
    subjectsSection(report),
    skipsSection(report),
    environmentSection(report),
  ];
  const body = html`<a class="skip-link" href="#main">Skip to the results</a>
${headerSection(report, navigation(sections))}
<main id="main">
${noticesSection(report.notices, input.cuts)}
${sections}
${detailsSection(input)}
</main>
${panel()}
<footer><p>Made by oathbed ${report.tool.version}. Secrets are shown by length and fingerprint only.
This file asks nothing of the network; the same results are in report.json and junit.xml.</p></footer>`;
  const head = html`<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="${icon(report)}">
<title>${headline}: ${names} – oathbed</title>
<style>${new Html(STYLE)}</style>`;
  return html`<!doctype html>
<html lang="en">
<head>
${head}
</head>
<body>
${body}
<script>${new Html(SCRIPT)}</script>
</body>
</html>
`.markup;
}

/** Links to the sections that are there, by their ids and headings. */
function navigation(sections: readonly Html[]): Html {
  const links = sections.flatMap(({ markup }) => {
    const [, id, heading] = /^<section id="([a-z]+)"[^>]*>\s*<h2[^>]*>([^<]+)</.exec(markup) ?? [];
    if (id === undefined || heading === undefined) return [];
    return [html`<li><a href="#${id}">${new Html(heading)}</a></li>`];
  });
  return html`<nav aria-label="Sections"><ul>${links}</ul></nav>`;
}

function panel(): Html {
  return html`<dialog id="panel" aria-label="One case">
<div class="panel-bar">
<button type="button" data-step="-1">← Previous</button>
<button type="button" data-step="1">Next →</button>
<span class="panel-place"></span>
<button type="button" data-close>Close</button>
</div>
<div class="panel-body" tabindex="0"></div>
</dialog>`;
}

/** Only the style and script of this file, by their hashes; nothing from anywhere. */
function policy(): string {
  return [
    "default-src 'none'",
    `style-src ${hashOf(STYLE)}`,
    `script-src ${hashOf(SCRIPT)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** A dot in the colour of the verdict, so that a row of tabs tells them apart. */
function icon(report: Report): string {
  const { kind } = verdictOf(report);
  const color = kind === "passed" ? "1a7f52" : kind === "warned" ? "b7791f" : "b42318";
  const dot = `<circle cx='8' cy='8' r='6' fill='%23${color}'/>`;
  return `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>${dot}</svg>`;
}
