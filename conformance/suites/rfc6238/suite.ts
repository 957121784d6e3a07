// RFC 6238, TOTP: one file a section.

import type { Suite } from "../../case.ts";
import { REPLAY_CASES } from "./5.2-replay.ts";

/** Cases about time-based codes and their validation. */
export const RFC6238_SUITE: Suite = {
  name: "rfc6238",
  title: "RFC 6238: time-based one-time passwords (TOTP)",
  cases: [...REPLAY_CASES],
};
