// What many operations do to a token. All but the first case run only when they are asked for.

import type { Suite } from "../../case.ts";
import { OPERATION_CASES } from "./operations.ts";

/** @see file head */
export const ENDURANCE_SUITE: Suite = {
  name: "endurance",
  title: "Many operations, one after another",
  cases: OPERATION_CASES,
};
