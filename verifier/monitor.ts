// Tells a fault of the host's clock from drift of tokens: one token that jumps has a problem, many
// that jump alike at a time have none. The decisions see one record each; this sees them all.

/** The host's clock is to blame: this many tokens show the same jump. */
export interface HostClockFault {
  readonly kind: "host-clock";
  /** How far the tokens seem to have jumped; the host went the other way. */
  readonly seconds: number;
  readonly tokens: number;
}

/** @see HostClockMonitor */
export interface HostClockMonitorOptions {
  /** Tokens that must agree; default 3. */
  readonly tokens?: number;
  /** How long a jump counts, microseconds; default one hour. */
  readonly forUs?: number;
}

/** Jumps remembered; of more tokens the oldest give way. */
const MAX_JUMPS = 1000;
const HOUR_US = 3_600_000_000;

interface Jump {
  readonly atUs: number;
  readonly seconds: number;
  readonly toleranceSeconds: number;
}

/** Watches jumps: a token's code that lies elsewhere than its clock was expected. */
export class HostClockMonitor {
  readonly #tokens: number;
  readonly #forUs: number;
  readonly #jumps = new Map<number, Jump>();
  #alarm: (HostClockFault & { readonly atUs: number }) | null = null;

  constructor(options: HostClockMonitorOptions = {}) {
    this.#tokens = options.tokens ?? 3;
    this.#forUs = options.forUs ?? HOUR_US;
  }

  /** The latest fault seen and when; null when there was none. */
  get alarm(): (HostClockFault & { readonly atUs: number }) | null {
    return this.#alarm;
  }

  /**
   * A token's code lay `seconds` from where it was expected. The fault, if enough tokens jumped
   * alike in the time that counts; a token counts once, by its latest jump.
   */
  observe(
    token: number,
    seconds: number,
    atUs: number,
    toleranceSeconds: number,
  ): HostClockFault | null {
    this.#jumps.delete(token);
    this.#jumps.set(token, { atUs, seconds, toleranceSeconds });
    const [oldest] = this.#jumps.keys();
    if (this.#jumps.size > MAX_JUMPS && oldest !== undefined) this.#jumps.delete(oldest);
    const alike = [...this.#jumps.values()].filter(
      (jump) =>
        Math.abs(jump.seconds - seconds) <= Math.max(toleranceSeconds, jump.toleranceSeconds) &&
        Math.abs(jump.atUs - atUs) <= this.#forUs,
    );
    if (alike.length < this.#tokens) return null;
    const fault: HostClockFault = { kind: "host-clock", seconds, tokens: alike.length };
    this.#alarm = { ...fault, atUs };
    return fault;
  }

  /** A token's code was where it was expected: its jump, if any, is over. */
  settle(token: number): void {
    this.#jumps.delete(token);
  }
}
