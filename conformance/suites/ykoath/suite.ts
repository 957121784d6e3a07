// The YKOATH protocol in frames: what an OATH smart-card applet answers, byte by byte.

import type { Suite } from "../../case.ts";
import { ACCESS_CASES } from "./access.ts";
import { CALCULATE_CASES } from "./calculate.ts";
import { CALCULATE_ALL_CASES } from "./calculate-all.ts";
import { CHAINING_CASES } from "./chaining.ts";
import { FORM_CASES } from "./forms.ts";
import { NAME_CASES } from "./names.ts";
import { PUT_CASES } from "./put.ts";
import { RESET_CASES } from "./reset.ts";
import { SELECT_CASES } from "./select.ts";

/** Cases about cards with an OATH applet, whatever carries their APDUs. */
export const YKOATH_SUITE: Suite = {
  name: "ykoath",
  title: "YKOATH: the OATH smart-card applet, in APDUs",
  cases: [
    ...SELECT_CASES,
    ...FORM_CASES,
    ...PUT_CASES,
    ...NAME_CASES,
    ...CALCULATE_CASES,
    ...CALCULATE_ALL_CASES,
    ...CHAINING_CASES,
    ...ACCESS_CASES,
    ...RESET_CASES,
  ],
};
