// How long the way to a token and back is: one TOTP code read after the other, through each driver,
// as a rate, and each read's latency for itself.

import { totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import type { Device } from "../../devices/device.ts";
import { DeviceError } from "../../devices/errors.ts";
import type { Subject } from "../../devices/subject.ts";
import { histogramText, latencyFigures } from "../latency.ts";
import { turns } from "../turns.ts";
import type { Absent, Goal, Measurement, Workload } from "../workload.ts";
import type { BenchSource, SuiteContent, SuiteSetup } from "./suite.ts";

/** Round trips a call: a serial line answers each within half a millisecond. */
const READS = 16;
const NAME = "bench";
const WHAT = "read a TOTP code";
/** Issue 2: over the pseudo-terminal. */
const SERIAL_GOAL: Goal = { comparison: "at-least", value: 2000 };

/** One workload a token that is here; a physical token is read as it is, and not written to. */
export async function driversSuite(setup: SuiteSetup): Promise<SuiteContent> {
  const { sources, resources, onProgress } = setup;
  const workloads: Workload[] = [];
  const absent: Absent[] = [];
  const measured: Measurement[] = [];
  const notes: string[] = [];
  for (const source of sources) {
    const found = await openSource(source, resources);
    if (typeof found === "string") {
      absent.push(absentDriver(source, found));
      continue;
    }
    workloads.push(readWorkload(source, found));
    onProgress?.(`drivers ${source.name}: latency of each read`);
    const latenciesMs = await timeReads(found, setup);
    const row = { suite: "drivers", subject: source.name, name: WHAT } as const;
    measured.push(...latencyFigures(row, latenciesMs));
    notes.push(`drivers: ${source.name}: ${histogramText(latenciesMs)}`);
  }
  return { workloads, absent, measured, notes };
}

/** Milliseconds of each read, for as long as a figure takes. */
async function timeReads(device: Device, setup: SuiteSetup): Promise<readonly number[]> {
  for (let read = 0; read < READS; read++) await device.readTotp();
  const latenciesMs: number[] = [];
  const turn = turns(setup.signal);
  const startMs = performance.now();
  for (let nowMs = startMs; nowMs - startMs < setup.durationMs || latenciesMs.length < READS; ) {
    await turn();
    nowMs = performance.now();
    await device.readTotp();
    latenciesMs.push(performance.now() - nowMs);
  }
  return latenciesMs;
}

/** The open token, ready to be read; or why it cannot be measured. */
async function openSource(
  source: BenchSource,
  resources: AsyncDisposableStack,
): Promise<Device | string> {
  try {
    const subject = resources.use(await source.open({}));
    const device = await subject.connect();
    return (await makeReady(subject, device)) ?? device;
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return error.hint === "" ? error.message : `${error.message}; ${error.hint}`;
  }
}

async function makeReady({ rig }: Subject, device: Device): Promise<string | undefined> {
  const { totp, provision, button } = device.capabilities;
  if (totp === undefined) return "makes no time-based codes";
  if (button) return "shows codes only after its button";
  if (rig === null || provision === undefined) return undefined;
  await device.provision({ name: NAME, secret: rfc4226Secret(), parameters: totpParameters() });
  return undefined;
}

function readWorkload(source: BenchSource, device: Device): Workload {
  return {
    suite: "drivers",
    subject: source.name,
    name: WHAT,
    unit: "operations/s",
    operations: READS,
    async run() {
      for (let read = 0; read < READS; read++) await device.readTotp();
    },
    ...(source.name === "serial:emulated" ? { goal: SERIAL_GOAL } : {}),
  };
}

function absentDriver(source: BenchSource, reason: string): Absent {
  return { suite: "drivers", subject: source.name, name: WHAT, reason };
}
