// What each policy costs its users and its verifier on the fleet of section D of the protocol notes
// on clock drift: five years, tolerance N(0, 4 ppm), temperature and aging, up to two years on the
// shelf; logins refused in 1,000 and mean codes compared with, for users who come daily, weekly and
// every 60 days. And what a tracker takes to be stored. Goals of issue 4, for the preset `default`.

import { totpParameters } from "../../core/oath/parameters.ts";
import { clockModelOf } from "../../firmware-sim/oscillators/clocks.ts";
import { PRESET_NAMES, policyOf } from "../../verifier/policy.ts";
import { newRecord } from "../../verifier/record.ts";
import { encodeRecord } from "../../verifier/record-codec.ts";
import { TrackedClock } from "../../verifier/tracked-clock.ts";
import { trackerSettings } from "../../verifier/tracker-settings.ts";
import { TokenHistory } from "../fleet/history.ts";
import { type FleetRow, rowsOf } from "../fleet/result.ts";
import { runFleet } from "../fleet/run.ts";
import {
  FLEET_DEFAULTS,
  type FleetSpec,
  policiesOf,
  rhythmsOf,
  STEP_SECONDS,
} from "../fleet/spec.ts";
import { quantile } from "../measure.ts";
import type { FigureUnit, Goal, Measurement } from "../workload.ts";
import type { SuiteContent, SuiteSetup } from "./suite.ts";

const CLOCK = "xtal-token";
const YEARS = 5;
const RHYTHMS = "daily,weekly,60d";
/** Parts of the fleet, whose figures give the spread. */
const PARTS = 5;
/** Tokens of the whole for each millisecond of --duration; at half a second 2,000. */
const TOKENS_A_MS = 4;
const TOKENS = { least: 10, most: 100_000 } as const;
/** Lives whose trackers are stored, at most. */
const STORED_LIVES = 60;
const REJECTED: Goal = atMost(2);
const CODES: Readonly<Record<string, Goal>> = {
  daily: atMost(4),
  weekly: atMost(4.5),
  "60d": atMost(6.5),
};
const STATE: Goal = atMost(1024);

/** Rejects, codes and bytes. */
export async function policiesSuite(setup: SuiteSetup): Promise<SuiteContent> {
  const { durationMs, signal, onProgress } = setup;
  const tokens = Math.min(TOKENS.most, Math.max(TOKENS.least, Math.ceil(durationMs * TOKENS_A_MS)));
  const parts: (readonly FleetRow[])[] = [];
  const spec = specOf(tokens);
  for (let index = 1; index <= PARTS; index++) {
    onProgress?.(`policies: ${tokens} tokens over ${YEARS} years, part ${index} of ${PARTS}`);
    const shard = { index, count: PARTS };
    const options = signal === undefined ? { shard } : { shard, signal };
    parts.push(rowsOf(await runFleet(spec, options)));
  }
  return {
    workloads: [],
    measured: [...figuresOf(parts), ...stateFigures(spec)],
    notes: [
      `policies: ${tokens} tokens over ${YEARS} years in ${PARTS} parts; shelf up to ` +
        `${FLEET_DEFAULTS.shelfDays} days, codes typed 3 s + Exp(8 s) after they show; mean codes ` +
        "compared with a login, its refused codes included",
    ],
  };
}

function specOf(tokens: number): FleetSpec {
  return {
    version: 1,
    randomSeed: 4,
    tokens,
    years: YEARS,
    clock: clockModelOf(CLOCK),
    policies: policiesOf(PRESET_NAMES.join()),
    rhythms: rhythmsOf(RHYTHMS),
    ...FLEET_DEFAULTS,
  };
}

/** For each policy and rhythm, the parts side by side. */
function figuresOf(parts: readonly (readonly FleetRow[])[]): readonly Measurement[] {
  const [first = []] = parts;
  return first.flatMap(({ policy, rhythm }, at) => {
    const rows = parts.map((part) => part[at] as FleetRow);
    const rejects = rows.map(({ rejectsPer1000 }) => rejectsPer1000);
    const codes = rows.map(({ meanCodes }) => meanCodes);
    const isOurs = policy === "default";
    return [
      figure(policy, `${rhythm}: logins refused`, "per 1,000", rejects, isOurs ? REJECTED : null),
      figure(policy, `${rhythm}: codes compared`, "codes", codes, isOurs ? CODES[rhythm] : null),
    ];
  });
}

/** The records of tokens at the end of their lives, as stores keep them. */
function stateFigures(spec: FleetSpec): readonly Measurement[] {
  const settings = trackerSettings(policyOf("default"), "crystal", totpParameters());
  const history = new TokenHistory(spec);
  return spec.rhythms.map((rhythm) => {
    const sizes = Array.from({ length: Math.min(STORED_LIVES, spec.tokens) }, (_, token) => {
      history.load(token);
      history.follow(rhythm);
      let clock = TrackedClock.start(
        {
          at: history.enrolledAt,
          startsBy: history.enrolledStep * STEP_SECONDS - history.enrolledAt,
        },
        settings,
      );
      for (let login = 0; login < history.count; login++) {
        const at = history.times[login] as number;
        const startsBy = (history.steps[login] as number) * STEP_SECONDS - at;
        ({ clock } = clock.observe({ at, startsBy }, settings));
      }
      return encodeRecord({ ...newRecord(totpParameters()), trackedClock: clock }).length;
    });
    return figure("default", `${rhythm.name}: record with its tracker`, "bytes", sizes, STATE);
  });
}

function figure(
  subject: string,
  name: string,
  unit: FigureUnit,
  values: readonly number[],
  goal: Goal | null | undefined,
): Measurement {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    suite: "policies",
    subject,
    name,
    unit,
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.05),
    high: quantile(sorted, 0.95),
    slices: sorted.length,
    ...(goal === undefined || goal === null ? {} : { goal }),
  };
}

function atMost(value: number): Goal {
  return { comparison: "at-most", value };
}
