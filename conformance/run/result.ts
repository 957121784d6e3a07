// From a case that has run to its row in the report.

import { type Expectations, expectFailure } from "../expectations.ts";
import type { CaseResult, ReportSubject } from "../report.ts";
import { type RepeatedCase, repeatCommand } from "./repeat.ts";
import type { Repetitions } from "./repetitions.ts";
import type { SelectedCase } from "./selection.ts";

/** What all rows of a run share. */
export interface ResultSettings {
  readonly strict?: boolean;
  /** The command that repeats one case; default `repeatCommand`. */
  readonly repeat?: (of: RepeatedCase) => string;
}

/** The row of a case that ran, as its subject's expectations see it. */
export function resultOf(
  selected: SelectedCase,
  row: ReportSubject,
  { worst, randomSeed, note }: Repetitions,
  expectations: Expectations | undefined,
  settings: ResultSettings,
): CaseResult {
  const known = expectations?.knownFailures.get(selected.case.id);
  const isLucky = worst.status === "pass" && expectations?.sometimes.has(selected.case.id) === true;
  const isExpected = known !== undefined && !isLucky;
  const { status, reason } = isExpected ? expectFailure(worst, known) : worst;
  const { recorder, wire, wireLinesCut, simulatedUs, durationMs } = worst;
  const left = recorder.left > 0 ? [`${recorder.left} more checks were made`] : [];
  return {
    ...headOf(selected, row, randomSeed, settings),
    status,
    reason,
    checks: recorder.checks,
    notes: [...recorder.notes, ...left, ...(note === "" ? [] : [note])],
    simulatedUs,
    durationMs,
    wire,
    wireLinesCut,
  };
}

/** The row of a case that was not tried; `reason` says why. */
export function notTried(
  selected: SelectedCase,
  row: ReportSubject,
  randomSeed: number,
  reason: string,
  settings: ResultSettings,
): CaseResult {
  return {
    ...headOf(selected, row, randomSeed, settings),
    status: "error",
    reason: `not tried: ${reason}`,
    checks: [],
    notes: [],
    simulatedUs: 0,
    durationMs: 0,
    wire: [],
    wireLinesCut: 0,
  };
}

function headOf(
  { suite, case: one }: SelectedCase,
  row: ReportSubject,
  randomSeed: number,
  { repeat = repeatCommand, strict = false }: ResultSettings,
): Pick<
  CaseResult,
  "id" | "aliases" | "suite" | "title" | "level" | "requirement" | "subject" | "repeat"
> {
  const { id, aliases = [], title, level, requirement } = one;
  return {
    id,
    aliases,
    suite,
    title,
    level,
    requirement: { text: requirement.text, source: requirement.source },
    subject: row.name,
    repeat: repeat({ id, subject: row, randomSeed, strict }),
  };
}
