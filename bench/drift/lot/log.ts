// The log of an intake: JSON lines, appended one by one. It names tokens by serial number and says
// when which step was seen; no secret is in it, and no code.
//
//   {"kind":"start", …}     a session: the lot, how the codes are seen, the host's clock
//   {"kind":"reading", …}   a step of a token: typed, tapped at its beginning, or seen by a rig
//   {"kind":"note", …}      what was wrong with a token: its secret, its period, its label
//   {"kind":"withdraw", …}  the last reading of a token does not count
//   {"kind":"end", …}       why the session ended

import type { HostClock } from "../host-clock.ts";
import { DriftLogError, type ReadLines, readJsonLines } from "../json-lines.ts";
import { HOST_FIELD } from "../log.ts";
import { type Field, number, oneOf, optional, type Shape, text, whole } from "../shape.ts";

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
export function isIntakeLog(content: string): boolean {
  return content.slice(0, 4096).split("\n", 1)[0]?.includes('"oathbed-intake-log"') ?? false;
}

/**
 * Reads a log.
 *
 * @throws {DriftLogError} when it does not begin with a session, or sessions are of two lots
 */
export function parseIntakeLog(content: string, where: string): ReadLines<IntakeRecord> {
  const read = readJsonLines<IntakeRecord>(content, where, SHAPES);
  const [first] = read.records;
  if (first?.kind !== "start") {
    const [problem = "it is empty"] = read.problems;
    throw new DriftLogError(
      `${where} is no log of an intake (${problem}): it must ` +
        'begin with a line {"kind":"start", …}, as oathbed intake --log writes it',
    );
  }
  const other = read.records.find((one) => one.kind === "start" && one.lot !== first.lot);
  if (other?.kind === "start") {
    throw new DriftLogError(`${where} mixes the lots ${first.lot} and ${other.lot}; split it`);
  }
  return read;
}

const TIME: Field = number(0, LATEST);
const NAME: Field = text(1, MAX_NAME);
/** A serial number, or null. */
const MAYBE_NAME: Field = {
  wanted: `null or ${NAME.wanted}`,
  holds: (value) => value === null || NAME.holds(value),
};

const SHAPES: Readonly<Record<IntakeRecord["kind"], Shape>> = {
  start: {
    fields: {
      format: oneOf("oathbed-intake-log"),
      version: oneOf(1),
      lot: NAME,
      at: TIME,
      tokens: whole(0, 1e9),
      host: HOST_FIELD,
    },
  },
  reading: {
    fields: {
      serial: NAME,
      by: oneOf("typed", "tap", "rig"),
      notBefore: TIME,
      notAfter: TIME,
      step: whole(0),
      stepSeconds: number(1, 86_400),
      t0: TIME,
    },
    ordered: ["notBefore", "notAfter"],
  },
  note: {
    fields: {
      serial: MAYBE_NAME,
      at: TIME,
      what: oneOf(
        "wrong-secret",
        "swapped",
        "wrong-parameters",
        "jump",
        "unknown-serial",
        "malformed",
        "host-step",
      ),
      text: text(0, 2000),
      other: optional(NAME),
      seconds: optional(number(-1e10, 1e10)),
    },
  },
  withdraw: { fields: { serial: NAME, at: TIME } },
  end: { fields: { at: TIME, why: text(0, 200) } },
};
