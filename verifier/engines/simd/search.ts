// Many searches sorted into calls of the kernel: those of one hash, one modulus and one width share
// a call, whatever their periods and counters.

import type { HashAlgorithm } from "../../../core/oath/parameters.ts";
import type { CodeSearch } from "../engine.ts";
import { type BatchHash, KEYS_PER_BATCH, type SimdKernel } from "./kernel.ts";

const TWO_32 = 2 ** 32;
const LOW_WORD = 0xffff_ffffn;
/** No code is this number: a truncated MAC has 31 bits. */
const NO_CODE = 0xffff_ffff;

/** What of a key a search needs. */
export interface SearchKey {
  readonly algorithm: HashAlgorithm;
  readonly modulus: number;
  readonly address: number;
}

/** A search by a key of the kernel. */
export type KernelSearch = CodeSearch & { readonly key: SearchKey };

/** Runs a batch whose tables are filled. */
export type RunBatch = (algorithm: BatchHash, n: number, steps: number, modulus: number) => void;

/** The answers of all searches. @see Engine.searchMany */
export function searchKernel(
  kernel: SimdKernel,
  searches: readonly KernelSearch[],
  run: RunBatch,
): Uint32Array {
  const masks = new Uint32Array(searches.length);
  for (const places of groups(searches)) {
    for (let from = 0; from < places.length; from += KEYS_PER_BATCH) {
      searchGroup(kernel, searches, places.slice(from, from + KEYS_PER_BATCH), run, masks);
    }
  }
  return masks;
}

/** Places of searches that may share a call. */
function groups(searches: readonly KernelSearch[]): readonly (readonly number[])[] {
  const all: number[][] = [];
  const byKind = new Map<string, number[]>();
  let [algorithm, modulus, count]: [HashAlgorithm | "", number, number] = ["", 0, 0];
  let group: number[] = [];
  for (let at = 0; at < searches.length; at++) {
    const { key, count: width } = searches[at] as KernelSearch;
    // Neighbours are mostly alike: the map is asked only when they are not.
    if (key.algorithm !== algorithm || key.modulus !== modulus || width !== count) {
      [algorithm, modulus, count] = [key.algorithm, key.modulus, width];
      const kind = `${algorithm} ${modulus} ${count}`;
      const known = byKind.get(kind);
      group = known ?? [];
      if (known === undefined) {
        byKind.set(kind, group);
        all.push(group);
      }
    }
    group.push(at);
  }
  return all;
}

function searchGroup(
  kernel: SimdKernel,
  searches: readonly KernelSearch[],
  places: readonly number[],
  run: RunBatch,
  masks: Uint32Array,
): void {
  const { key, count } = searches[places[0] as number] as KernelSearch;
  const { algorithm, modulus } = key;
  if (algorithm === "SHA512") {
    // It has no batch: its codes are made one key after the other.
    for (const place of places) {
      const { key: one, first, code } = searches[place] as KernelSearch;
      masks[place] = one.search(first, count, code);
    }
    return;
  }
  const { keys, counters, codes, masks: found } = kernel.tables;
  for (let at = 0; at < places.length; at++) {
    const { key: one, first, code } = searches[places[at] as number] as KernelSearch;
    keys[at] = one.address;
    const near = Number(first);
    // Two divisions of bigints cost as much as half a code.
    const isExact = near <= Number.MAX_SAFE_INTEGER;
    counters[2 * at] = isExact ? near % TWO_32 : Number(first & LOW_WORD);
    counters[2 * at + 1] = isExact ? near / TWO_32 : Number(first >> 32n);
    codes[at] = code < NO_CODE ? code : NO_CODE;
  }
  run(algorithm, places.length, count, modulus);
  for (let at = 0; at < places.length; at++) masks[places[at] as number] = found[at] as number;
}
