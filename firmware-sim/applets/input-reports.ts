// Input reports that wait for the host to fetch them.

/** So many reports are kept; a host that does not fetch them loses what comes after. */
const MAX_REPORTS = 4096;

/** A queue of input reports of one interrupt endpoint. */
export class InputReports {
  readonly #listeners = new Set<() => void>();
  #reports: Uint8Array[] = [];

  /** Adds reports, and tells listeners. */
  add(reports: readonly Uint8Array[]): void {
    if (reports.length === 0 || this.#reports.length + reports.length > MAX_REPORTS) return;
    this.#reports.push(...reports);
    for (const listener of [...this.#listeners]) listener();
  }

  /** The oldest report, off the queue. */
  take(): Uint8Array | undefined {
    return this.#reports.shift();
  }

  /** Calls `listener` at each `add`. Returns how to stop that. */
  onInput(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    this.#reports = [];
  }
}
