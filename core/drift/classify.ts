// What happened to a token's clock, told from how far its code is from where it was expected: a
// step, a reset, a zone error, a stuck clock, a battery that fails (protocol notes, section C6). A
// diagnosis for operators, never a reason to accept. Whether many tokens jumped alike, so that it
// was the host's clock, no single token can tell: verifier/monitor.ts does.

/** What is known of a token when its code is not where it was expected. Seconds throughout. */
export interface ClockEvidence {
  /** X. */
  readonly stepSeconds: number;
  /** Offset (token minus host) that was expected, and how far off it may be. */
  readonly expectedSeconds: number;
  readonly toleranceSeconds: number;
  /** Offset that the code shows. */
  readonly foundSeconds: number;
  /** Offset at enrollment or at the last resync. */
  readonly anchorSeconds: number;
  /** Time since the last accepted code. */
  readonly sinceSeconds: number;
  /** Rate the clock class allows, ppm. */
  readonly ratePpm: number;
  /** Earlier jumps of this token, oldest first. */
  readonly earlierJumps?: readonly number[];
  /** For how long the token has shown one and the same code. */
  readonly sameCodeSeconds?: number;
}

/** What happened, most likely. */
export type ClockFault =
  | { readonly kind: "none" } // where it was expected
  | { readonly kind: "drift"; readonly ppm: number } // a rate its class allows explains it
  | { readonly kind: "stuck"; readonly forSeconds: number }
  | { readonly kind: "zone"; readonly hours: number } // set to local time, or daylight saving
  | { readonly kind: "reset" } // back at the offset of its enrollment
  | { readonly kind: "battery" } // loses time again and again
  | { readonly kind: "step"; readonly seconds: number };

/** Zones differ by quarters of an hour, and are at most 14 hours off. */
const ZONE_UNIT = 900;
const MOST_ZONE_SECONDS = 14 * 3600;
/** Quarter hours that are zones: whole hours, 30 and 45 minutes. */
const ZONE_QUARTERS: readonly number[] = [0, 2, 3];
/** How far a zone's jump may be from its round figure. */
const ZONE_TOLERANCE = 60;
/** Negative jumps after which the battery is to blame. */
const BATTERY_JUMPS = 3;

/** Tells faults apart. @see ClockFault */
export function classifyClock(evidence: ClockEvidence): ClockFault {
  const { stepSeconds, toleranceSeconds, foundSeconds, sinceSeconds, ratePpm } = evidence;
  const { sameCodeSeconds = 0, earlierJumps = [] } = evidence;
  if (sameCodeSeconds > 2 * stepSeconds) return { kind: "stuck", forSeconds: sameCodeSeconds };
  const jump = foundSeconds - evidence.expectedSeconds;
  const beyond = Math.max(0, Math.abs(jump) - toleranceSeconds);
  if (beyond === 0) return { kind: "none" };
  if (beyond <= ratePpm * 1e-6 * Math.max(0, sinceSeconds)) {
    return { kind: "drift", ppm: (Math.sign(jump) * beyond * 1e6) / sinceSeconds };
  }
  const hours = zoneHours(jump);
  if (hours !== null) return { kind: "zone", hours };
  const losses = earlierJumps.filter((earlier) => earlier < 0).length + (jump < 0 ? 1 : 0);
  if (jump < 0 && losses >= BATTERY_JUMPS) return { kind: "battery" };
  const fromAnchor = Math.abs(foundSeconds - evidence.anchorSeconds);
  if (fromAnchor <= toleranceSeconds) return { kind: "reset" };
  return { kind: "step", seconds: jump };
}

/** Hours of the zone difference a jump looks like; null when it looks like none. */
function zoneHours(jump: number): number | null {
  const quarters = Math.round(Math.abs(jump) / ZONE_UNIT);
  const round = quarters * ZONE_UNIT;
  const isZone =
    quarters > 0 &&
    ZONE_QUARTERS.includes(quarters % 4) &&
    round <= MOST_ZONE_SECONDS &&
    Math.abs(Math.abs(jump) - round) <= ZONE_TOLERANCE;
  return isZone ? (Math.sign(jump) * quarters) / 4 : null;
}
