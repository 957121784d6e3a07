// Markup that cannot be broken by what it shows: every text put into `html` is escaped.

import { oneLine } from "../../run/printing.ts";
import { escapeXml } from "../xml.ts";

/** Markup that is safe as it is. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What a template takes: texts and numbers are escaped, markup and lists of it are not. */
export type HtmlPart = string | number | Html | readonly Html[];

/** Nothing. */
export const NOTHING: Html = new Html("");

/**
 * Markup from a template. Texts are escaped for contents and quoted attributes; their control and
 * direction-changing characters show as `\n`, `\x1b`, `\u{202e}`.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  let markup = strings[0] ?? "";
  for (const [at, part] of parts.entries()) markup += markupOf(part) + (strings[at + 1] ?? "");
  return new Html(markup);
}

/** `yes()` when it holds, nothing otherwise. */
export function when(isTrue: boolean, yes: () => Html): Html {
  return isTrue ? yes() : NOTHING;
}

function markupOf(part: HtmlPart): string {
  if (part instanceof Html) return part.markup;
  if (typeof part === "string") return escapeXml(oneLine(part));
  if (typeof part === "number") return String(part);
  return part.map((one) => one.markup).join("");
}
