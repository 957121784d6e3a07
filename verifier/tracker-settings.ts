// What a policy believes of a token's clock, as the drift tracker takes it.

import type { TrackerSettings } from "../core/drift/tracker.ts";
import type { TotpParameters } from "../core/oath/parameters.ts";
import type { Policy } from "./policy.ts";
import type { ClockClass } from "./record.ts";

const DAY_SECONDS = 86_400;

/** Made once for each policy, class and step: a tracked clock is worked out anew for new ones. */
const made = new WeakMap<Policy, Map<string, TrackerSettings>>();

/** Worst rate of a class of clocks, ppm. */
export function ratePpmOf(policy: Policy, clock: ClockClass): number {
  switch (clock) {
    case "crystal":
      return policy.crystalPpm;
    case "tcxo":
      return policy.tcxoPpm;
    case "network":
      return policy.networkPpm;
  }
}

/** The same object each time. */
export function trackerSettings(
  policy: Policy,
  clock: ClockClass,
  { stepSeconds }: TotpParameters,
): TrackerSettings {
  let ofPolicy = made.get(policy);
  if (ofPolicy === undefined) {
    ofPolicy = new Map();
    made.set(policy, ofPolicy);
  }
  const name = clock + stepSeconds;
  const known = ofPolicy.get(name);
  if (known !== undefined) return known;
  const settings: TrackerSettings = {
    stepSeconds,
    delaySeconds: policy.typingSeconds,
    strayFromLineSeconds: policy.straySeconds,
    ratePpm: ratePpmOf(policy, clock),
    horizonSeconds: policy.horizonDays * DAY_SECONDS,
    slewSeconds: policy.slewSteps * stepSeconds,
    slewPpm: policy.slewPpm,
  };
  ofPolicy.set(name, settings);
  return settings;
}
