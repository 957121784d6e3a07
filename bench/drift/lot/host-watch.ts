// Lines with their times, and whether the host's wall clock stepped between two of them.

/** A line, and when it was ended: Unix seconds by the wall clock, and monotonic seconds. */
export interface DeskLine {
  readonly text: string;
  readonly at: number;
  readonly monotonic: number;
}

/** A wall clock may differ from the monotonic one by slewing, and by so much. */
const LEAST_STEP = 0.25;
const SLEW = 500e-6;

/** Tells when the host's wall clock stepped between two lines. */
export class HostWatch {
  #last: DeskLine | undefined;

  /** How far it stepped since the last line, seconds; 0: not. */
  step(line: DeskLine): number {
    const last = this.#last;
    this.#last = line;
    if (last === undefined) return 0;
    const passed = line.monotonic - last.monotonic;
    const step = line.at - last.at - passed;
    return Math.abs(step) > LEAST_STEP + SLEW * passed ? step : 0;
  }
}
