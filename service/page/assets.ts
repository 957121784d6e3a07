// The files of the page, as they are sent: read once, compressed once. An installed oathbed has
// them in built/; a checkout builds them (scripts/build-page.ts) when they are first wanted, and
// again when a source is younger.

import { execFile } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";

/** One file of the page. */
export interface PageAsset {
  readonly contentType: string;
  readonly body: Buffer;
  /** The body compressed, for `Accept-Encoding: gzip`; null where that saves nothing. */
  readonly gzip: Buffer | null;
  /** Names with a hash keep for a year; the page itself is asked for anew. */
  readonly cacheControl: string;
}

/** Files by their path below the page: `index.html`, `assets/index-Ab12Cd34.js`. */
export type PageAssets = ReadonlyMap<string, PageAsset>;

const INSTALLED = fileURLToPath(new URL("./built", import.meta.url));
const SOURCES = fileURLToPath(new URL("./web", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUILT_HERE = join(ROOT, ".cache", "page");

const BUILD_MS = 60_000;
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * Reads the page's files.
 *
 * @throws {Error} in a checkout, when the page does not build; it names the command that shows why
 */
export async function loadPageAssets(): Promise<PageAssets> {
  const folder = await builtFolder();
  const names = await readdir(folder, { recursive: true });
  const assets = new Map<string, PageAsset>();
  for (const name of names.toSorted()) {
    const contentType = CONTENT_TYPES[extname(name)];
    if (contentType === undefined) continue;
    const path = name.replaceAll("\\", "/");
    assets.set(path, await assetOf(join(folder, name), path, contentType));
  }
  return assets;
}

/** Files that the page itself names, and the page: what is loaded before anything is done. */
export function firstLoad(assets: PageAssets): readonly string[] {
  const html = assets.get("index.html")?.body.toString("utf8") ?? "";
  const named = [...html.matchAll(/(?:src|href)="(?:\.\/)?([^"]*)"/g)].map(
    (match) => match[1] ?? "",
  );
  return ["index.html", ...named];
}

/** What they take as they are sent, bytes. @throws {RangeError} for a name that is no file here */
export function firstLoadBytes(assets: PageAssets): number {
  const sizes = firstLoad(assets).map((path) => {
    const asset = assets.get(path);
    if (asset === undefined) throw new RangeError(`the page has no ${path}`);
    return (asset.gzip ?? asset.body).length;
  });
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

async function assetOf(file: string, path: string, contentType: string): Promise<PageAsset> {
  const body = await readFile(file);
  const small = await promisify(gzip)(body, { level: constants.Z_BEST_COMPRESSION });
  const cacheControl = path.startsWith("assets/")
    ? "public, max-age=31536000, immutable"
    : "no-cache";
  return { contentType, body, gzip: small.length < body.length ? small : null, cacheControl };
}

/** Where the built page is, after building it when this is a checkout that needs to. */
async function builtFolder(): Promise<string> {
  const changed = await youngest(SOURCES);
  if (changed === null) return INSTALLED;
  const built = await youngest(BUILT_HERE);
  if (built !== null && built >= changed) return BUILT_HERE;
  const command = ["scripts/build-page.ts", BUILT_HERE];
  try {
    await promisify(execFile)(process.execPath, command, { cwd: ROOT, timeout: BUILD_MS });
  } catch (cause) {
    throw new Error(`the page does not build; try: node ${command.join(" ")}`, { cause });
  }
  return BUILT_HERE;
}

/** When the last of a folder's files changed, milliseconds; null when there is no such folder. */
async function youngest(folder: string): Promise<number | null> {
  try {
    const names = await readdir(folder, { recursive: true });
    const times = await Promise.all(names.map((name) => stat(join(folder, name))));
    return Math.max(...times.map(({ mtimeMs }) => mtimeMs));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
