// Reads the repository's files for the checks of the house.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { SourceFile } from "./imports.ts";

/** The repository's folder. */
export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** Folders that hold our files; the root's own files besides. */
const FOLDERS: readonly string[] = [
  ".ci",
  "bench",
  "bin",
  "cli",
  "conformance",
  "core",
  "devices",
  "docs",
  "firmware-sim",
  "scripts",
  "service",
  "verifier",
];

/** Every file of the house with one of these endings, by path. */
export function filesEndingIn(...endings: readonly string[]): readonly SourceFile[] {
  return [...rootFiles(), ...FOLDERS.flatMap(filesBelow)]
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .filter((path) => !path.includes("node_modules/"))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(`${ROOT}/${path}`, "utf8") }));
}

/** package.json, as far as the checks read it. */
export interface PackageFile {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

/** The repository's package.json. */
export function packageFile(): PackageFile {
  return JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8")) as PackageFile;
}

function rootFiles(): readonly string[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "package-lock.json")
    .map((entry) => entry.name);
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(`${ROOT}/${folder}`, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length).replace(/^\/+/, ""));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
