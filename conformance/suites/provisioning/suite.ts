// Writing credentials from what people have: otpauth URIs, PSKC files, odd parameters.

import type { Suite } from "../../case.ts";
import { PARAMETER_CASES } from "./parameters.ts";
import { PSKC_CASES } from "./pskc.ts";
import { URI_CASES } from "./uris.ts";

/** @see file head */
export const PROVISIONING_SUITE: Suite = {
  name: "provisioning",
  title: "Writing credentials: taken right, or refused whole",
  cases: [...PARAMETER_CASES, ...URI_CASES, ...PSKC_CASES],
};
