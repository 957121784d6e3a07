// A verdict in words, and what to do about it.

import { faultText, parametersText } from "../../verifier/fault-text.ts";
import type { RefusalReason, Verdict } from "../../verifier/verdict.ts";
import type { Terminal } from "../terminal.ts";

/** A verdict as plain data; moving factors need 64 bits, so they are texts. */
export function verdictJson(label: string, verdict: Verdict): Readonly<Record<string, unknown>> {
  const { act, outcome } = verdict;
  const factor = "movingFactor" in verdict ? verdict.movingFactor : undefined;
  return {
    label,
    act,
    outcome,
    reason: outcome === "refused" ? verdict.reason : null,
    movingFactor: factor === undefined ? null : String(factor),
    offsetSteps: verdict.offsetSteps ?? null,
    outOfSync: outcome === "accepted" ? verdict.outOfSync : verdict.reason === "out-of-sync",
    retryAt:
      outcome === "refused" && verdict.retryAtUs !== undefined
        ? new Date(verdict.retryAtUs / 1000).toISOString()
        : null,
    fault: verdict.fault ?? null,
    fits: outcome === "refused" ? (verdict.fits ?? null) : null,
  };
}

/** The answer on stdout, and on stderr what helps. */
export function printVerdict(
  label: string,
  verdict: Verdict,
  isJson: boolean,
  terminal: Terminal,
): void {
  const { style, errStyle } = terminal;
  if (isJson) {
    terminal.out(`${JSON.stringify(verdictJson(label, verdict))}\n`);
    return;
  }
  if (verdict.outcome === "accepted") {
    const { movingFactor, offsetSteps, outOfSync } = verdict;
    const offset = offsetSteps === 0 ? "" : `, offset ${signed(offsetSteps)} steps`;
    terminal.out(`${style.good("accepted")}  ${label}, moving factor ${movingFactor}${offset}\n`);
    if (verdict.fault !== undefined) terminal.err(`its clock: ${faultText(verdict.fault)}\n`);
    if (outOfSync) {
      terminal.err(
        `${errStyle.accent("hint:")} it is out of sync: ${remedyOf("out-of-sync", label)}\n`,
      );
    }
    return;
  }
  const { reason, offsetSteps, fits, fault } = verdict;
  const seems = offsetSteps === undefined ? "" : `, the code is ${signed(offsetSteps)} steps off`;
  const fitting = fits === undefined ? "" : `, the codes fit ${parametersText(fits)}`;
  terminal.out(`${style.bad("refused")}  ${label}: ${reason}${seems}${fitting}\n`);
  if (fault !== undefined) terminal.err(`its clock: ${faultText(fault)}\n`);
  terminal.err(`${errStyle.accent("hint:")} ${remedyOf(reason, label)}\n`);
}

function remedyOf(reason: RefusalReason, label: string): string {
  switch (reason) {
    case "malformed":
      return "a code is its digits alone: no sign, no space, leading zeros kept";
    case "no-match":
      return "read the code again; two codes must be consecutive and in order";
    case "replayed":
      return "each code counts once; wait for the next one";
    case "out-of-sync":
      return `oathbed resync ${label} CODE CODE, with two consecutive codes`;
    case "throttled":
      return "too many failures; wait, then try again";
    case "locked":
      return "too many failures in a row; an operator must lift the lock";
    case "not-enrolled":
      return `a new one is enabled by oathbed enroll ${label} CODE CODE; oathbed admin show ${label} tells`;
    case "expired":
      return "it was not enrolled in time; create it anew";
    case "not-yet-valid":
      return "its key may not be used yet; oathbed admin show tells from when";
    case "no-longer-valid":
      return "its key has expired; give its user a new token";
    case "wrong-parameters":
      return "create it anew with the parameters that its codes fit";
    case "wrong-state":
      return "it is enrolled already; oathbed verify judges its codes";
  }
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
