// What an operator is told of one token: its state, its clock, and why its last codes were refused.

import type { ClockFault } from "../../core/drift/classify.ts";
import { driftReport } from "../../verifier/drift-report.ts";
import { faultText } from "../../verifier/fault-text.ts";
import type { Policy } from "../../verifier/policy.ts";
import type { ClockJump } from "../../verifier/record.ts";
import type { AuditRow, Store } from "../../verifier/stores/store.ts";
import type { RefusalReason } from "../../verifier/verdict.ts";
import { viewOf } from "../../verifier/views.ts";
import { type DriftForm, driftForm, type TokenForm, timeText, tokenForm } from "./forms.ts";

/** Audit rows that are looked through, and refusals told. */
const ROWS = 200;
const REFUSALS = 10;

/** Why codes were refused, with what was found out about it afterwards. */
export interface RefusalForm {
  readonly at: string | null;
  readonly act: AuditRow["act"];
  readonly reason: RefusalReason | null;
  readonly offsetSteps: number | null;
  /** Who gave the codes; null: not told. */
  readonly by: string | null;
  /** One sentence, for people. */
  readonly explanation: string;
}

/** @see describeToken */
export interface TokenDescription {
  readonly token: TokenForm;
  /** Null for HOTP. */
  readonly drift: DriftForm | null;
  /** What happened to its clock: the last jumps that a pair of codes found, oldest first. */
  readonly faults: readonly FaultForm[];
  /** Newest first; at most ten, none older than the last accepted code. */
  readonly refusals: readonly RefusalForm[];
}

/** @see ClockJump */
export interface FaultForm {
  readonly at: string | null;
  readonly kind: ClockJump["kind"];
  /** Token minus where it was expected. */
  readonly seconds: number;
  /** In words. */
  readonly text: string;
}

/** All of it, at `atUs`; null when there is no such token. */
export async function describeToken(
  store: Store,
  policy: Policy,
  id: number,
  atUs: number,
): Promise<TokenDescription | null> {
  const token = await store.load(id);
  if (token === null) return null;
  const rows = await store.auditOf(id, ROWS);
  return {
    token: tokenForm(viewOf(token)),
    drift: driftForm(driftReport(token.record, policy, atUs)),
    faults: token.record.jumps.map(faultForm),
    refusals: refusalsOf(rows),
  };
}

function faultForm({ atUs, kind, seconds }: ClockJump): FaultForm {
  const hours = Math.round(seconds / 900) / 4;
  const fault: ClockFault =
    kind === "zone" ? { kind, hours } : kind === "step" ? { kind, seconds } : { kind };
  return { at: timeText(atUs), kind, seconds, text: faultText(fault) };
}

/** The refusals since the last accepted code, of rows newest first. */
export function refusalsOf(rows: readonly AuditRow[]): readonly RefusalForm[] {
  const refusals: RefusalForm[] = [];
  const diagnoses: AuditRow[] = [];
  for (const row of rows) {
    if (refusals.length >= REFUSALS || row.outcome === "accepted") break;
    if (row.act === "diagnosis") diagnoses.push(row);
    if (row.outcome !== "refused" || row.act === "diagnosis") continue;
    // A diagnosis bears the time of the code that it is about.
    const at = diagnoses.findIndex(({ atUs }) => atUs === row.atUs);
    const [found = row] = at < 0 ? [] : diagnoses.splice(at, 1);
    const { reason, offsetSteps, detail } = found;
    const more = detail === null ? "" : ` (${detail})`;
    const explanation = reason === null ? "" : refusalText(reason, offsetSteps) + more;
    const { act, by } = row;
    refusals.push({ at: timeText(row.atUs), act, reason, offsetSteps, by, explanation });
  }
  return refusals;
}

/** A reason as a sentence, and what helps. */
export function refusalText(reason: RefusalReason, offsetSteps: number | null): string {
  switch (reason) {
    case "malformed":
      return "it was not the token's number of ASCII digits";
    case "no-match":
      return "no step or counter near has this code: mistyped, guessed, or of another token";
    case "replayed":
      return "the code was used before, or is older than one that was";
    case "out-of-sync":
      return offsetSteps === null
        ? "the counter is ahead of the window: two consecutive codes resynchronize it"
        : `the code was ${sided(offsetSteps)}: two consecutive codes resynchronize the token`;
    case "throttled":
      return "it came too soon after failures and was not looked at";
    case "locked":
      return "the token is locked after too many failures; unlock it if its user made them";
    case "not-enrolled":
      return "the token is not in use";
    case "expired":
      return "it was not enrolled in time; create it anew";
    case "not-yet-valid":
      return "its key may not be used yet: its start date is to come";
    case "no-longer-valid":
      return "its key may not be used any more: its expiry date is over; give a new token";
    case "wrong-parameters":
      return "the codes fit another step, hash, number of digits or T0 than it was created with";
    case "wrong-state":
      return "the act does not fit the token's state; a token is enrolled once";
  }
}

function sided(steps: number): string {
  return `${Math.abs(steps)} steps ${steps < 0 ? "behind" : "ahead of"} the service's time`;
}
