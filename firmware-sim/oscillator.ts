// A token's oscillator as a pure function: random access in time, reading it changes nothing.

/**
 * How far a token's clock has walked. `phaseUs(elapsedUs)` is x(t): token time minus true time,
 * microseconds, `elapsedUs` after the token was made (protocol notes on clock drift, section B).
 * The same arguments give the same answer in any order of calls.
 */
export interface Oscillator {
  /** Name and settings in one line, for reports. */
  readonly description: string;
  /** x(t) in microseconds; positive = the token is ahead. Not rounded. */
  phaseUs(elapsedUs: number): number;
  /** How long it has run by then: `elapsedUs` without the time it stood still, microseconds. */
  runUs(elapsedUs: number): number;
}
