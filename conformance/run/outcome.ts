// From how a case ended to its status. A check that failed outweighs whatever came after it.

import { DeviceError, type DeviceErrorCode } from "../../devices/errors.ts";
import type { Level } from "../case.ts";
import type { Status } from "../report.ts";
import { TargetCannot, TargetRefusal } from "../target.ts";
import { CaseTimedOut } from "./deadline.ts";
import { printError } from "./printing.ts";
import { type CaseRecorder, CaseSkipped, CaseStopped } from "./recorder.ts";

/** A status and the sentence to it; the reason is empty where the checks say it all. */
export interface Outcome {
  readonly status: Status;
  readonly reason: string;
}

/** How a case left: on its own, or by throwing. */
export type Ending = { readonly kind: "returned" } | { readonly kind: "threw"; error: unknown };

/**
 * The status of a case that has ended, before expectations. An error the subject itself caused is a
 * verdict on it; everything else that is thrown is the harness's.
 *
 * @param isStrict whether a SHOULD fails the run as a MUST does
 */
export function judge(
  ending: Ending,
  recorder: CaseRecorder,
  level: Level,
  isStrict: boolean,
): Outcome {
  if (ending.kind === "returned") return judgeReturned(recorder, level, isStrict);
  const { error } = ending;
  const broken = broke(level, isStrict);
  if (error instanceof CaseStopped) return { status: broken, reason: "" };
  if (recorder.failed > 0) return { status: broken, reason: afterFailure(error, recorder) };
  if (error instanceof CaseSkipped || error instanceof TargetCannot) {
    return { status: "skip", reason: recorder.redactor.clean(error.message) };
  }
  if (error instanceof CaseTimedOut) return { status: "error", reason: error.message };
  if (isSubjectsDoing(error)) {
    return { status: broken, reason: `ended by ${printError(error, recorder.redactor)}` };
  }
  return { status: "error", reason: printError(error, recorder.redactor) };
}

/** Whether what was thrown is an answer of the token or target, and so a verdict on it. */
export function isSubjectsDoing(error: unknown): boolean {
  if (error instanceof TargetRefusal) return true;
  return error instanceof DeviceError && TOKENS_DOING[error.code];
}

function judgeReturned(recorder: CaseRecorder, level: Level, isStrict: boolean): Outcome {
  if (recorder.failed > 0) return { status: broke(level, isStrict), reason: "" };
  if (recorder.made === 0) return { status: "error", reason: "the case made no check" };
  return { status: "pass", reason: "" };
}

function broke(level: Level, isStrict: boolean): "fail" | "warn" | "info" {
  switch (level) {
    case "MUST":
      return "fail";
    case "SHOULD":
      return isStrict ? "fail" : "warn";
    case "MAY":
      return "info";
  }
}

function afterFailure(error: unknown, recorder: CaseRecorder): string {
  if (error instanceof CaseSkipped) return "";
  return `then ${printError(error, recorder.redactor)}`;
}

/** A claimed capability that answers "not supported" is a failure; a port that is gone is not. */
const TOKENS_DOING: Readonly<Record<DeviceErrorCode, boolean>> = {
  "not-supported": true,
  refused: true,
  "bad-argument": true,
  protocol: true,
  "timed-out": true,
  "not-found": false,
  "no-access": false,
  "missing-package": false,
  "unsupported-platform": false,
  disconnected: false,
  cancelled: false,
  closed: false,
};
