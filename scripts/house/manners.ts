// What every file of the house keeps: STYLE's sizes and heads, time and chance from one place, no
// loose ends, and paths that survive the build.

import { resolveImport, type SourceFile } from "./imports.ts";

/** Longest line, in characters. Biome breaks code so; this check looks at comments. */
export const MAX_COLUMNS = 100;
/** Longest line of code that Biome cannot break: a text, a template, a pattern. */
const MAX_TEXT_COLUMNS = 120;
const COMMENT = /^\s*(?:\/\/|\/?\*|#)/;
/** A file above this is on the list of exceptions with its reason, or is split. */
export const MAX_LINES = 300;

/** Only these read the operating system's time (DESIGN, "Time and chance"). */
const TIME_READERS: readonly string[] = [
  "core/time/system-clock.ts",
  "service/page/web/clock.ts",
  "bench/",
  "scripts/",
];
const READS_TIME = /\bDate\.now\(|\bperformance\.now\(|\bhrtime\b|\bnew Date\(\)/;
const READS_CHANCE = /\bMath\.random\(/;
const LOOSE_END = /\b(?:TODO|FIXME|XXX|HACK)\b/;
const OWN_SOURCE = /["'`](\.{1,2}\/[^"'`$]*\.ts)["'`]/g;
const OWN_URL = /\bnew URL\(\s*["'](\.{1,2}\/[^"']*)["'],\s*import\.meta\.url\s*,?\s*\)/g;

/** What is wrong with a source file on its own: `file:line: what`. */
export function fileProblems(
  file: SourceFile,
  longFiles: Readonly<Record<string, string>>,
): readonly string[] {
  const { path, text } = file;
  const lines = text.split("\n");
  const problems = lines.flatMap((line, at) =>
    lineProblems(path, line).map((problem) => `${path}:${at + 1}: ${problem}`),
  );
  if (!hasHead(path, lines))
    problems.push(`${path}:1: begins with no comment that says what it is`);
  const count = lines.length - 1;
  if (count > MAX_LINES && longFiles[path] === undefined) {
    problems.push(
      `${path}: ${count} lines; split it, or say why not (scripts/house/long-files.ts)`,
    );
  }
  return problems;
}

function lineProblems(path: string, line: string): readonly string[] {
  const problems: string[] = [];
  const limit = COMMENT.test(line) ? MAX_COLUMNS : MAX_TEXT_COLUMNS;
  if ([...line].length > limit) problems.push(`longer than ${limit} columns`);
  if (path.startsWith("scripts/house/")) return problems;
  if (LOOSE_END.test(line)) problems.push("a loose end; finish it or file an issue");
  if (READS_CHANCE.test(line)) problems.push("chance comes from core/time/random.ts");
  const mayReadTime = TIME_READERS.some((start) => path.startsWith(start)) || isTest(path);
  if (READS_TIME.test(line) && !mayReadTime) problems.push("time comes from an injected Clock");
  return problems;
}

/** A comment on the first line, or on the second after a `#!` line. */
function hasHead(path: string, lines: readonly string[]): boolean {
  const isScript = (lines[0] ?? "").startsWith("#!");
  const head = lines[isScript ? 1 : 0] ?? "";
  return /^(?:\/\/|\/\*\*?|#) ?\S/.test(/\.tsx?$/.test(path) ? head.replace(/^#/, "") : head);
}

/**
 * Paths of ours in texts: import specifiers are rewritten on emit, and so is
 * `new URL("./child.ts", import.meta.url)` (scripts/build.ts); any other is lost in dist.
 *
 * @param exists whether there is a file at a path from the root
 */
export function pathProblems(
  file: SourceFile,
  exists: (path: string) => boolean,
): readonly string[] {
  const { path, text } = file;
  const code = text
    .replace(/^[ \t]*(?:\/\/|\/?\*).*$/gm, "")
    .replace(/\bfrom\s*["'][^"']+["']|\bimport\s*["'][^"']+["']|\bimport\(\s*["'][^"']+["']/g, "");
  const missing = [...code.matchAll(OWN_URL)]
    .map((match) => resolveImport(path, match[1] ?? ""))
    .filter((target) => target?.endsWith(".ts") && !exists(target))
    .map((target) => `${path}: ${target} does not exist`);
  const loose = [...code.replace(OWN_URL, "").matchAll(OWN_SOURCE)].map(
    (match) => `${path}: write new URL("${match[1]}", import.meta.url); this path is lost in dist`,
  );
  return [...missing, ...loose];
}

/** Schemas are closed; other data files name theirs. */
export function dataProblems(file: SourceFile): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(file.text);
  } catch {
    return [`${file.path}: is not JSON`];
  }
  if (typeof value !== "object" || value === null || !("$schema" in value)) {
    return [`${file.path}: names no schema ($schema)`];
  }
  const isSchema = String(value.$schema).startsWith("https://json-schema.org/");
  const isOpen = "type" in value && value.type === "object" && !("additionalProperties" in value);
  return isSchema && isOpen
    ? [`${file.path}: an open schema; add additionalProperties: false`]
    : [];
}

/** Links of a document to our own files lead somewhere. */
export function linkProblems(
  { path, text }: SourceFile,
  exists: (path: string) => boolean,
): readonly string[] {
  return [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1] ?? "")
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => !exists(resolveImport(path, `./${link}`) ?? ""))
    .map((link) => `${path}: there is no ${link}`);
}

function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}
