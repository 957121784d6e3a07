// Who may import whom (DESIGN, "The house"): the table, and what breaks it.

import { importsOf, packageOf, resolveImport, type SourceFile } from "./imports.ts";

/** A room may import from itself and from these. */
interface Room {
  readonly mayImport: readonly string[];
  /** Files of it, by their beginning, that may also import from these. */
  readonly exceptions?: Readonly<Record<string, readonly string[]>>;
  /** The only packages it may use: its build puts them into what it makes. */
  readonly bundles?: readonly string[];
}

const ROOMS: Readonly<Record<string, Room>> = {
  // core has four rooms and no fifth; each file is on the allow-list (core-files.ts).
  core: { mayImport: [] },
  "core/time": { mayImport: [] },
  "core/oath": { mayImport: ["core/time"] },
  "core/wire": { mayImport: ["core/time", "core/oath"] },
  "core/drift": { mayImport: ["core/time", "core/oath"] },
  "firmware-sim": { mayImport: ["core"] },
  verifier: { mayImport: ["core"] },
  devices: {
    mayImport: ["core"],
    exceptions: {
      "devices/virtual": ["firmware-sim"],
      "devices/errors-firmware.ts": ["firmware-sim"],
      "devices/rigs/": ["firmware-sim"],
    },
  },
  service: { mayImport: ["core", "verifier", "devices"] },
  // Runs in browsers: it shares the types of the service's answers, and nothing else.
  "service/page/web": {
    mayImport: ["service/page/contract.ts"],
    bundles: ["preact", "@preact/signals"],
  },
  conformance: {
    mayImport: ["core", "devices"],
    exceptions: { "conformance/targets/": ["verifier"] },
  },
  bench: { mayImport: ["core", "devices", "verifier", "firmware-sim", "service"] },
  cli: {
    mayImport: [
      "core",
      "firmware-sim",
      "devices",
      "verifier",
      "service",
      "conformance",
      "bench",
      "package.json",
    ],
  },
};

/** Packages with native code: they load inside a driver when it is first needed, never before. */
const NATIVE_PACKAGES: readonly string[] = ["serialport", "node-hid", "usb", "smartcard"];
/** Loads what a person names: the only import() of something that is no literal text. */
const PLUGIN_LOADER = "conformance/plugin.ts";
/** Imports whom it likes, and nobody imports it: the developers' scripts. */
const FREE_ROOM = "scripts/";

/** What the check knows besides the files. */
export interface ArrowRules {
  /** Every file that core may have, tests left out; an entry that ends in / is a folder. */
  readonly coreFiles: readonly string[];
  /** Packages that come with an installed oathbed: dependencies and optional ones. */
  readonly packages: readonly string[];
}

/**
 * One line a broken rule: `file:line: what is wrong`. Tests, and what stands in testing/, may
 * import from anywhere, and nothing but tests imports them.
 */
export function arrowProblems(files: readonly SourceFile[], rules: ArrowRules): readonly string[] {
  const judged = files.filter(({ path }) => !isTest(path));
  return [
    ...judged.flatMap((file) => importProblems(file, rules)),
    ...coreProblems(judged, rules),
    ...circleProblems(judged.filter(({ path }) => path.startsWith("core/"))),
  ];
}

function importProblems(file: SourceFile, rules: ArrowRules): readonly string[] {
  const isConfig = !file.path.includes("/");
  if (isConfig || file.path.startsWith(FREE_ROOM)) return [];
  const room = roomOf(file.path);
  return importsOf(file.text).flatMap(({ specifier, kind, line }) => {
    const where = `${file.path}:${line}`;
    if (kind === "computed" && file.path === PLUGIN_LOADER) return [];
    if (kind === "computed") return [`${where}: import() takes a literal text`];
    const target = resolveImport(file.path, specifier);
    const problem =
      target === undefined
        ? packageProblem(room, specifier, kind, rules)
        : targetProblem(file.path, room, target);
    return problem === undefined ? [] : [`${where}: ${problem}`];
  });
}

function targetProblem(path: string, room: string, target: string): string | undefined {
  if (/^[a-z-]+\/index\.ts$/.test(target)) return `${target} is for users; import the file itself`;
  if (isTest(target)) return `${target} is for tests`;
  const to = roomOf(target);
  const rule = ROOMS[room];
  if (rule === undefined) return `${room} is no room of the house (scripts/house/arrows.ts)`;
  const exceptions = Object.entries(rule.exceptions ?? {})
    .filter(([beginning]) => path.startsWith(beginning))
    .flatMap(([, rooms]) => rooms);
  const allowed = [room, ...rule.mayImport, ...exceptions];
  if (allowed.some((name) => target === name || to === name || to.startsWith(`${name}/`))) {
    return undefined;
  }
  return `${room} may not import ${to}`;
}

function packageProblem(
  room: string,
  specifier: string,
  kind: "value" | "type" | "dynamic",
  rules: ArrowRules,
): string | undefined {
  const name = packageOf(specifier);
  if (name === undefined) return undefined;
  const bundles = ROOMS[room]?.bundles;
  if (bundles !== undefined) {
    return bundles.includes(name) ? undefined : `${name} is not among the packages it is built of`;
  }
  if (NATIVE_PACKAGES.includes(name) && kind === "value") {
    return `${name} is native: load it inside with await import("${name}")`;
  }
  if (rules.packages.includes(name)) return undefined;
  return `${name} is not among the dependencies that an installed oathbed has`;
}

function coreProblems(files: readonly SourceFile[], rules: ArrowRules): readonly string[] {
  const paths = files.map(({ path }) => path).filter((path) => path.startsWith("core/"));
  const covers = (entry: string, path: string): boolean =>
    entry.endsWith("/") ? path.startsWith(entry) : path === entry;
  return [
    ...paths
      .filter((path) => !rules.coreFiles.some((entry) => covers(entry, path)))
      .map((path) => `${path}: is not in scripts/house/core-files.ts; do both sides need it?`),
    ...rules.coreFiles
      .filter((entry) => !paths.some((path) => covers(entry, path)))
      .map((entry) => `${entry}: is in scripts/house/core-files.ts and does not exist`),
  ];
}

function circleProblems(files: readonly SourceFile[]): readonly string[] {
  const graph = new Map(
    files.map(({ path, text }) => [
      path,
      importsOf(text)
        .map(({ specifier }) => resolveImport(path, specifier))
        .filter((target) => target !== undefined),
    ]),
  );
  const done = new Set<string>();
  const problems: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) problems.push(`${path}: a circle: ${[...trail.slice(at), path].join(" -> ")}`);
    if (at >= 0 || done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return problems;
}

/** `core/oath` of `core/oath/base32.ts`, `verifier` of `verifier/stores/memory.ts`. */
function roomOf(path: string): string {
  if (path.startsWith("service/page/web/")) return "service/page/web";
  const [top = "", second = ""] = path.split("/");
  return top === "core" && path.split("/").length > 2 ? `core/${second}` : top;
}

/** A test, or what tests share: neither is built. */
function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || path.includes("/testing/");
}
