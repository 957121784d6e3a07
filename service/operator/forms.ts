// Tokens, verdicts, audit rows and drift as plain data for JSON: times as UTC texts, moving factors
// as decimal texts, for they need 64 bits. Never a secret.

import type { OathParameters } from "../../core/oath/parameters.ts";
import type { DriftReport } from "../../verifier/drift-report.ts";
import type { AuditRow } from "../../verifier/stores/store.ts";
import type { Verdict } from "../../verifier/verdict.ts";
import type { TokenView } from "../../verifier/views.ts";

/** Latest time that Date knows, microseconds. */
const MAX_US = 8.64e18;

/** UTC, ISO 8601; null stays null. */
export function timeText(us: number | null): string | null {
  if (us === null) return null;
  const bounded = Math.max(-MAX_US, Math.min(MAX_US, us));
  return new Date(Math.floor(bounded / 1000)).toISOString();
}

/** @see TokenView */
export interface TokenForm {
  readonly id: number;
  readonly label: string;
  readonly user: string | null;
  readonly state: TokenView["state"];
  readonly parameters: OathParameters;
  readonly watermark: string | null;
  readonly offsetSteps: number;
  readonly failures: number;
  readonly locked: boolean;
  readonly lockedUntil: string | null;
  readonly lastAcceptedAt: string | null;
  readonly clock: TokenView["clock"];
  readonly isTracked: boolean;
  readonly pendingUntil: string | null;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
}

/** What may be shown of a token. */
export function tokenForm(view: TokenView): TokenForm {
  const { watermark, lockedUntilUs, lastAcceptedAtUs, pendingUntilUs, ...rest } = view;
  return {
    id: rest.id,
    label: rest.label,
    user: rest.user,
    state: rest.state,
    parameters: rest.parameters,
    watermark: watermark < 0n ? null : String(watermark),
    offsetSteps: rest.offsetSteps,
    failures: rest.failures,
    locked: rest.locked,
    lockedUntil: timeText(lockedUntilUs),
    lastAcceptedAt: timeText(lastAcceptedAtUs),
    clock: rest.clock,
    isTracked: rest.isTracked,
    pendingUntil: timeText(pendingUntilUs),
    validFrom: timeText(rest.validFromUs),
    validUntil: timeText(rest.validUntilUs),
  };
}

/** @see AuditRow */
export interface AuditForm {
  readonly at: string | null;
  readonly token: number;
  readonly act: AuditRow["act"];
  readonly outcome: AuditRow["outcome"];
  readonly reason: AuditRow["reason"];
  readonly movingFactor: string | null;
  readonly offsetSteps: number | null;
  readonly by: string | null;
  readonly detail: string | null;
}

/** A line of the audit log. */
export function auditForm(row: AuditRow): AuditForm {
  const { atUs, token, act, outcome, reason, movingFactor, offsetSteps, by, detail } = row;
  return {
    at: timeText(atUs),
    token,
    act,
    outcome,
    reason,
    movingFactor: movingFactor === null ? null : String(movingFactor),
    offsetSteps,
    by,
    detail,
  };
}

/** A verdict, for operators. */
export function verdictForm(verdict: Verdict): Readonly<Record<string, unknown>> {
  const { act, outcome, movingFactor, offsetSteps, fault } = verdict;
  const isRefused = outcome === "refused";
  return {
    accepted: !isRefused,
    act,
    reason: isRefused ? verdict.reason : null,
    movingFactor: movingFactor === undefined ? null : String(movingFactor),
    offsetSteps: offsetSteps ?? null,
    outOfSync: isRefused ? verdict.reason === "out-of-sync" : verdict.outOfSync,
    retryAt: timeText(isRefused ? (verdict.retryAtUs ?? null) : null),
    fault: fault ?? null,
    fits: isRefused ? (verdict.fits ?? null) : null,
  };
}

/** @see DriftReport */
export interface DriftForm {
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  readonly offsetSeconds: DriftReport["offsetSeconds"];
  readonly ratePpm: DriftReport["ratePpm"];
  readonly isLearned: boolean;
  readonly leavesWindowAt: string | null;
}

/** What is known of a clock. */
export function driftForm(report: DriftReport | null): DriftForm | null {
  if (report === null) return null;
  const { firstAtUs, lastAtUs, offsetSeconds, ratePpm, isLearned, leavesWindowAtUs } = report;
  return {
    firstAt: timeText(firstAtUs),
    lastAt: timeText(lastAtUs),
    offsetSeconds,
    ratePpm,
    isLearned,
    leavesWindowAt: timeText(leavesWindowAtUs),
  };
}
