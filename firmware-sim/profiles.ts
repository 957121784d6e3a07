// Token models, as data. A model is what the firmware can do; its clock is chosen apart.

import { HASH_ALGORITHMS } from "../core/oath/parameters.ts";
import type { TokenProfile } from "./emulated-token.ts";

/** The last second whose time step (X = 30) has eight bytes left to grow into: step 2^33. */
const FAR_FUTURE_SECONDS = 2 ** 33 * 30;

/** Every model. */
export const TOKEN_PROFILES: readonly TokenProfile[] = [
  {
    name: "software",
    summary: "software token: every hash, 6 to 10 digits, 32 credentials",
    firmware: "1.0.0",
    algorithms: HASH_ALGORITHMS,
    digits: [6, 7, 8, 9, 10],
    stepSeconds: { low: 1, high: 3600 },
    secretBytes: { low: 1, high: 256 },
    credentials: 32,
    timeRange: { fromSeconds: 0, toSeconds: FAR_FUTURE_SECONDS },
    showSeconds: 0,
    clockSurvivesPowerOff: true,
  },
  {
    name: "display",
    summary: "display token: SHA-1, 6 digits, shown for 15 s after a press",
    firmware: "1.0.0",
    algorithms: ["SHA1"],
    digits: [6],
    stepSeconds: { low: 30, high: 60 },
    secretBytes: { low: 10, high: 64 },
    credentials: 1,
    timeRange: { fromSeconds: 0, toSeconds: 0xffff_ffff },
    showSeconds: 15,
    clockSurvivesPowerOff: true,
  },
  {
    name: "serial-shell",
    summary: "line shell on a serial port, the complete dialect, 8 credentials",
    firmware: "1.0.0",
    algorithms: HASH_ALGORITHMS,
    digits: [6, 7, 8, 9, 10],
    stepSeconds: { low: 1, high: 3600 },
    secretBytes: { low: 1, high: 128 },
    credentials: 8,
    timeRange: { fromSeconds: 0, toSeconds: FAR_FUTURE_SECONDS },
    showSeconds: 0,
    clockSurvivesPowerOff: true,
  },
  {
    name: "arduino-shell",
    summary: "line shell of an Arduino with a clock chip: SHA-1, 30 s, one secret",
    firmware: "1.0.0",
    algorithms: ["SHA1"],
    digits: [6, 7, 8],
    stepSeconds: { low: 30, high: 30 },
    secretBytes: { low: 1, high: 122 },
    credentials: 1,
    timeRange: { fromSeconds: 0, toSeconds: 0xffff_ffff },
    showSeconds: 0,
    clockSurvivesPowerOff: true,
  },
];

/** Names of the models, for messages and help. */
export const PROFILE_NAMES: readonly string[] = TOKEN_PROFILES.map(({ name }) => name);

/** @throws {RangeError} naming an unknown model and the known ones */
export function profileOf(name: string): TokenProfile {
  const profile = TOKEN_PROFILES.find((candidate) => candidate.name === name);
  if (profile === undefined) {
    throw new RangeError(`no token model "${name}"; there are: ${PROFILE_NAMES.join(", ")}`);
  }
  return profile;
}
