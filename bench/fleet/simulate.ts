// Tokens one after another, each whole: its clock, its logins, and every policy on the same ones.

import { driftBinsOf } from "./drift-bins.ts";
import { TokenHistory } from "./history.ts";
import { DAY_SECONDS, type FleetSpec, STEP_SECONDS, YEAR_SECONDS } from "./spec.ts";
import {
  type CellTotals,
  countDrift,
  type DriftBins,
  emptyTotals,
  type FleetTotals,
  QUARTERS,
} from "./totals.ts";
import { StepVerifier } from "./verifier.ts";

/** Codes a user tries before calling for help. */
export const PATIENCE = 3;
const QUARTER_SECONDS: number = YEAR_SECONDS / 4;
/** From the call for help to the resync's second code: two steps after the last try. */
const HELP_STEPS = 2;

/** Simulates tokens; keep one for many calls. */
export class FleetSimulator {
  readonly #spec: FleetSpec;
  readonly #history: TokenHistory;
  readonly #verifiers: readonly StepVerifier[];
  readonly #driftBins: readonly DriftBins[];

  constructor(spec: FleetSpec) {
    this.#spec = spec;
    this.#history = new TokenHistory(spec);
    this.#driftBins = driftBinsOf(spec);
    this.#verifiers = spec.policies.map(({ policy }) => new StepVerifier(policy, spec.clockClass));
  }

  /** Tokens `first` up to, not including, `end`. */
  run(first: number, end: number): FleetTotals {
    const { policies, rhythms } = this.#spec;
    const totals = emptyTotals(policies.length * rhythms.length, this.#driftBins);
    for (let token = first; token < end; token++) {
      this.#history.load(token);
      for (const [at, bins] of this.#driftBins.entries()) {
        const drift = this.#history.driftAfter(bins.years * YEAR_SECONDS);
        countDrift(totals.drift[at] as number[], bins, drift);
      }
      for (const [at, rhythm] of rhythms.entries()) {
        this.#history.follow(rhythm);
        for (const [policy, verifier] of this.#verifiers.entries()) {
          const cell = totals.cells[policy * rhythms.length + at] as CellTotals;
          live(this.#history, verifier, cell);
        }
      }
      totals.tokens++;
    }
    return totals;
  }
}

/** One token's life under one policy. */
function live(history: TokenHistory, verifier: StepVerifier, cell: CellTotals): void {
  const { counts } = cell;
  // The second code of the pair comes a step after the first.
  if (!verifier.enroll(history.enrolledAt + STEP_SECONDS, history.enrolledStep + 1)) {
    counts.notEnrolled++;
    return;
  }
  counts.enrolled++;
  const { count, times, steps } = history;
  let codes = 0;
  let maxCodes = cell.maxCodes;
  let isLockedOut = false;
  let login = 0;
  for (; login < count; login++) {
    const judged = verifier.judge(times[login] as number, steps[login] as number);
    codes += verifier.codes;
    if (verifier.codes > maxCodes) maxCodes = verifier.codes;
    if (judged === "accepted") continue;
    counts.rejected++;
    const ending = tryAgain(history, verifier, login, counts);
    if (ending === "in") continue;
    if (!isLockedOut) {
      isLockedOut = true;
      counts.tokensLockedOut++;
      const quarter = Math.floor(history.sinceEnrollment(login) / QUARTER_SECONDS);
      const at = Math.min(QUARTERS - 1, quarter);
      cell.lockedOutByQuarter[at] = (cell.lockedOutByQuarter[at] ?? 0) + 1;
    }
    if (ending === "replaced") {
      login++;
      break;
    }
  }
  counts.logins += login;
  counts.codes += codes;
  cell.maxCodes = maxCodes;
}

/** The user types the next codes, then calls for help. */
function tryAgain(
  history: TokenHistory,
  verifier: StepVerifier,
  login: number,
  counts: CellTotals["counts"],
): "in" | "helped" | "replaced" {
  const step = history.steps[login] as number;
  for (let attempt = 1; attempt < PATIENCE; attempt++) {
    const judged = verifier.judge(history.retryAt(login, attempt), step + attempt);
    if (judged === "repaired") counts.repaired++;
    if (judged !== "refused") return "in";
  }
  counts.lockedOut++;
  const later = PATIENCE - 1 + HELP_STEPS;
  if (verifier.resync(history.retryAt(login, later), step + later)) {
    counts.resynced++;
    return "helped";
  }
  counts.replaced++;
  return "replaced";
}

/** Mean days between two logins: how often an attacker's failures are forgotten. */
export function loginsAYear(everySeconds: number): number {
  return YEAR_SECONDS / everySeconds;
}

/** Days of a run. */
export function daysOf({ years }: FleetSpec): number {
  return (years * YEAR_SECONDS) / DAY_SECONDS;
}
