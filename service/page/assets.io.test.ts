// The built page: what a first visit loads, and that none of it comes from elsewhere.

import { expect, test } from "vitest";
import { firstLoad, firstLoadBytes, loadPageAssets } from "./assets.ts";

/** Goal of the first load, bytes as sent. */
const FIRST_LOAD = 200 * 1024;

test("a first visit loads at most 200 KiB, all of it from the page's own files", async () => {
  const assets = await loadPageAssets();
  expect(firstLoad(assets).length).toBeGreaterThan(3);
  expect(firstLoad(assets).filter((path) => !assets.has(path))).toEqual([]);
  const bytes = firstLoadBytes(assets);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(FIRST_LOAD);
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
