// What a browser loads when it opens the page for the first time, as it is sent. Goal of issue 5:
// at most 200 KiB.

import { firstLoadBytes, loadPageAssets } from "../../service/page/assets.ts";
import type { Goal, Measurement } from "../workload.ts";

const GOAL: Goal = { comparison: "at-most", value: 200 * 1024 };

/** The page, its script, its styles and its icon, compressed; bytes. */
export async function pageFirstLoad(): Promise<Measurement> {
  const bytes = firstLoadBytes(await loadPageAssets());
  return {
    suite: "iam",
    subject: "page",
    name: "first load, compressed",
    unit: "bytes",
    median: bytes,
    low: bytes,
    high: bytes,
    slices: 1,
    goal: GOAL,
  };
}
