// Cases on a subject: which of them run now, and what may run at the same time.

import type { CaseResult, ReportSubject } from "../report.ts";
import type { CaseGround } from "./run-case.ts";
import { NothingSelected, type SelectedCase } from "./selection.ts";

/** A subject, the cases for it, and what they run on; no ground when it cannot be reached. */
export interface Round {
  readonly row: ReportSubject;
  readonly cases: readonly SelectedCase[];
  readonly ground: CaseGround | undefined;
}

/** One of `of` equal parts of a run: every `of`-th case on a subject, from the `index`-th. */
export interface Shard {
  /** From 1 to `of`. */
  readonly index: number;
  /** From 1 to 1,000. */
  readonly of: number;
}

/** What is left out of a run, besides what the selection leaves out. */
export interface Narrowing {
  readonly shard?: Shard | undefined;
  /** Only these cases on these subjects: what failed in an earlier run. */
  readonly only?: readonly CaseOnSubject[] | undefined;
}

/** A case on a subject, as reports name both. */
export type CaseOnSubject = Pick<CaseResult, "id" | "subject">;

/** Most parts of a run. */
export const MAX_SHARDS = 1000;

/** A word for both names; subjects may hold spaces, ids do not. */
export function pairKey({ id, subject }: CaseOnSubject): string {
  return `${id} ${subject}`;
}

/**
 * The rounds with what is left of their cases. Cases are counted through over all subjects in their
 * order, so that the parts of a run are the same on every machine that has the same subjects.
 *
 * @throws {RangeError} naming the shard
 * @throws {NothingSelected} when nothing is left of what there was
 */
export function narrowRounds(
  rounds: readonly Round[],
  { shard, only }: Narrowing,
): readonly Round[] {
  if (shard !== undefined) refuseShard(shard);
  const wanted = only && new Set(only.map(pairKey));
  let count = 0;
  const narrowed = rounds.map((round) => {
    const cases = round.cases.filter(({ case: { id } }) => {
      if (wanted && !wanted.has(pairKey({ id, subject: round.row.name }))) return false;
      return shard === undefined || count++ % shard.of === shard.index - 1;
    });
    return { ...round, cases };
  });
  const isEmpty = narrowed.every(({ cases }) => cases.length === 0);
  if (isEmpty && rounds.some(({ cases }) => cases.length > 0)) {
    throw new NothingSelected(
      wanted === undefined
        ? `shard ${shard?.index} of ${shard?.of} is empty: there are fewer cases`
        : "none of the cases that failed is among these subjects and this selection",
    );
  }
  return narrowed;
}

/**
 * Rounds in lanes that do not touch each other: one a token and one a target. Pairs of them come
 * after all of these, in a lane of their own.
 */
export function lanesOf<Job extends Round>(
  rounds: readonly Job[],
): {
  readonly apart: readonly Job[];
  readonly together: readonly Job[];
} {
  const isPair = ({ row }: Job): boolean => row.kind === "pair";
  return {
    apart: rounds.filter((round) => !isPair(round)),
    together: rounds.filter(isPair),
  };
}

/**
 * Runs `work` on every item, at most `atOnce` at a time, begun in their order. The first error is
 * thrown when all that had begun is over; nothing begins after it.
 */
export async function inLanes<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const errors: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        errors.push(error);
        waiting.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, lane));
  if (errors.length > 0) throw errors[0];
}

function refuseShard({ index, of }: Shard): void {
  const isWhole = Number.isInteger(index) && Number.isInteger(of);
  if (isWhole && of >= 1 && of <= MAX_SHARDS && index >= 1 && index <= of) return;
  throw new RangeError(`shard: from 1/1 to ${MAX_SHARDS}/${MAX_SHARDS}, got ${index}/${of}`);
}
