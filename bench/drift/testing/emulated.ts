// Measures an emulated token from its provisioning to the analysis, and says what was true.

import { totpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { Rig } from "../../../devices/rig.ts";
import { subjectSource } from "../../../devices/sources.ts";
import { type AnalyzeOptions, analyzeDrift, type DriftAnalysis } from "../analyze.ts";
import { SIMULATED_HOST } from "../host-clock.ts";
import type { DriftRecord, StartRecord } from "../log.ts";
import { type MeasureEnd, measureDrift } from "../measure.ts";

/** @see measureEmulated */
export interface EmulatedCase {
  readonly clock?: string;
  readonly ratePpm?: number;
  readonly spanSeconds: number;
  /** Default: none. */
  readonly deadlineSeconds?: number;
  /** Records of earlier sessions; default: none. */
  readonly earlier?: readonly DriftRecord[];
  readonly randomSeed: number;
  readonly watchSeconds?: number;
  readonly maxReads?: number;
  /** What codes are looked for with; default: the token's own. */
  readonly secret?: Uint8Array;
  readonly onRecord?: (record: DriftRecord) => void;
  /** Called after each reading; times are the rig's. */
  readonly onReading?: (rig: Rig, startUs: number) => Promise<void>;
  /** Called while the token is waited for. */
  readonly onWaiting?: (rig: Rig) => Promise<void>;
}

/** What was measured, and the rate that the clock had on average. */
export interface EmulatedOutcome {
  readonly end: MeasureEnd;
  readonly records: readonly DriftRecord[];
  readonly analysis: DriftAnalysis;
  readonly meanPpm: number;
}

/** The start of a session of a fresh token with RFC 4226's secret. */
export function emulatedStart(wallUs: number): StartRecord {
  return {
    kind: "start",
    format: "oathbed-drift-log",
    version: 1,
    device: "virtual",
    algorithm: "SHA1",
    digits: 6,
    stepSeconds: 30,
    t0: 0,
    secretFingerprint: "20 bytes, sha256:00000000",
    wallUs,
    host: SIMULATED_HOST,
    leastLatencySeconds: 0,
    lagSeconds: 0,
  };
}

/** Measures a token of this process, to edges of 20 ms. */
export async function measureEmulated(given: EmulatedCase): Promise<EmulatedOutcome> {
  const { clock = "perfect", ratePpm = 0, spanSeconds, randomSeed, maxReads = 1000 } = given;
  const options: AnalyzeOptions = { straySeconds: 0.5, priorPpm: 200 };
  await using subject = await subjectSource("virtual").open({
    clockName: clock,
    ratePpm,
    randomSeed,
    offsetSeconds: -77,
  });
  const { rig } = subject;
  if (rig === null) throw new Error("the virtual token has lost its rig");
  const device = await subject.connect();
  const parameters = totpParameters();
  const secret = rfc4226Secret();
  await device.provision({ name: "a", secret, parameters });
  const startUs = rig.clock.nowUs();
  const { offsetUs } = await rig.truth();
  const records: DriftRecord[] = [];
  const end = await measureDrift({
    subject,
    secret: given.secret ?? secret,
    parameters,
    start: emulatedStart(startUs),
    earlier: given.earlier ?? [],
    spanSeconds,
    ...(given.deadlineSeconds === undefined ? {} : { deadlineSeconds: given.deadlineSeconds }),
    targetSeconds: 0.02,
    maxReads,
    watchSeconds: given.watchSeconds ?? Math.max(120, spanSeconds / 10),
    signal: new AbortController().signal,
    append: async (record) => {
      records.push(record);
      given.onRecord?.(record);
      if (record.kind === "reading") await given.onReading?.(rig, startUs);
    },
    onProgress: ({ goal }) => {
      if (goal === "reconnect") void given.onWaiting?.(rig);
    },
    ...options,
  });
  const gainedUs = (await rig.truth()).offsetUs - offsetUs;
  const meanPpm = (gainedUs / (rig.clock.nowUs() - startUs)) * 1e6;
  return { end, records, analysis: analyzeDrift(records, options), meanPpm };
}
