// The built page: what a first visit loads, and that none of it comes from elsewhere.

import { expect, test } from "vitest";
import { loadPageAssets } from "./assets.ts";

/** Goal of the first load, bytes as sent. */
const FIRST_LOAD = 200 * 1024;

test("a first visit loads at most 200 KiB, all of it from the page's own files", async () => {
  const assets = await loadPageAssets();
  const html = assets.get("index.html")?.body.toString("utf8") ?? "";
  const named = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1] ?? "");
  expect(named.filter((path) => !path.startsWith("./assets/"))).toEqual([]);
  const loaded = ["index.html", ...named.map((path) => path.slice(2))];
  expect(loaded.filter((path) => !assets.has(path))).toEqual([]);
  const bytes = loaded.map((path) => assets.get(path)?.gzip?.length ?? 0);
  expect(bytes.every((count) => count > 0)).toBe(true);
  expect(bytes.reduce((sum, count) => sum + count, 0)).toBeLessThan(FIRST_LOAD);
});

test("the page has no inline script or style, which its policy would refuse", async () => {
  const assets = await loadPageAssets();
  const html = assets.get("index.html")?.body.toString("utf8") ?? "";
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  expect(
    [...assets].map(([path, { cacheControl }]) => [path === "index.html", cacheControl]),
  ).toEqual(
    [...assets].map(([path]) =>
      path === "index.html" ? [true, "no-cache"] : [false, expect.stringContaining("immutable")],
    ),
  );
});
