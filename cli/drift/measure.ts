// oathbed drift measure: the token, its secret, the log, and the measurement between them.

import { analyzeDrift } from "../../bench/drift/analyze.ts";
import {
  examineHostClock,
  type HostClock,
  hostBoot,
  SIMULATED_HOST,
  statedHost,
} from "../../bench/drift/host-clock.ts";
import { type DriftRecord, parseDriftLog, type StartRecord } from "../../bench/drift/log.ts";
import { type MeasureProgress, measureDrift } from "../../bench/drift/measure.ts";
import { spanText } from "../../bench/drift/report.ts";
import { farEndAt, leastDuration } from "../../core/drift/hunt-options.ts";
import type { TotpParameters } from "../../core/oath/parameters.ts";
import { describeSecret } from "../../core/oath/secret.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import type { Device } from "../../devices/device.ts";
import { DeviceError } from "../../devices/errors.ts";
import { inventoryToken } from "../../devices/inventory/inventory.ts";
import { subjectSource } from "../../devices/sources.ts";
import type { Subject } from "../../devices/subject.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { ProgressLine } from "../progress.ts";
import { inventoryOf } from "../sources.ts";
import { type ClockArguments, clockOptionsOf } from "../token/clock-options.ts";
import { UsageError } from "../usage-error.ts";
import { randomSeedOf, wholeOf } from "../values.ts";
import { AppendLog } from "./append-log.ts";
import { type AnalysisArguments, analysisOf, durationOf, positiveOf } from "./options.ts";
import { printAnalysis } from "./print.ts";
import { makeReportFolder } from "./report-folder.ts";
import { type TokenSecret, type TokenSecretArguments, tokenSecret } from "./token-secret.ts";

/** @see MEASURE_OPTIONS */
export interface MeasureArguments extends AnalysisArguments, TokenSecretArguments, ClockArguments {
  readonly inventory?: string | undefined;
  readonly credential?: string | undefined;
  readonly duration: string;
  readonly "target-ms"?: string | undefined;
  readonly "max-reads": string;
  readonly watch?: string | undefined;
  readonly "least-latency-ms": string;
  readonly "lag-ms": string;
  readonly "host-ppm"?: string | undefined;
  readonly log?: string | undefined;
  readonly "random-seed"?: string | undefined;
}

const MOST_SECONDS = 3650 * 86_400;
const LEAST_WATCH = 120;
/** With it an hour is known to 2.5 ppm. */
const DEFAULT_TARGET_MS = "9";
/** Spans are watched this often unless --watch says otherwise. */
const WATCHES = 12;
const CREDENTIAL = "drift";

/** Measures, prints what is known, and writes the report; also after Ctrl-C. */
export async function measureCommand(args: MeasureArguments, context: Context): Promise<ExitCode> {
  const { terminal, signal } = context;
  const settings = settingsOf(args);
  const inventory = await inventoryOf(args.inventory, terminal);
  const known = inventory && inventoryToken(inventory, args.device);
  const source = subjectSource(args.device, inventory === undefined ? {} : { inventory });
  await using subject = await source.open({
    startUs: new SystemClock().nowUs(),
    randomSeed: randomSeedOf(args["random-seed"] ?? "0"),
    ...clockOptionsOf(args),
  });
  const token = await tokenSecret(args, known, subject, context);
  const ends = endsOf(settings, token.parameters);
  await makeReportFolder(args.report);
  const credential = await makeReady(subject, token, args.credential ?? known?.credential);
  const host = await hostOf(args, subject);
  const boot = subject.rig === null ? await hostBoot() : undefined;
  const start = {
    ...startRecord(args, token, subject, host),
    ...(boot === undefined ? {} : { boot }),
  };
  let earlier: readonly DriftRecord[] = [];
  await using log = await AppendLog.open(args.log, (text) => {
    earlier = earlierOf(text, args.log ?? "", start, terminal);
  });
  const records: DriftRecord[] = [...earlier];
  using progress = new ProgressLine(terminal);
  try {
    await measureDrift({
      subject,
      ...token,
      ...settings,
      ...ends,
      ...(credential === undefined ? {} : { credential }),
      start,
      earlier,
      signal,
      append: async (record) => {
        records.push(record);
        await log.append(record);
      },
      onProgress: (now) => showProgress(progress, now, settings.durationSeconds),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  progress.clear();
  const analysis = analyzeDrift(records, settings);
  await printAnalysis(analysis, args, terminal);
  return analysis.ratePpm === null ? EXIT.noDevice : EXIT.ok;
}

function settingsOf(args: MeasureArguments) {
  const durationSeconds = durationOf("duration", args.duration, MOST_SECONDS);
  const target = args["target-ms"];
  const watch = args.watch ?? `${Math.max(LEAST_WATCH, Math.round(durationSeconds / WATCHES))}s`;
  return {
    ...analysisOf(args),
    durationSeconds,
    targetSeconds: positiveOf("target-ms", target ?? DEFAULT_TARGET_MS, 60_000, 0.01) / 1000,
    mayWidenTarget: target === undefined,
    maxReads: wholeOf("max-reads", args["max-reads"], 2, 1_000_000),
    watchSeconds: durationOf("watch", watch, MOST_SECONDS),
  };
}

/** When the far end begins, and when the measurement ends. @throws {UsageError} when too soon */
function endsOf(
  { durationSeconds, ...settings }: ReturnType<typeof settingsOf>,
  { stepSeconds }: TotpParameters,
) {
  const least = leastDuration(stepSeconds);
  if (durationSeconds < least) {
    throw new UsageError(
      `--duration must be ${spanText(least)} or more for codes of ${stepSeconds} s: sooner ` +
        "nothing is known of the rate",
      `for example --duration ${2 * least}s; an hour bounds it to some ppm`,
    );
  }
  const spanSeconds = farEndAt(durationSeconds, { stepSeconds, ...settings });
  return { spanSeconds, deadlineSeconds: durationSeconds };
}

/** @returns the name of the credential to read, on tokens that have names */
async function makeReady(
  subject: Subject,
  { secret, parameters }: TokenSecret,
  wanted: string | undefined,
): Promise<string | undefined> {
  const device = await subject.connect();
  assertHasClock(subject, device);
  const { provision } = device.capabilities;
  if (subject.rig === null || provision === undefined) return wanted;
  const name = wanted ?? CREDENTIAL;
  await device.provision({ name, secret, parameters });
  return provision.names ? name : undefined;
}

function assertHasClock({ name }: Subject, { capabilities }: Device): void {
  if (capabilities.totp === undefined) {
    throw new DeviceError("not-supported", `${name} makes no time-based codes`);
  }
  if (capabilities.totp.clock === "host") {
    throw new DeviceError("not-supported", `${name} has no clock: it is told the host's time`, {
      hint: "its drift is the host's",
    });
  }
}

async function hostOf(args: MeasureArguments, { rig }: Subject): Promise<HostClock> {
  const stated = args["host-ppm"];
  if (stated !== undefined) return statedHost(positiveOf("host-ppm", stated, 10_000));
  return rig === null ? examineHostClock() : SIMULATED_HOST;
}

function startRecord(
  args: MeasureArguments,
  { secret, parameters }: TokenSecret,
  { name, clock }: Subject,
  host: HostClock,
): StartRecord {
  const { algorithm, digits, stepSeconds, t0 } = parameters;
  return {
    kind: "start",
    format: "oathbed-drift-log",
    version: 1,
    device: name,
    algorithm,
    digits,
    stepSeconds,
    t0,
    secretFingerprint: describeSecret(secret),
    wallUs: clock.nowUs(),
    host,
    leastLatencySeconds: positiveOf("least-latency-ms", args["least-latency-ms"], 10_000) / 1000,
    lagSeconds: positiveOf("lag-ms", args["lag-ms"], 600_000) / 1000,
  };
}

/** The sessions that a log holds already. @throws {UsageError} when they are of another token */
function earlierOf(
  text: string,
  path: string,
  start: StartRecord,
  { err }: Context["terminal"],
): readonly DriftRecord[] {
  if (text === "") return [];
  const { records, problems } = parseDriftLog(text, path);
  for (const problem of problems) err(`${path}: ${problem}\n`);
  const [first] = records;
  if (first?.kind === "start" && first.secretFingerprint !== start.secretFingerprint) {
    throw new UsageError(`${path} is of a token with another secret`, "name another --log");
  }
  err(`going on with ${path}: ${records.length} records\n`);
  return records;
}

function showProgress(line: ProgressLine, now: MeasureProgress, durationSeconds: number): void {
  const { reads, ratePpm, offsetWidthSeconds: width, goal, nextInSeconds } = now;
  const passed = Math.min(Math.round(now.passedSeconds), durationSeconds);
  const known = Number.isFinite(width)
    ? `±${ratePpm.toFixed(1)} ppm, offset to ${(width * 1000).toFixed(0)} ms`
    : "nothing known yet";
  const next = `next ${goal} in ${spanText(nextInSeconds)}`;
  line.show(passed, Math.round(durationSeconds), `${reads} reads, ${known}; ${next}`);
}
