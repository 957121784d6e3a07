// Many logins at once: each is judged as decideVerify judges it, but their codes are looked for in
// one call of the engine.

import { type CodeSearch, type Engine, MAX_SEARCH } from "../engines/engine.ts";
import type { Decision, DecisionInput } from "./decision.ts";
import { existing, factorsOf, loginRange } from "./search.ts";
import { decidedUnseen, decideFound, decideVerify } from "./verify.ts";

/** A code and what it is judged by. */
export interface Login {
  readonly input: DecisionInput;
  readonly code: unknown;
}

/**
 * Judges each login by itself, in their order: of two logins of one token the second does not see
 * what the first consumed.
 *
 * @param engine whose keys the inputs have
 */
export function decideVerifyMany(logins: readonly Login[], engine: Engine): readonly Decision[] {
  const decisions = new Array<Decision>(logins.length);
  const searches: CodeSearch[] = [];
  /** By search: the login it is of. */
  const places: number[] = [];
  for (let at = 0; at < logins.length; at++) {
    const { input, code } = logins[at] as Login;
    const decided = decidedUnseen(input, code);
    if (decided !== null) {
      decisions[at] = decided;
      continue;
    }
    const { low, high } = existing(input.key, loginRange(input));
    const count = Number(high - low) + 1;
    if (engine.searchMany === undefined || count < 1 || count > MAX_SEARCH) {
      decisions[at] = decideVerify(input, code);
    } else {
      searches.push({ key: input.key.key, first: low, count, code: Number(code) });
      places.push(at);
    }
  }
  const masks = engine.searchMany?.(searches) ?? new Uint32Array(0);
  for (let search = 0; search < searches.length; search++) {
    const at = places[search] as number;
    const { input, code } = logins[at] as Login;
    const found = factorsOf(masks[search] ?? 0, (searches[search] as CodeSearch).first);
    decisions[at] = decideFound(input, code as string, found);
  }
  return decisions;
}
