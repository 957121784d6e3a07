// Checks and notes of a case, as its recorder keeps them: what the contexts of both sides share.

import type { CheckContext } from "../checks.ts";
import type { CaseRecorder } from "./recorder.ts";

/** @see CheckContext */
export class RecordedChecks implements CheckContext {
  protected readonly recorder: CaseRecorder;

  constructor(recorder: CaseRecorder) {
    this.recorder = recorder;
  }

  get signal(): AbortSignal {
    return this.recorder.signal;
  }

  equal(what: string, actual: unknown, expected: unknown): void {
    this.recorder.equal(what, actual, expected);
  }

  holds(what: string, ok: boolean, actual?: unknown): void {
    this.recorder.holds(what, ok, actual);
  }

  skip(reason: string): never {
    this.recorder.skip(reason);
  }

  note(text: string): void {
    this.recorder.note(text);
  }
}
