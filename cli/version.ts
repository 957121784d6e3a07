// The version of this oathbed.

import { readFile } from "node:fs/promises";

/** A checkout's cli/ is one below package.json, the build's dist/cli/ two. */
const PLACES = ["../package.json", "../../package.json"];

/** `0.1.0`, from package.json; "unknown" when there is none. */
export async function toolVersion(): Promise<string> {
  for (const place of PLACES) {
    try {
      const text = await readFile(new URL(place, import.meta.url), "utf8");
      const described: { readonly name?: unknown; readonly version?: unknown } = JSON.parse(text);
      if (described.name === "oathbed") return String(described.version);
    } catch {
      // Not here: the next place.
    }
  }
  return "unknown";
}
