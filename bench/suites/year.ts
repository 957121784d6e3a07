// How long a simulated year takes: a token from the factory, enrolled, a login a week, resynced
// when its clock has walked out of the window.

import { untilNextStepUs } from "../../core/drift/steps.ts";
import { type TotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { DAY_US, SECOND_US } from "../../core/time/clock.ts";
import type { Device } from "../../devices/device.ts";
import { DeviceError } from "../../devices/errors.ts";
import type { Rig } from "../../devices/rig.ts";
import { policyOf } from "../../verifier/policy.ts";
import { MemoryStore } from "../../verifier/stores/memory.ts";
import { Verifier } from "../../verifier/verifier.ts";
import type { Absent, Goal, Workload } from "../workload.ts";
import type { BenchSource, SuiteContent, SuiteSetup } from "./suite.ts";

const NAME = "year";
const WHAT = "a year of weekly logins";
const WEEKS = 52;
const PARAMETERS: TotpParameters = totpParameters();
/** Issue 2: for one token of this process. Behind a port the port's round trips come on top. */
const GOAL: Goal = { comparison: "at-most", value: 50 };

/** One workload an emulated token; time cannot be advanced around the others. */
export async function yearSuite({ sources }: SuiteSetup): Promise<SuiteContent> {
  const workloads: Workload[] = [];
  const absent: Absent[] = [];
  for (const source of sources) {
    const reason = await whyNot(source);
    if (reason === undefined) workloads.push(yearWorkload(source));
    else absent.push({ suite: "year", subject: source.name, name: WHAT, reason });
  }
  return { workloads, absent };
}

async function whyNot(source: BenchSource): Promise<string | undefined> {
  try {
    await using subject = await source.open({});
    if (subject.rig === null) return "time passes around it as it does for us";
    const { totp, provision, button } = (await subject.connect()).capabilities;
    if (totp === undefined || totp.clock === "host") return "has no clock of its own";
    if (button) return "shows codes only after its button";
    return provision === undefined ? "takes no secrets over this way" : undefined;
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return error.message;
  }
}

function yearWorkload(source: BenchSource): Workload {
  return {
    suite: "year",
    subject: source.name,
    name: WHAT,
    unit: "ms",
    operations: 1,
    run: () => liveYear(source),
    ...(source.driver === "virtual" ? { goal: GOAL } : {}),
  };
}

async function liveYear(source: BenchSource): Promise<void> {
  await using subject = await source.open({});
  const { rig } = subject;
  if (rig === null) throw new Error(`${source.name} has lost its rig`);
  await using store = new MemoryStore();
  const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
  const device = await subject.connect();
  const secret = rfc4226Secret();
  await device.provision({ name: NAME, secret, parameters: PARAMETERS });
  const id = await verifier.create({ label: NAME, parameters: PARAMETERS, secret });
  const enrolled = await verifier.enroll(id, await readPair(device, rig, NAME), rig.clock.nowUs());
  if (enrolled.outcome === "refused") throw new Error(`enrollment refused: ${enrolled.reason}`);
  for (let week = 0; week < WEEKS; week++) {
    await rig.advance(7 * DAY_US);
    const { code } = await device.readTotp({ credential: NAME });
    const login = await verifier.verify(id, code, rig.clock.nowUs());
    if (login.outcome === "accepted") continue;
    await rig.advance(PARAMETERS.stepSeconds * SECOND_US);
    const repaired = await verifier.resync(
      id,
      await readPair(device, rig, NAME),
      rig.clock.nowUs(),
    );
    if (repaired.outcome === "refused") throw new Error(`resync refused: ${repaired.reason}`);
  }
}

/** Two consecutive codes of a credential; the step between them passes around the token. */
export async function readPair(
  device: Device,
  rig: Rig,
  credential: string,
): Promise<readonly [string, string]> {
  const first = await device.readTotp({ credential });
  const tokenUs = rig.clock.nowUs() + (await rig.truth()).offsetUs;
  // A millisecond past the edge: the token's clock is not a whole number of microseconds.
  await rig.advance(Math.ceil(untilNextStepUs(tokenUs, PARAMETERS)) + 1000);
  const second = await device.readTotp({ credential });
  return [first.code, second.code];
}
