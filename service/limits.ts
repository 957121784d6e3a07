// The bounds of a service: sizes, times and rates.

/** @see DEFAULT_LIMITS */
export interface ServiceLimits {
  /** Largest body, bytes; imports have one of their own. */
  readonly bodyBytes: number;
  readonly importBytes: number;
  /** Longest time for a request to arrive, and for one to be answered, milliseconds. */
  readonly requestMs: number;
  readonly answerMs: number;
  /** Longest time requests in flight get to end when the service stops, milliseconds. */
  readonly drainMs: number;
  /** Requests a minute from one address; 0: no limit. */
  readonly clientRequests: number;
  /** Codes a minute for one token, whatever its state; 0: no limit. */
  readonly tokenRequests: number;
  /** Refused codes are answered after a multiple of this many milliseconds; 0: at once. */
  readonly refusalMs: number;
}

/** What holds unless told otherwise. */
export const DEFAULT_LIMITS: ServiceLimits = {
  bodyBytes: 65_536,
  importBytes: 16_777_216,
  requestMs: 10_000,
  answerMs: 30_000,
  drainMs: 10_000,
  clientRequests: 60_000,
  tokenRequests: 60,
  refusalMs: 25,
};

const MOST = 2_147_483_647;
const MAY_BE_ZERO: readonly string[] = ["clientRequests", "tokenRequests", "refusalMs"];

/**
 * The limits with some changed. @throws {RangeError} naming one that is no whole number in
 * range
 */
export function limitsOf(given: Partial<ServiceLimits> = {}): ServiceLimits {
  const limits = { ...DEFAULT_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    const low = MAY_BE_ZERO.includes(name) ? 0 : 1;
    if (!Number.isInteger(value) || value < low || value > MOST) {
      throw new RangeError(`limit ${name} must be a whole number from ${low} to ${MOST}`);
    }
  }
  return limits;
}
