// What lives outside this repository: suites, drivers, tokens and targets of other people, from a
// module of theirs.
//
//   export const plugin: Plugin = { suites: [mySuite], drivers: [myDriver], targets: [myServer] };

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { Driver } from "../devices/driver.ts";
import { DRIVERS } from "../devices/registry.ts";
import type { ConformanceCase, Suite } from "./case.ts";
import { printError } from "./run/printing.ts";
import type { TokenSource } from "./run/token-source.ts";
import { SUITES } from "./suites/index.ts";
import type { TargetFactory } from "./target.ts";

/** What a module brings: its export `plugin`, or its default export. */
export interface Plugin {
  /** Judged like those that come with oathbed; ids begin with the suite's name. */
  readonly suites?: readonly Suite[];
  /** Reached as `--device NAME:ADDRESS`. */
  readonly drivers?: readonly Driver[];
  /** Reached as `--device NAME`: emulated tokens, or others that need no address. */
  readonly tokens?: readonly TokenSource[];
  /** Reached as `--target NAME`. */
  readonly targets?: readonly TargetFactory[];
}

/** A module that cannot be taken; the message names it and the field. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly hint: string;
  constructor(path: string, problem: string, hint: string) {
    super(`${path}: ${problem}`);
    this.hint = hint;
  }
}

/**
 * Loads a module of JavaScript, or of TypeScript whose types can be erased (Node 24). It runs with
 * all rights of this process: load what you trust.
 *
 * @param path as a person gives it, from the working folder
 * @throws {PluginError} when it does not load, or a field is not as `Plugin` says
 */
export async function loadPlugin(path: string): Promise<Plugin> {
  const module = await importOf(path);
  const plugin = module.plugin ?? module.default;
  if (!isObject(plugin)) {
    throw new PluginError(path, "has no export `plugin`", "export const plugin: Plugin = { … }");
  }
  return checkPlugin(path, plugin);
}

/**
 * Loads one suite: the export `suite` or the default export of a module.
 *
 * @throws {PluginError}
 */
export async function loadSuite(path: string): Promise<Suite> {
  const module = await importOf(path);
  const suite = module.suite ?? module.default;
  if (!isObject(suite)) {
    throw new PluginError(path, "has no export `suite`", "export const suite: Suite = { … }");
  }
  const { suites = [] } = checkPlugin(path, { suites: [suite] });
  return suites[0] as Suite;
}

/** Several plug-ins as one. @throws {PluginError} when a suite's name is taken */
export function joinPlugins(plugins: readonly Plugin[]): Required<Plugin> {
  const joined = {
    suites: plugins.flatMap(({ suites = [] }) => suites),
    drivers: plugins.flatMap(({ drivers = [] }) => drivers),
    tokens: plugins.flatMap(({ tokens = [] }) => tokens),
    targets: plugins.flatMap(({ targets = [] }) => targets),
  };
  refuseTaken("suite", joined.suites, SUITES);
  refuseTaken("driver", joined.drivers, DRIVERS);
  refuseTaken("token", joined.tokens, []);
  refuseTaken("target", joined.targets, []);
  return joined;
}

/** Loads a package of the folder that the command runs in. @throws {Error} when there is none */
export async function importPackage(name: string): Promise<unknown> {
  const path = createRequire(pathToFileURL(`${process.cwd()}/`)).resolve(name);
  return await import(pathToFileURL(path).href);
}

/** The exports of a module that are looked at. */
interface Exports {
  readonly plugin?: unknown;
  readonly suite?: unknown;
  readonly default?: unknown;
}

async function importOf(path: string): Promise<Exports> {
  try {
    return (await import(pathToFileURL(path).href)) as Exports;
  } catch (error) {
    throw new PluginError(path, `does not load: ${loadProblem(error)}`, loadHint(error, path));
  }
}

/** Words on code that does not parse, or runs into a name it lacks, would quote the file. */
function loadProblem(error: unknown): string {
  if (!isAboutItsText(error)) return printError(error);
  const place = placeIn(error.stack ?? "");
  return place === "" ? error.name : `${error.name} at ${place}`;
}

function loadHint(error: unknown, path: string): string {
  const hint = "a path to a module: .js, or .ts whose types can be erased";
  return isAboutItsText(error) ? `${hint}; node ${path} shows what is wrong there` : hint;
}

function isAboutItsText(error: unknown): error is SyntaxError | ReferenceError {
  return error instanceof SyntaxError || error instanceof ReferenceError;
}

/** A stack begins with `FILE:LINE`, the line and carets, or its first call is in the module. */
function placeIn(stack: string): string {
  const [, typed] = /^[^\n]+:(\d+)\n/.exec(stack) ?? [];
  const [, indent] = /^( *)\^+$/m.exec(stack) ?? [];
  if (typed !== undefined && indent !== undefined) {
    return `line ${typed}, column ${indent.length + 1}`;
  }
  const [call = ""] = /^ +at .*$/m.exec(stack) ?? [];
  const [, line, column] = (call.includes("node:") ? null : /:(\d+):(\d+)\)?$/.exec(call)) ?? [];
  return line === undefined ? "" : `line ${line}, column ${column}`;
}

function checkPlugin(path: string, plugin: Readonly<Record<string, unknown>>): Plugin {
  const { suites, drivers, tokens, targets, ...other } = plugin;
  for (const field of Object.keys(other)) {
    throw new PluginError(path, `has a field ${field}`, `the fields are ${FIELDS.join(", ")}`);
  }
  checkEach(path, "suites", suites, { name: "string", title: "string", cases: "array" });
  checkEach(path, "drivers", drivers, {
    name: "string",
    summary: "string",
    health: "function",
    list: "function",
    open: "function",
  });
  const source = { name: "string", description: "string", open: "function" } as const;
  checkEach(path, "tokens", tokens, { ...source, driver: "string" });
  checkEach(path, "targets", targets, { ...source, abilities: "set" });
  for (const suite of (suites ?? []) as readonly Suite[]) checkCases(path, suite);
  return plugin as Plugin;
}

const FIELDS = ["suites", "drivers", "tokens", "targets"] as const;
const LEVELS: readonly unknown[] = ["MUST", "SHOULD", "MAY"];
const SUBJECTS: readonly unknown[] = ["token", "verifier", "pair"];

type Shape = Readonly<Record<string, "string" | "function" | "array" | "set" | "object">>;

function checkEach(path: string, field: string, value: unknown, shape: Shape): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) throw new PluginError(path, `${field} is no list`, `${field}: [ … ]`);
  value.forEach((item: unknown, at) => {
    checkShape(path, `${field}[${at}]`, item, shape);
  });
}

function checkShape(path: string, place: string, item: unknown, shape: Shape): void {
  if (!isObject(item))
    throw new PluginError(path, `${place} is no object`, "see docs/extending.md");
  for (const [key, kind] of Object.entries(shape)) {
    if (isOfKind(item[key], kind)) continue;
    throw new PluginError(path, `${place}.${key} is no ${kind}`, "see docs/extending.md");
  }
}

function checkCases(path: string, suite: Suite): void {
  const ids = new Set<string>();
  suite.cases.forEach((one: ConformanceCase, at) => {
    const place = `suite ${suite.name}, cases[${at}]`;
    checkShape(path, place, one, {
      id: "string",
      title: "string",
      needs: "array",
      requirement: "object",
      run: "function",
    });
    const hint = `${suite.name}/section/what-is-judged, once`;
    if (!one.id.startsWith(`${suite.name}/`) || ids.has(one.id)) {
      throw new PluginError(path, `${place}.id is ${JSON.stringify(one.id)}`, hint);
    }
    ids.add(one.id);
    if (!LEVELS.includes(one.level)) {
      throw new PluginError(path, `${place}.level is none`, "MUST, SHOULD or MAY");
    }
    if (!SUBJECTS.includes(one.subject)) {
      throw new PluginError(path, `${place}.subject is none`, "token, verifier or pair");
    }
  });
}

function isOfKind(value: unknown, kind: Shape[string]): boolean {
  switch (kind) {
    case "array":
      return Array.isArray(value);
    case "set":
      return value instanceof Set;
    case "string":
      return typeof value === "string" && value !== "";
    case "object":
      return isObject(value);
    case "function":
      return typeof value === "function";
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function refuseTaken(
  what: string,
  own: readonly { readonly name: string }[],
  known: readonly { readonly name: string }[],
): void {
  const names = new Set(known.map(({ name }) => name));
  for (const { name } of own) {
    if (names.has(name)) {
      throw new PluginError(name, `there is a ${what} of this name already`, "choose another name");
    }
    names.add(name);
  }
}
