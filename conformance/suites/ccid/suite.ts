// USB CCID in frames: what a token's smart-card reader answers on its bulk endpoints.

import type { Suite } from "../../case.ts";
import { MESSAGE_CASES } from "./messages.ts";
import { SLOT_CASES } from "./slot.ts";
import { TRANSFER_CASES } from "./transfers.ts";

/** Cases about tokens that are USB smart-card readers. */
export const CCID_SUITE: Suite = {
  name: "ccid",
  title: "USB CCID: the token as a smart-card reader, in messages",
  cases: [...SLOT_CASES, ...MESSAGE_CASES, ...TRANSFER_CASES],
};
