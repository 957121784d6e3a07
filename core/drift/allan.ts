// Overlapping Allan deviation of clock offsets (NIST SP 1065, 5.2.4): how steady a rate is over a
// span. Offsets must be evenly spaced in time.

/** A point of the plot. */
export interface AllanPoint {
  /** Span, seconds. */
  readonly tauSeconds: number;
  /** Relative frequency: 1e-6 = 1 ppm. */
  readonly deviation: number;
  /** Second differences it is made of. */
  readonly terms: number;
}

/**
 * Overlapping Allan deviation at the spans of 1, 2, 4, … spacings.
 *
 * @param offsets seconds, evenly spaced
 * @param spacingSeconds above 0
 * @throws {RangeError} for a spacing that is none
 */
export function overlappingAllan(
  offsets: readonly number[],
  spacingSeconds: number,
): readonly AllanPoint[] {
  if (!(spacingSeconds > 0)) {
    throw new RangeError(`spacingSeconds must be above 0, got ${spacingSeconds}`);
  }
  const points: AllanPoint[] = [];
  for (let m = 1; 2 * m < offsets.length; m *= 2) {
    const terms = offsets.length - 2 * m;
    let sum = 0;
    for (let at = 0; at < terms; at++) {
      const [a = 0, b = 0, c = 0] = [offsets[at], offsets[at + m], offsets[at + 2 * m]];
      sum += (c - 2 * b + a) ** 2;
    }
    const tauSeconds = m * spacingSeconds;
    points.push({ tauSeconds, deviation: Math.sqrt(sum / (2 * terms)) / tauSeconds, terms });
  }
  return points;
}
