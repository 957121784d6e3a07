import { createHash } from "node:crypto";
import { Script } from "node:vm";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { expect, test } from "vitest";
import type { Report } from "../report.ts";
import { hostile, SAMPLE_SECRET_FORMS, sampleReport } from "../testing/sample-report.ts";
import { SCRIPT } from "./html/script.ts";
import { htmlReport, MAX_HTML_BYTES } from "./html.ts";

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

const SAMPLE: Report = await sampleReport();
const HOSTILE: Report = hostile(SAMPLE);

/** All elements of a page, by a parser that tells every error. */
function elementsOf(page: string): readonly Element[] {
  const errors: string[] = [];
  const document = parse(page, { onParseError: ({ code }) => errors.push(code) });
  expect(errors).toEqual([]);
  const found: Element[] = [];
  const visit = (node: Node): void => {
    if ("tagName" in node) found.push(node);
    if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  visit(document);
  return found;
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((one) => one.name === name)?.value;
}

function classesOf(element: Element): readonly string[] {
  return (attribute(element, "class") ?? "").split(" ");
}

function textOf(node: Node): string {
  if ("value" in node && node.nodeName === "#text") return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

function withClass(elements: readonly Element[], name: string): readonly Element[] {
  return elements.filter((element) => classesOf(element).includes(name));
}

test.each([
  ["the sample", SAMPLE],
  ["hostile texts", HOSTILE],
])("%s make a page without parse errors, with one script and one style", (_, report) => {
  const elements = elementsOf(htmlReport(report));
  expect(elements.filter(({ tagName }) => tagName === "script")).toHaveLength(1);
  expect(elements.filter(({ tagName }) => tagName === "style")).toHaveLength(1);
  const handlers = elements.flatMap(({ attrs }) => attrs.filter((one) => /^on/.test(one.name)));
  expect(handlers, "no inline handlers").toEqual([]);
  expect(elements.filter((element) => attribute(element, "style") !== undefined)).toEqual([]);
});

test.each([
  ["the sample", SAMPLE],
  ["hostile texts", HOSTILE],
])("%s make a page that asks nothing of the network", (_, report) => {
  for (const element of elementsOf(htmlReport(report))) {
    for (const name of ["src", "srcset", "action", "poster", "xlink:href", "data"]) {
      expect(attribute(element, name)).toBeUndefined();
    }
    const href = attribute(element, "href");
    if (href === undefined) continue;
    const isIcon = element.tagName === "link" && href.startsWith("data:image/svg+xml,");
    expect(isIcon || /^#[a-z0-9-]+$/.test(href), href).toBe(true);
  }
});

test("its policy allows its own style and script by their hashes, and nothing else", () => {
  const elements = elementsOf(htmlReport(SAMPLE));
  const meta = elements.find((one) => attribute(one, "http-equiv") === "Content-Security-Policy");
  const policy = (meta && attribute(meta, "content")) ?? "";
  for (const tagName of ["style", "script"]) {
    const element = elements.find((one) => one.tagName === tagName);
    const text = element === undefined ? "" : textOf(element);
    const hash = createHash("sha256").update(text).digest("base64");
    expect(policy).toContain(`${tagName}-src 'sha256-${hash}'`);
  }
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
});

test("its script is well-formed, and makes no markup from text", () => {
  expect(() => new Script(SCRIPT)).not.toThrow();
  expect(SCRIPT).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|fetch/);
});

test("every result has a cell in the matrix, named for all readers, that opens its details", () => {
  const elements = elementsOf(htmlReport(SAMPLE));
  const ids = elements.flatMap((element) => attribute(element, "id") ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  const cells = withClass(elements, "cell");
  expect(cells).toHaveLength(SAMPLE.results.length);
  const labels = cells.map((cell) => attribute(cell, "aria-label"));
  for (const { status, title, subject } of SAMPLE.results) {
    expect(labels).toContain(`${status}: ${title}, on ${subject}`);
  }
  for (const cell of elements.filter(({ tagName }) => tagName === "a")) {
    expect(ids).toContain(attribute(cell, "href")?.slice(1));
  }
});

test("without a script every result can be read: requirement, checks, wire log, command", () => {
  const elements = elementsOf(htmlReport(SAMPLE));
  const details = withClass(elements, "result");
  expect(details.map(({ tagName }) => tagName)).toEqual(SAMPLE.results.map(() => "details"));
  for (const [at, { requirement, checks, wire, repeat }] of SAMPLE.results.entries()) {
    const text = details[at] === undefined ? "" : textOf(details[at]);
    for (const part of [requirement.text, requirement.source, repeat]) expect(text).toContain(part);
    for (const check of checks) expect(text).toContain(check.what);
    for (const line of wire) expect(text).toContain(line.text);
  }
});

test("what asks for work stands on top, with the command that repeats it", () => {
  const [first] = elementsOf(htmlReport(SAMPLE)).filter((one) => attribute(one, "id") === "work");
  const text = first === undefined ? "" : textOf(first);
  expect(text).toContain("refused: no-match");
  expect(text).toContain("--only rfc4226/7.2/replayed-code --random-seed 42");
  expect(text).not.toContain("leading zeros");
});

test("a token's clock is plotted with axes, units and a sentence on how to read it", () => {
  const elements = elementsOf(htmlReport(SAMPLE));
  const clocks = withClass(elements, "clock");
  expect(clocks).toHaveLength(2);
  const text = clocks[1] === undefined ? "" : textOf(clocks[1]);
  expect(text).toContain("offset, seconds");
  expect(text).toContain("simulated date, UTC");
  expect(text).toContain("How to read it:");
  expect(text).toContain("After 357 d it is at +123 s: +4.00 ppm on average.");
  expect(text).toContain("2026-09-24 resynced, true offset +101 s, recorded +90.0 s");
  const plots = withClass(elements, "plot");
  expect(plots.map((plot) => attribute(plot, "role"))).toEqual(Array(4).fill("img"));
  expect(attribute(plots[2] as Element, "aria-label")).toContain("Offset of drifting-clock");
});

test("an unreachable token says why, and figures show their spread", () => {
  const page = elementsOf(htmlReport(SAMPLE));
  const [unavailable] = withClass(page, "unavailable");
  expect(unavailable && textOf(unavailable)).toContain("no pseudo-terminals on win32; run it on");
  const [figures] = withClass(page, "figures");
  expect(figures && textOf(figures)).toMatch(
    /serial:emulated\s*code read.*\s*2,640 1\/s\s*1,900 to/,
  );
});

test("no form of a secret is in it", () => {
  const page = htmlReport(SAMPLE).toLowerCase();
  for (const form of SAMPLE_SECRET_FORMS) expect(page).not.toContain(form.toLowerCase());
});

test("hostile texts are shown as they are, control characters by their names", () => {
  const elements = elementsOf(htmlReport(HOSTILE));
  const [notices] = withClass(elements, "notices");
  const text = notices === undefined ? "" : textOf(notices);
  expect(text).toContain("</script><script>alert(1)</script>");
  expect(text).toContain("nul \\x00 bell \\x07 escape \\x1b[31mred");
  expect(text).toContain("right-to-left \\u{202e}abc");
});

test("a report too large for one page is cut to 10 MB, and the page says so", () => {
  const [first] = SAMPLE.results;
  if (first === undefined) throw new Error("the sample has no results");
  const wire = Array.from({ length: 600 }, (_, at) => {
    return { atUs: at, direction: "to-token", text: `<&"'> ${"<".repeat(80)}` } as const;
  });
  const results = Array.from({ length: 100 }, (_, at) => ({ ...first, id: `test/1/${at}`, wire }));
  const page = htmlReport({ ...SAMPLE, results });
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(MAX_HTML_BYTES);
  expect(page).toContain("To keep this file small, 100 wire logs are cut; each says where.");
  expect(page).toMatch(
    /lines are left out here; the whole log is in\s<a href="wire-logs\/virtual--/,
  );
});

test("an interrupted and an empty report are pages too", () => {
  const empty = { ...SAMPLE, subjects: [], results: [], timelines: [], figures: [], notices: [] };
  expect(htmlReport(empty)).toContain("<h1>Nothing judged</h1>");
  elementsOf(htmlReport(empty));
  expect(htmlReport({ ...SAMPLE, complete: false })).toContain("<h1>Interrupted</h1>");
});

test("a command breaks between its words only, and is copied as it is", () => {
  const command = "oathbed conformance --random-seed 42";
  const page = htmlReport({ ...SAMPLE, command });
  const [, inside = ""] = /<dt>Command<\/dt><dd><code class="copy">(.*?)<\/code>/.exec(page) ?? [];
  expect(inside).toContain("<span>--random-seed</span>");
  expect(inside.replaceAll(/<[^>]*>/g, "").trim()).toBe(command);
});
