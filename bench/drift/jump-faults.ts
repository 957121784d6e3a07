// Jumps of a token's clock, told as what made them: a zone, a battery, two tokens in one log; and
// readings that fit nothing.

import { type ClockFault, classifyClock } from "../../core/drift/classify.ts";
import type { Jump, SegmentedClocks } from "../../core/drift/segments.ts";
import type { AnalyzeOptions, DriftFault } from "./analyze.ts";
import type { StartRecord } from "./log.ts";

/** Alternating jumps that make two tokens of one log. */
const TWO_TOKEN_JUMPS = 3;

/** What the jumps of a log were, and its outliers. */
export function jumpFaults(
  { jumps, outliers }: SegmentedClocks,
  { stepSeconds }: StartRecord,
  { priorPpm }: AnalyzeOptions,
): readonly DriftFault[] {
  const twoTokens = twoTokensFault(jumps);
  if (twoTokens !== undefined) return [twoTokens];
  const middles = jumps.map(({ seconds }) => (seconds.low + seconds.high) / 2);
  const faults = jumps.map((jump, at): DriftFault => {
    const { low, high } = jump.seconds;
    const fault = classifyClock({
      stepSeconds,
      expectedSeconds: 0,
      toleranceSeconds: (high - low) / 2,
      foundSeconds: middles[at] as number,
      anchorSeconds: Number.POSITIVE_INFINITY,
      sinceSeconds: Math.max(0, jump.before - jump.after),
      ratePpm: priorPpm,
      earlierJumps: middles.slice(0, at),
    });
    return { kind: fault.kind, ...jump, text: jumpText(fault, jump) };
  });
  const wrong = outliers.map(
    (at): DriftFault => ({
      kind: "outlier",
      after: at,
      before: at,
      seconds: null,
      text: "a reading fits no clock that the others fit; it is left out",
    }),
  );
  return [...faults, ...wrong];
}

function jumpText(fault: ClockFault, { seconds: { low, high } }: Jump): string {
  const size = `the token's clock jumped by ${low.toFixed(2)} to ${high.toFixed(2)} s`;
  switch (fault.kind) {
    case "zone":
      return `${size}: ${fault.hours} h, a time zone`;
    case "battery":
      return `${size}, and lost time before: its battery fails`;
    default:
      return `${size}; what was known before does not count after it`;
  }
}

/** Jumps to and fro by one and the same distance. */
function twoTokensFault(jumps: readonly Jump[]): DriftFault | undefined {
  const [first, second, third] = jumps;
  if (first === undefined || second === undefined || third === undefined) return undefined;
  const middle = ({ seconds }: Jump): number => (seconds.low + seconds.high) / 2;
  const alternates = jumps.every(
    (jump, at) => Math.sign(middle(jump)) === Math.sign(middle(first)) * (at % 2 === 0 ? 1 : -1),
  );
  if (jumps.length < TWO_TOKEN_JUMPS || !alternates) return undefined;
  const spread = Math.abs(middle(first) + middle(second));
  if (spread > Math.abs(middle(first)) / 2) return undefined;
  return {
    kind: "two-tokens",
    after: first.after,
    before: jumps.at(-1)?.before ?? first.before,
    seconds: first.seconds,
    text: "the clock jumps to and fro: codes of two tokens with one secret are mixed in this log",
  };
}
