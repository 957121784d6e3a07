// The log of a measurement: JSON lines, appended one by one, so that what was read is never lost. A
// measurement resumes from it, `drift analyze` reads it, and a last line that was cut off is no
// harm.
//
//   {"kind":"start", …}    a session: the device, its parameters, the host's clocks at its start
//   {"kind":"reading", …}  a code: when it was asked for and there, and the step it belongs to
//   {"kind":"note", …}     what happened: unplugged, a code that belongs to no step
//   {"kind":"end", …}      why the session ended

import type { HashAlgorithm } from "../../core/oath/parameters.ts";
import type { HostClock } from "./host-clock.ts";
import { DriftLogError, type ReadLines, readJsonLines } from "./json-lines.ts";
import { type Field, number, object, oneOf, optional, type Shape, text, whole } from "./shape.ts";

/** The beginning of a session. Times of its readings are microseconds since this one. */
export interface StartRecord {
  readonly kind: "start";
  readonly format: "oathbed-drift-log";
  readonly version: 1;
  /** As `--device` took it. */
  readonly device: string;
  readonly algorithm: HashAlgorithm;
  readonly digits: number;
  readonly stepSeconds: number;
  readonly t0: number;
  /** Fingerprint of the secret, so that a log is not continued with another token. */
  readonly secretFingerprint: string;
  /** Wall time at the start, microseconds since the Unix epoch. */
  readonly wallUs: number;
  /** Which boot of the host it was, and its monotonic clock at the start, microseconds. */
  readonly boot?: string;
  readonly monotonicUs?: number;
  readonly host: HostClock;
  /** Allowances the bounds are made with, seconds. */
  readonly leastLatencySeconds: number;
  readonly lagSeconds: number;
}

/** A code that was read. */
export interface ReadingRecord {
  readonly kind: "reading";
  /** Monotonic time since the session's start, microseconds: request, and answer. */
  readonly fromUs: number;
  readonly toUs: number;
  /** Wall time minus monotonic time, less that of the start, microseconds: 0 without a step. */
  readonly wallShiftUs: number;
  readonly step: number;
}

/** What happened beside readings. */
export interface NoteRecord {
  readonly kind: "note";
  readonly atUs: number;
  readonly what: "unplugged" | "reconnected" | "unknown-code" | "unreadable";
  readonly text: string;
}

/** The end of a session. */
export interface EndRecord {
  readonly kind: "end";
  readonly atUs: number;
  readonly why: string;
}

/** A line of the log. */
export type DriftRecord = StartRecord | ReadingRecord | NoteRecord | EndRecord;

/** A record as a line of the log. */
export function formatRecord(record: object): string {
  return `${JSON.stringify(record)}\n`;
}

/**
 * Reads a log. Lines that are no records are named and passed over; a last one without its end is
 * taken for one that was cut off.
 *
 * @throws {DriftLogError} when it does not begin with a session or is too long
 */
export function parseDriftLog(content: string, where: string): ReadLines<DriftRecord> {
  const read = readJsonLines<DriftRecord>(content, where, SHAPES);
  if (read.records[0]?.kind !== "start") {
    const [first = "it is empty"] = read.problems;
    throw new DriftLogError(
      `${where} is no drift log (${first}): it must begin with a ` +
        'line {"kind":"start", …}, as oathbed drift measure --log writes it',
    );
  }
  return read;
}

/** What the log says of a host's clock. */
export const HOST_FIELD: Field = object({
  state: optional(text(0, 64)),
  ratePpm: number(0, 1e6),
  offsetSeconds: number(0, 1e6),
  text: text(0, 500),
});

const MICROSECONDS: Field = whole(0);

const SHAPES: Readonly<Record<DriftRecord["kind"], Shape>> = {
  start: {
    fields: {
      format: oneOf("oathbed-drift-log"),
      version: oneOf(1),
      device: text(0, 1000),
      algorithm: text(1, 32),
      digits: whole(6, 10),
      stepSeconds: number(1, 86_400),
      t0: number(0, 253_402_300_799),
      secretFingerprint: text(0, 200),
      wallUs: MICROSECONDS,
      boot: optional(text(0, 64)),
      monotonicUs: optional(MICROSECONDS),
      host: HOST_FIELD,
      leastLatencySeconds: number(0, 60),
      lagSeconds: number(0, 3600),
    },
  },
  reading: {
    fields: {
      fromUs: MICROSECONDS,
      toUs: MICROSECONDS,
      wallShiftUs: whole(-Number.MAX_SAFE_INTEGER),
      step: whole(0),
    },
    ordered: ["fromUs", "toUs"],
  },
  note: { fields: { atUs: MICROSECONDS, what: text(1, 64), text: text(0, 1000) } },
  end: { fields: { atUs: MICROSECONDS, why: text(0, 200) } },
};
