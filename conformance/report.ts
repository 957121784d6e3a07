// The report: one versioned object. Console, JSON, JUnit and HTML are functions of it.

import type { Level } from "./case.ts";
import type { Check } from "./checks.ts";

/** Version of the report's form; changes when a reader must change. */
export const REPORT_VERSION = 1;

/**
 * How a case ended. fail: a MUST is broken; warn: a SHOULD; info: a MAY; xfail: a known failure;
 * xpass: a known failure that passes (update the expectations); error: the harness broke.
 */
export type Status = "pass" | "fail" | "warn" | "info" | "skip" | "xfail" | "xpass" | "error";

/** One line of a wire log, as printed: already redacted. */
export interface ReportWireLine {
  readonly atUs: number;
  readonly direction: "to-token" | "from-token" | "event";
  readonly text: string;
}

/** One case on one subject. */
export interface CaseResult {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly suite: string;
  readonly title: string;
  readonly level: Level;
  readonly requirement: { readonly text: string; readonly source: string };
  /** Name of the subject: a row of `subjects`. */
  readonly subject: string;
  readonly status: Status;
  /** Why it was skipped, is expected to fail, or broke; empty otherwise. */
  readonly reason: string;
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
  /** Simulated microseconds that passed in the case: the same for the same random seed. */
  readonly simulatedUs: number;
  /** Host time the case took, milliseconds. */
  readonly durationMs: number;
  readonly wire: readonly ReportWireLine[];
  /** Lines left out of `wire` to keep the report within its size. */
  readonly wireLinesCut: number;
  /** The command that repeats this case. */
  readonly repeat: string;
}

/** A token, a verification server, or a pair of them. */
export interface ReportSubject {
  readonly name: string;
  readonly kind: "token" | "verifier" | "pair";
  readonly driver: string;
  readonly description: string;
  /** Name and value, for people. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** Why nothing ran on it (no pseudo-terminal here); empty otherwise. */
  readonly unavailable: string;
}

/** A point of a token's drift over time. */
export interface OffsetPoint {
  /** Microseconds since the Unix epoch. */
  readonly atUs: number;
  /** True offset of the emulated token, seconds; null when unknown. */
  readonly trueSeconds: number | null;
  /** Offset the verifier has recorded, seconds; null before the first code. */
  readonly recordedSeconds: number | null;
  readonly event: "enrolled" | "accepted" | "refused" | "resynced" | "out-of-sync";
}

/** A token's life over simulated time, as the demo shows it. */
export interface TokenTimeline {
  readonly subject: string;
  readonly points: readonly OffsetPoint[];
  /** Sentences that say what happened, in order. */
  readonly story: readonly string[];
}

/** A measured figure. */
export interface Figure {
  readonly subject: string;
  readonly name: string;
  /** Median of the samples, in `unit`. */
  readonly median: number;
  readonly unit: string;
  /** 5 % and 95 % of the samples lie below. */
  readonly low: number;
  readonly high: number;
}

/** Everything a run has to say. */
export interface Report {
  readonly version: typeof REPORT_VERSION;
  readonly tool: { readonly name: "oathbed"; readonly version: string };
  /** The command line that made it, secrets never on it. */
  readonly command: string;
  readonly randomSeed: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly subjects: readonly ReportSubject[];
  readonly results: readonly CaseResult[];
  readonly timelines: readonly TokenTimeline[];
  readonly figures: readonly Figure[];
  /** Sentences that ask for something: stale expectations, a token that would not close. */
  readonly notices: readonly string[];
  /** False when the run was interrupted. */
  readonly complete: boolean;
}
