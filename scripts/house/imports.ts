// Reads what a TypeScript file imports, line by line; no parser needed, because Biome keeps the
// form of import lines.

/** A source file: its path from the root, with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** One import of a file. */
export interface Import {
  /** As written: `../core/time/clock.ts`, `node:fs`, `yargs`. */
  readonly specifier: string;
  /**
   * `value` and `type` for static imports and re-exports, `dynamic` for import(), `type` for
   * import types (`typeof import("serialport")`), `computed` for import() of anything but a text.
   */
  readonly kind: "value" | "type" | "dynamic" | "computed";
  /** Line it begins on, from 1. */
  readonly line: number;
}

const STATIC =
  /^[ \t]*(?:import|export)\b(?<type>\s+type\b)?[^;"'`()]*?\bfrom\s*["'](?<specifier>[^"']+)["']/gm;
const BARE = /^[ \t]*import\s*["'](?<specifier>[^"']+)["']/gm;
const CALL = /(?<type>\btypeof\s+|[:<|&]\s*)?\bimport\(\s*(?:["'](?<specifier>[^"']+)["']\s*)?/g;

/** Every import of `source`, in the order of the lines. Commented-out lines do not count. */
export function importsOf(source: string): readonly Import[] {
  const text = blankComments(source);
  const found: Import[] = [];
  const add = (match: RegExpMatchArray, kind: Import["kind"]): void => {
    const index = match.index ?? 0;
    const line = text.slice(0, index + match[0].search(/\S/)).split("\n").length;
    found.push({ specifier: match.groups?.specifier ?? "", kind, line });
  };
  for (const match of text.matchAll(STATIC)) {
    add(match, match.groups?.type === undefined ? "value" : "type");
  }
  for (const match of text.matchAll(BARE)) add(match, "value");
  for (const match of text.matchAll(CALL)) {
    const { type, specifier } = match.groups ?? {};
    if (specifier === undefined) add(match, "computed");
    else add(match, type === undefined ? "dynamic" : "type");
  }
  return found.toSorted((a, b) => a.line - b.line);
}

/** Lines that are comments as a whole become empty; line numbers stay. */
function blankComments(source: string): string {
  return source.replace(/^[ \t]*(?:\/\/|\/\*|\*).*$/gm, "");
}

/**
 * The path from the root that a relative specifier means in `file`; undefined for a package, a
 * built-in module, or something above the root.
 */
export function resolveImport(file: string, specifier: string): string | undefined {
  if (!/^\.{1,2}\//.test(specifier)) return undefined;
  const parts = file.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** The package of a specifier: `ajv` of `ajv/dist/2020.js`; undefined for ours and built-ins. */
export function packageOf(specifier: string): string | undefined {
  if (/^(\.|node:)/.test(specifier)) return undefined;
  const [scope = "", name = ""] = specifier.split("/");
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
}
