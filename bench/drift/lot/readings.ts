// From the log of an intake to what each token's readings say, in Unix seconds. What the host's own
// clock may err widens every reading; a session in which it stepped, by as much again.

import { changeConstraint, readingConstraint } from "../../../core/drift/constraints.ts";
import type { OffsetConstraint } from "../../../core/drift/feasible.ts";
import { SECOND_US } from "../../../core/time/clock.ts";
import type { LotReading } from "../acceptance.ts";
import type { DriftRecord } from "../log.ts";
import { hostReadings } from "../readings.ts";
import type { IntakeRecord, LotNoteRecord, LotReadingRecord } from "./log.ts";

/** What a log tells of a lot. */
export interface LotReadings {
  readonly lot: string;
  /** Tokens of the lot by its file; null where no file was. */
  readonly tokens: number | null;
  readonly sessions: number;
  /** Of the readings, Unix seconds. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly readings: readonly LotReading[];
  /** The last thing that was wrong with a token, by serial number. */
  readonly wrong: ReadonlyMap<string, LotNoteRecord>;
  /** Sentences: what was odd, and what the figures rest on. */
  readonly notes: readonly string[];
}

/** The readings of an intake's log that count. */
export function lotReadings(records: readonly IntakeRecord[]): LotReadings {
  const [first] = records;
  if (first?.kind !== "start") throw new TypeError("records must begin with a session");
  const slacks = slackOfSessions(records);
  const kept = new Map<string, (LotReading & { readonly key: string })[]>();
  const keys = new Set<string>();
  const wrong = new Map<string, LotNoteRecord>();
  const notes: string[] = [];
  let session = -1;
  let twice = 0;
  let late = 0;
  let firstAt = Number.POSITIVE_INFINITY;
  let lastAt = 0;
  for (const record of records) {
    if (record.kind === "start") session++;
    if (record.kind === "note" && record.serial !== null && isWrong(record)) {
      wrong.set(record.serial, record);
    }
    if (record.kind === "note" && record.what === "host-step") notes.push(record.text);
    if (record.kind === "withdraw") keys.delete(kept.get(record.serial)?.pop()?.key ?? "");
    if (record.kind !== "reading") continue;
    const of = kept.get(record.serial) ?? [];
    kept.set(record.serial, of);
    const key = `${readingKey(record)} ${record.serial}`;
    if (keys.has(key)) {
      twice++;
      continue;
    }
    keys.add(key);
    const constraint = constraintOf(record, slacks[session] ?? 0);
    if (constraint.lowerAt < (of.at(-1)?.constraint.lowerAt ?? 0)) late++;
    of.push({ serial: record.serial, key, constraint });
    firstAt = Math.min(firstAt, record.notBefore);
    lastAt = Math.max(lastAt, record.notAfter);
  }
  if (twice > 0) notes.push(`${twice} readings are in the log twice; each counts once`);
  if (late > 0) notes.push(`${late} readings are out of order; their times count, not their lines`);
  return {
    lot: first.lot,
    tokens: first.tokens,
    sessions: session + 1,
    firstAt: Number.isFinite(firstAt) ? firstAt : first.at,
    lastAt: Math.max(lastAt, Number.isFinite(firstAt) ? 0 : first.at),
    readings: [...kept.values()].flat(),
    wrong,
    notes: [...notes.slice(0, 20), `times are this host's: ${first.host.text}`],
  };
}

/** What makes a reading of a token the same as another of it. */
export function readingKey({
  notBefore,
  notAfter,
  step,
}: Pick<LotReadingRecord, "notBefore" | "notAfter" | "step">): string {
  return `${notBefore} ${notAfter} ${step}`;
}

/** The readings of a measurement's log, as those of a lot of one token. */
export function lotOfMeasurement(records: readonly DriftRecord[]): LotReadings {
  const { first, readings, sessions, problems } = hostReadings(records);
  const { wallUs, device, host, t0 } = first;
  const origin = wallUs / SECOND_US;
  return {
    lot: device,
    tokens: 1,
    sessions,
    firstAt: origin,
    lastAt: origin + (readings.at(-1)?.to ?? 0),
    readings: readings.map((reading) => {
      const from = origin + reading.from;
      const constraint = readingConstraint({ ...reading, from, to: origin + reading.to }, first);
      return { serial: device, constraint: widened(constraint, host.offsetSeconds, t0) };
    }),
    wrong: new Map(),
    notes: [...problems, `times are this host's: ${host.text}`],
  };
}

/** What a session's host clock may err, and has stepped, seconds; by session. */
function slackOfSessions(records: readonly IntakeRecord[]): readonly number[] {
  const slacks: number[] = [];
  for (const record of records) {
    if (record.kind === "start") slacks.push(record.host.offsetSeconds);
    if (record.kind !== "note" || record.what !== "host-step") continue;
    const last = slacks.length - 1;
    slacks[last] = (slacks[last] ?? 0) + Math.abs(record.seconds ?? 0);
  }
  return slacks;
}

function isWrong({ what }: LotNoteRecord): boolean {
  return what === "wrong-secret" || what === "swapped" || what === "wrong-parameters";
}

function constraintOf(record: LotReadingRecord, slack: number): OffsetConstraint {
  const { by, notBefore, notAfter, step, stepSeconds, t0 } = record;
  const constraint =
    by === "tap"
      ? changeConstraint(notBefore, notAfter, step, stepSeconds)
      : readingConstraint({ from: notBefore, to: notAfter, step }, { stepSeconds });
  return widened(constraint, slack, t0);
}

function widened(constraint: OffsetConstraint, slack: number, t0: number): OffsetConstraint {
  const { lowerAt, lower, upperAt, upper } = constraint;
  return { lowerAt, lower: lower + t0 - slack, upperAt, upper: upper + t0 + slack };
}
