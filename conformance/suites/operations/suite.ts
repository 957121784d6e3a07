// Operating a verification server: what its operators do and see, and what must hold when its
// disks, clocks and processes fail. One file a part of it.

import type { Suite } from "../../case.ts";
import { ANSWER_CASES } from "./answers.ts";
import { AUTO_RESYNC_CASES } from "./auto-resync.ts";
import { CLOCK_CASES } from "./clocks.ts";
import { DURABILITY_CASES } from "./durability.ts";
import { FILE_CASES } from "./files.ts";
import { OFFSET_CASES } from "./offsets.ts";
import { SECRET_CASES } from "./secrets.ts";
import { WINDOW_CASES } from "./windows.ts";

/** Cases about servers in the hands of operators. */
export const OPERATIONS_SUITE: Suite = {
  name: "operations",
  title: "Operations: servers, their operators, disks and clocks",
  cases: [
    ...SECRET_CASES,
    ...WINDOW_CASES,
    ...DURABILITY_CASES,
    ...OFFSET_CASES,
    ...CLOCK_CASES,
    ...AUTO_RESYNC_CASES,
    ...ANSWER_CASES,
    ...FILE_CASES,
  ],
};
