// Libraries that are raced against: a checkout has them, an installed oathbed need not.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require: NodeJS.Require = createRequire(import.meta.url);

/** Whether a library can be loaded. */
export function hasPackage(specifier: string): boolean {
  try {
    require.resolve(specifier);
    return true;
  } catch {
    return false;
  }
}

/** The library itself, as far as `Face` tells it. @throws {Error} when it is not installed */
export function peerPackage<Face>(specifier: string): Face {
  return require(specifier) as Face;
}

/** Its version; "-" when it does not say. */
export function packageVersion(name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const text = readFileSync(`${folder}/${name}/package.json`, "utf8");
      return (JSON.parse(text) as { readonly version: string }).version;
    } catch {
      // Packages are looked for in one folder after the other.
    }
  }
  return "-";
}
