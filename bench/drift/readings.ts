// Readings of a log's sessions on one time scale: seconds since the first session began. Sessions
// of one boot of the host share its monotonic clock; between others only the wall clock tells, so
// readings of later ones are widened by what it may err.

import { SECOND_US } from "../../core/time/clock.ts";
import type { DriftRecord, NoteRecord, StartRecord } from "./log.ts";

/** A reading, host seconds since the first session's start. */
export interface HostReading {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** Wall time less monotonic time, less that of its session's start, seconds. */
  readonly wallShift?: number;
}

/** @see hostReadings */
export interface HostReadings {
  readonly first: StartRecord;
  /** In the order of time. */
  readonly readings: readonly HostReading[];
  readonly notes: readonly (NoteRecord & { readonly at: number })[];
  /** Seconds from the first session's start to the last one's. */
  readonly shiftSeconds: number;
  readonly sessions: number;
  /** What was odd, a sentence each. */
  readonly problems: readonly string[];
}

/** Puts the sessions of a log on one time scale. */
export function hostReadings(records: readonly DriftRecord[]): HostReadings {
  const [first] = records;
  if (first?.kind !== "start") throw new TypeError("records must begin with a session");
  const problems: string[] = [];
  const readings: HostReading[] = [];
  const notes: (NoteRecord & { readonly at: number })[] = [];
  let session: StartRecord | undefined = first;
  let join: Join = { shift: 0, slack: 0, wallShift: 0 };
  let sessions = 0;
  let byWall = 0;
  for (const record of records) {
    if (record.kind === "start") {
      session = isSameToken(first, record) ? record : undefined;
      if (session === undefined) {
        problems.push("a session with another secret or other parameters is left out");
        continue;
      }
      join = joinOf(first, record);
      if (sessions++ > 0 && join.slack > 0) byWall++;
      continue;
    }
    if (session === undefined) continue;
    const { shift, slack, wallShift } = join;
    if (record.kind === "note") notes.push({ ...record, at: shift + record.atUs / SECOND_US });
    if (record.kind !== "reading") continue;
    readings.push({
      from: shift + record.fromUs / SECOND_US - slack,
      to: shift + record.toUs / SECOND_US + slack,
      step: record.step,
      wallShift: wallShift + record.wallShiftUs / SECOND_US,
    });
  }
  if (byWall > 0) {
    problems.push(
      `${byWall + 1} sessions are joined by the host's wall time, and widened by its error`,
    );
  }
  const ordered = inOrder(readings, problems);
  return { first, readings: ordered, notes, shiftSeconds: join.shift, sessions, problems };
}

/** Where a session lies behind the first, seconds; how well that is known. */
interface Join {
  readonly shift: number;
  readonly slack: number;
  /** Wall time less monotonic time at its start, less that of the first's. */
  readonly wallShift: number;
}

function joinOf(first: StartRecord, session: StartRecord): Join {
  const byWall = (session.wallUs - first.wallUs) / SECOND_US;
  if (session === first) return { shift: 0, slack: 0, wallShift: 0 };
  const { boot, monotonicUs } = session;
  if (boot === undefined || boot !== first.boot || monotonicUs === undefined) {
    const slack = first.host.offsetSeconds + session.host.offsetSeconds;
    return { shift: byWall, slack, wallShift: 0 };
  }
  const shift = (monotonicUs - (first.monotonicUs ?? 0)) / SECOND_US;
  return { shift, slack: 0, wallShift: byWall - shift };
}

function inOrder(readings: readonly HostReading[], problems: string[]): readonly HostReading[] {
  const late = readings.filter(({ to }, at) => to < (readings[at - 1]?.to ?? 0)).length;
  const ordered = readings.toSorted((a, b) => a.to - b.to || a.from - b.from || a.step - b.step);
  const single = ordered.filter(({ from, to, step }, at) => {
    const before = ordered[at - 1];
    return before?.to !== to || before.from !== from || before.step !== step;
  });
  const twice = readings.length - single.length;
  if (twice > 0) problems.push(`${twice} readings are in the log twice; each counts once`);
  if (late > 0) problems.push(`${late} readings are out of order; they were put in order`);
  return single;
}

function isSameToken(one: StartRecord, other: StartRecord): boolean {
  return (
    one.secretFingerprint === other.secretFingerprint &&
    one.stepSeconds === other.stepSeconds &&
    one.t0 === other.t0
  );
}
