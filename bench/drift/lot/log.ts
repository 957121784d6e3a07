// The log of an intake: JSON lines, appended one by one. It names tokens by serial number and says
// when which step was seen; no secret is in it, and no code.
//
//   {"kind":"start", …}     a session: the lot, how the codes are seen, the host's clock
//   {"kind":"reading", …}   a step of a token: typed, tapped at its beginning, or seen by a rig
//   {"kind":"note", …}      what was wrong with a token: its secret, its period, its label
//   {"kind":"withdraw", …}  the last reading of a token does not count
//   {"kind":"end", …}       why the session ended

import type { HostClock } from "../host-clock.ts";
import { DriftLogError, isWithin, type ReadLines, readJsonLines } from "../json-lines.ts";
import { isHost } from "../log.ts";

const LATEST = 253_402_300_799;
const MAX_NAME = 256;

/** The beginning of a session. Times are Unix seconds, to the microsecond. */
export interface IntakeStart {
  readonly kind: "start";
  readonly format: "oathbed-intake-log";
  readonly version: 1;
  readonly lot: string;
  readonly at: number;
  /** Tokens of the lot whose secret is known. */
  readonly tokens: number;
  readonly host: HostClock;
}

/** How a step was seen. */
export type SeenBy = "typed" | "tap" | "rig";

/** A step of a token. */
export interface LotReadingRecord {
  readonly kind: "reading";
  readonly serial: string;
  readonly by: SeenBy;
  /**
   * Unix seconds. A tap: the step began between these two; else it was shown some time between
   * them.
   */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly step: number;
  readonly stepSeconds: number;
  readonly t0: number;
}

/** What was wrong. */
export type NoteKind =
  | "wrong-secret" // its codes are made by no secret of the lot
  | "swapped" // they are made by the secret of `other`
  | "wrong-parameters" // period, hash or digits are not those of the file
  | "jump" // the clock is not where its last reading left it
  | "unknown-serial"
  | "malformed" // a line that says nothing
  | "host-step"; // this host's wall clock stepped; `seconds` far

/** @see NoteKind */
export interface LotNoteRecord {
  readonly kind: "note";
  /** Null where it is about no token. */
  readonly serial: string | null;
  readonly at: number;
  readonly what: NoteKind;
  readonly text: string;
  /** Serial number of the token whose secret made the code. */
  readonly other?: string;
  readonly seconds?: number;
}

/** The last reading of a token does not count. */
export interface WithdrawRecord {
  readonly kind: "withdraw";
  readonly serial: string;
  readonly at: number;
}

/** The end of a session. */
export interface IntakeEnd {
  readonly kind: "end";
  readonly at: number;
  readonly why: string;
}

/** A line of the log. */
export type IntakeRecord =
  | IntakeStart
  | LotReadingRecord
  | LotNoteRecord
  | WithdrawRecord
  | IntakeEnd;

/** Whether a text is the log of an intake, by its first line. */
export function isIntakeLog(text: string): boolean {
  return text.slice(0, 4096).split("\n", 1)[0]?.includes('"oathbed-intake-log"') ?? false;
}

/**
 * Reads a log.
 *
 * @throws {DriftLogError} when it does not begin with a session, or sessions are of two lots
 */
export function parseIntakeLog(text: string, where: string): ReadLines<IntakeRecord> {
  const read = readJsonLines(text, where, "log of an intake", isRecord);
  const [first] = read.records;
  if (first?.kind !== "start") {
    throw new DriftLogError(
      `${where} is no log of an intake: it must begin with a line {"kind":"start", …}, as ` +
        "oathbed intake --log writes it",
    );
  }
  const other = read.records.find((one) => one.kind === "start" && one.lot !== first.lot);
  if (other?.kind === "start") {
    throw new DriftLogError(`${where} mixes the lots ${first.lot} and ${other.lot}; split it`);
  }
  return read;
}

const NOTES: ReadonlySet<unknown> = new Set<NoteKind>([
  "wrong-secret",
  "swapped",
  "wrong-parameters",
  "jump",
  "unknown-serial",
  "malformed",
  "host-step",
]);
const SEEN_BY: ReadonlySet<unknown> = new Set<SeenBy>(["typed", "tap", "rig"]);

function isRecord(value: unknown): value is IntakeRecord {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  switch (fields.kind) {
    case "start":
      return (
        fields.format === "oathbed-intake-log" &&
        fields.version === 1 &&
        isName(fields.lot) &&
        isTime(fields.at) &&
        isWithin(fields.tokens, 0, 1e9) &&
        isHost(fields.host)
      );
    case "reading":
      return (
        isName(fields.serial) &&
        SEEN_BY.has(fields.by) &&
        isTime(fields.notBefore) &&
        isWithin(fields.notAfter, fields.notBefore, LATEST) &&
        isWithin(fields.step, 0, Number.MAX_SAFE_INTEGER) &&
        isWithin(fields.stepSeconds, 1, 86_400) &&
        isTime(fields.t0)
      );
    case "note":
      return (
        (fields.serial === null || isName(fields.serial)) &&
        isTime(fields.at) &&
        NOTES.has(fields.what) &&
        typeof fields.text === "string" &&
        (fields.other === undefined || isName(fields.other)) &&
        (fields.seconds === undefined || isWithin(fields.seconds, -1e10, 1e10))
      );
    case "withdraw":
      return isName(fields.serial) && isTime(fields.at);
    case "end":
      return typeof fields.why === "string" && isTime(fields.at);
    default:
      return false;
  }
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_NAME;
}

function isTime(value: unknown): value is number {
  return isWithin(value, 0, LATEST);
}
