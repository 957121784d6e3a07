// What may be shown and what is logged of a token: never its secret or a code.

import type { OathParameters } from "../core/oath/parameters.ts";
import { faultText, parametersText } from "./fault-text.ts";
import type { ClockClass, TokenState } from "./record.ts";
import type { AdminAct, AuditRow, StoredToken } from "./stores/store.ts";
import type { Verdict } from "./verdict.ts";

/** What may be shown of a token. */
export interface TokenView {
  readonly id: number;
  /** Empty for a deleted token. */
  readonly label: string;
  readonly user: string | null;
  readonly state: TokenState;
  readonly parameters: OathParameters;
  /** Highest step or counter consumed; -1 when none. */
  readonly watermark: bigint;
  /** Recorded offset, token minus verifier, whole steps; 0 for HOTP. */
  readonly offsetSteps: number;
  /** Consecutive failures. */
  readonly failures: number;
  readonly locked: boolean;
  /** When the lock ends by itself; null: an operator lifts it. */
  readonly lockedUntilUs: number | null;
  /** Microseconds since the Unix epoch; null before the first accepted code. */
  readonly lastAcceptedAtUs: number | null;
  readonly clock: ClockClass;
  /** Whether logins may move the offset, where the policy lets them. */
  readonly isTracked: boolean;
  /** By when it must be enrolled, microseconds since the Unix epoch; null: whenever. */
  readonly pendingUntilUs: number | null;
  /** When its key may be used, microseconds since the Unix epoch; null: no limit. */
  readonly validFromUs: number | null;
  readonly validUntilUs: number | null;
}

/** A token without its secret. */
export function viewOf(token: StoredToken): TokenView {
  const { id, label, user, record } = token;
  const { state, parameters, watermark, offsetSteps, failures, locked, lastAcceptedAtUs } = record;
  const { lockedUntilUs, clock, isTracked, pendingUntilUs, validFromUs, validUntilUs } = record;
  return {
    id,
    label,
    user,
    state,
    parameters,
    watermark,
    offsetSteps,
    failures,
    locked,
    lockedUntilUs,
    lastAcceptedAtUs,
    clock,
    isTracked,
    pendingUntilUs,
    validFromUs,
    validUntilUs,
  };
}

/** What an audit line says besides what was decided. */
export type AuditExtras = Partial<Pick<AuditRow, "act" | "by" | "detail">>;

/** The audit line of a verdict, or as act "diagnosis" of what was found out about it later. */
export function verdictRow(
  token: number,
  atUs: number,
  verdict: Verdict,
  extras: AuditExtras = {},
): AuditRow {
  const { outcome } = verdict;
  return {
    atUs,
    token,
    act: extras.act ?? verdict.act,
    outcome,
    reason: outcome === "refused" ? verdict.reason : null,
    movingFactor: verdict.movingFactor ?? null,
    offsetSteps: verdict.offsetSteps ?? null,
    by: extras.by ?? null,
    detail: extras.detail ?? detailOf(verdict),
  };
}

/** What happened to the clock, or which parameters fit. */
function detailOf(verdict: Verdict): string | null {
  if (verdict.fault !== undefined) return faultText(verdict.fault);
  return verdict.outcome === "refused" && verdict.fits !== undefined
    ? `fits ${parametersText(verdict.fits)}`
    : null;
}

/** The audit line of an admin act, but for the token. @param by the operator */
export function adminRow(
  atUs: number,
  act: AdminAct,
  by: string | null = null,
  detail: string | null = null,
): Omit<AuditRow, "token"> {
  const nothing = { reason: null, movingFactor: null, offsetSteps: null };
  return { atUs, act, outcome: "done", ...nothing, by, detail };
}

/** The audit line of a code that came before one that was judged earlier. */
export function clockBackRow(token: number, atUs: number): AuditRow {
  return { ...adminRow(atUs, "clock-back"), token };
}
