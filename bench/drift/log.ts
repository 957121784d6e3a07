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
import { DriftLogError, isWithin, type ReadLines, readJsonLines } from "./json-lines.ts";

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
export function parseDriftLog(text: string, where: string): ReadLines<DriftRecord> {
  const read = readJsonLines(text, where, "drift log", isRecord);
  if (read.records[0]?.kind !== "start") {
    throw new DriftLogError(
      `${where} is no drift log: it must begin with a line {"kind":"start", …}, as ` +
        "oathbed drift measure --log writes it",
    );
  }
  return read;
}

function isRecord(value: unknown): value is DriftRecord {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  switch (fields.kind) {
    case "start":
      return (
        fields.format === "oathbed-drift-log" &&
        fields.version === 1 &&
        typeof fields.device === "string" &&
        isWithin(fields.stepSeconds, 1, 86_400) &&
        isWithin(fields.digits, 6, 10) &&
        isWithin(fields.wallUs, 0, Number.MAX_SAFE_INTEGER) &&
        (fields.boot === undefined || isBoot(fields)) &&
        isWithin(fields.t0, 0, 253_402_300_799) &&
        isWithin(fields.leastLatencySeconds, 0, 60) &&
        isWithin(fields.lagSeconds, 0, 3600) &&
        typeof fields.secretFingerprint === "string" &&
        typeof fields.algorithm === "string" &&
        isHost(fields.host)
      );
    case "reading":
      return (
        isWithin(fields.fromUs, 0, Number.MAX_SAFE_INTEGER) &&
        isWithin(fields.toUs, fields.fromUs as number, Number.MAX_SAFE_INTEGER) &&
        isWithin(fields.wallShiftUs, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) &&
        isWithin(fields.step, 0, Number.MAX_SAFE_INTEGER)
      );
    case "note":
      return typeof fields.text === "string" && isWithin(fields.atUs, 0, Number.MAX_SAFE_INTEGER);
    case "end":
      return typeof fields.why === "string" && isWithin(fields.atUs, 0, Number.MAX_SAFE_INTEGER);
    default:
      return false;
  }
}

function isBoot({ boot, monotonicUs }: Readonly<Record<string, unknown>>): boolean {
  return (
    typeof boot === "string" &&
    boot.length <= 64 &&
    isWithin(monotonicUs, 0, Number.MAX_SAFE_INTEGER)
  );
}

/** Whether `value` says how good a host's clock is. */
export function isHost(value: unknown): value is HostClock {
  if (typeof value !== "object" || value === null) return false;
  const { ratePpm, offsetSeconds, text } = value as Readonly<Record<string, unknown>>;
  return isWithin(ratePpm, 0, 1e6) && isWithin(offsetSeconds, 0, 1e6) && typeof text === "string";
}
