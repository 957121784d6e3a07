// What a case says while it runs.

/** One comparison a case made. Values are printed, never secrets. */
export interface Check {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  readonly ok: boolean;
}

/** What every case gets to speak with. */
export interface CheckContext {
  /** Records a comparison and goes on, so that a report shows all that is wrong. */
  equal(what: string, actual: unknown, expected: unknown): void;
  /** Records whether something holds, and goes on. */
  holds(what: string, ok: boolean, actual?: unknown): void;
  /** Ends the case as skipped: the requirement does not apply to this subject. */
  skip(reason: string): never;
  /** A line for the report beside the checks. */
  note(text: string): void;
  readonly signal: AbortSignal;
}
