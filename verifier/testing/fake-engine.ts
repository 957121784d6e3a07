// An engine whose codes are a simple function of the moving factor: few different ones, so that
// steps near each other often share their digits, as no secret's codes ever do.

import { MAX_MOVING_FACTOR } from "../../core/oath/parameters.ts";
import { codesOneByOne, type Engine, searchCodes } from "../engines/engine.ts";

/** Different codes there are. */
const CODES = 211n;

/** The fake code of a moving factor: six digits. */
export function fakeCode(movingFactor: bigint): string {
  return ((movingFactor * movingFactor * 7n + movingFactor) % CODES).toString().padStart(6, "0");
}

/** @see fakeCode */
export const fakeEngine: Engine = {
  name: "fake",
  description: "for tests: 211 different codes",
  highestMovingFactor: MAX_MOVING_FACTOR,
  prepare: () => ({
    codeAt: fakeCode,
    codes: (first, count) => codesOneByOne(fakeCode, first, count),
    search: (first, count, code) => searchCodes(codesOneByOne(fakeCode, first, count), code),
    dispose: () => {},
  }),
};
