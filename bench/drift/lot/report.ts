// What a lot comes to: every token's verdict, as JSON, CSV and lines for people. Each is a function
// of the report alone.

import { csvLine } from "../../../verifier/transfer/csv/write.ts";
import { type Acceptance, type AcceptanceOptions, acceptLot } from "../acceptance.ts";
import type { LotReadings } from "./readings.ts";

/** What a token comes to; "unread" where its codes were of no step. */
export interface LotVerdict extends Omit<Acceptance, "verdict" | "undecidedUntil"> {
  readonly verdict: Acceptance["verdict"] | "unread";
  /** ISO 8601; null where nothing tells, or nothing is undecided. */
  readonly undecidedUntil: string | null;
}

/** What `fleet accept --json` prints; rates in ppm, offsets in seconds, times in ISO 8601. */
export interface LotReport {
  readonly format: "oathbed-lot";
  readonly version: 1;
  readonly lot: string;
  /** Tokens of the lot by its file; null where no file was. */
  readonly tokens: number | null;
  readonly sessions: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly specPpm: number;
  /** When the clocks were set; before or after it by as much at most, seconds. */
  readonly factorySet: {
    readonly at: string;
    readonly withinSeconds: number;
    readonly giveOrTakeSeconds: number;
  } | null;
  readonly counts: Readonly<Record<LotVerdict["verdict"], number>>;
  readonly verdicts: readonly LotVerdict[];
  readonly notes: readonly string[];
}

/** Tokens that jump together before the host is suspected. */
const SUSPECT_HOST = 3;

/** Judges every token of a lot's readings. @throws {RangeError} for a specification of nothing */
export function lotReport(given: LotReadings, options: AcceptanceOptions): LotReport {
  const judged = acceptLot(given.readings, options).map(
    (one): LotVerdict => ({ ...one, undecidedUntil: isoOf(one.undecidedUntil) }),
  );
  const read = new Set(judged.map(({ serial }) => serial));
  const unread = [...given.wrong.values()].filter(({ serial }) => !read.has(serial ?? ""));
  const verdicts = [...judged, ...unread.map(({ serial, text }) => unreadVerdict(serial, text))];
  const counts = {
    "in-specification": 0,
    "out-of-specification": 0,
    undecided: 0,
    inconsistent: 0,
    unread: 0,
  };
  for (const { verdict } of verdicts) counts[verdict]++;
  const { factorySet } = options;
  return {
    format: "oathbed-lot",
    version: 1,
    lot: given.lot,
    tokens: given.tokens,
    sessions: given.sessions,
    firstAt: isoOf(given.firstAt) ?? "",
    lastAt: isoOf(given.lastAt) ?? "",
    specPpm: options.specPpm,
    factorySet:
      factorySet === undefined
        ? null
        : { giveOrTakeSeconds: 0, ...factorySet, at: isoOf(factorySet.at) ?? "" },
    counts,
    verdicts: verdicts.sort((a, b) => (a.serial < b.serial ? -1 : 1)),
    notes: [...exchanges(given), ...hostSuspected(judged), ...given.notes],
  };
}

function unreadVerdict(serial: string | null, text: string): LotVerdict {
  return {
    serial: serial ?? "",
    verdict: "unread",
    readings: 0,
    ratePpm: null,
    offsetSeconds: null,
    undecidedUntil: null,
    straySeconds: 0,
    text: text.slice(text.indexOf(": ") + 2),
  };
}

/** Pairs of tokens each of which shows the other's codes. */
function exchanges({ wrong }: LotReadings): readonly string[] {
  return [...wrong.values()].flatMap(({ serial, what, other }) => {
    const back = other === undefined ? undefined : wrong.get(other);
    const isPair = what === "swapped" && back?.what === "swapped" && back.other === serial;
    if (!isPair || serial === null || other === undefined || serial > other) return [];
    return [`${serial} and ${other} are exchanged: each shows the codes of the other`];
  });
}

/** Many tokens that no clock fits have jumped together: then it was not theirs. */
function hostSuspected(judged: readonly LotVerdict[]): readonly string[] {
  const jumped = judged.filter(({ verdict }) => verdict === "inconsistent").length;
  const several = judged.filter(({ readings }) => readings > 1).length;
  if (jumped < SUSPECT_HOST || jumped * 2 < several) return [];
  return [
    `${jumped} of ${several} tokens seem to have jumped: suspect the clock of the host that read ` +
      "them, not the tokens",
  ];
}

const COLUMNS: readonly string[] = [
  "serial",
  "verdict",
  "readings",
  "rate_low_ppm",
  "rate_high_ppm",
  "offset_low_seconds",
  "offset_high_seconds",
  "undecided_until",
  "stray_seconds",
  "text",
];

/** One line a token, a header before them; ended by CRLF (RFC 4180). */
export function lotCsv({ verdicts }: LotReport): string {
  const rows = verdicts.map((one) => [
    one.serial,
    one.verdict,
    one.readings,
    rounded(one.ratePpm?.low, 3),
    rounded(one.ratePpm?.high, 3),
    rounded(one.offsetSeconds?.low, 3),
    rounded(one.offsetSeconds?.high, 3),
    one.undecidedUntil ?? "",
    rounded(one.straySeconds, 3),
    one.text,
  ]);
  return [COLUMNS, ...rows].map((cells) => `${csvLine([...cells])}\r\n`).join("");
}

/** Names and values for a table on a terminal, and for the page's head. */
export function lotFacts(report: LotReport): readonly (readonly [string, string])[] {
  const { counts, verdicts, tokens, factorySet, specPpm, sessions } = report;
  const readings = verdicts.reduce((sum, one) => sum + one.readings, 0);
  const missing = tokens === null ? 0 : Math.max(0, tokens - verdicts.length);
  return [
    ["lot", report.lot],
    ["read", `${report.firstAt} to ${report.lastAt}, ${sessions} sessions, ${readings} readings`],
    ["specification", `±${specPpm} ppm: ${(specPpm * 31.5576).toFixed(0)} s a year`],
    [
      "clocks set",
      factorySet === null
        ? "not stated: only readings apart in time tell of rates"
        : `${factorySet.at}${vagueText(factorySet.giveOrTakeSeconds)}, to ${factorySet.withinSeconds} s`,
    ],
    ["in specification", String(counts["in-specification"])],
    ["out of it", String(counts["out-of-specification"])],
    ["undecided", String(counts.undecided)],
    ...(counts.inconsistent === 0
      ? []
      : [["of no one clock", String(counts.inconsistent)] as const]),
    ...(counts.unread === 0 ? [] : [["not readable", String(counts.unread)] as const]),
    ...(missing === 0 ? [] : [["not yet read", String(missing)] as const]),
  ];
}

function vagueText(seconds: number): string {
  return seconds === 0 ? "" : ` give or take ${(seconds / 3600).toFixed(0)} h`;
}

function isoOf(seconds: number | null): string | null {
  // Beyond the calendar of JavaScript nothing is decided in anybody's life.
  if (seconds === null || !(Math.abs(seconds) < 8.64e12)) return null;
  return `${new Date(Math.ceil(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

function rounded(value: number | undefined, digits: number): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toFixed(digits));
}
