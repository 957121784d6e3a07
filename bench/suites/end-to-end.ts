// A login as its user has it: the code is read from the token through its driver, judged, and the
// verdict is on the disk. One token after the other, which is what one user waits for; and many
// software tokens together, which share the disk's writes. Time passes between logins, not in them.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { createRandom } from "../../core/time/random.ts";
import type { Device } from "../../devices/device.ts";
import { DeviceError } from "../../devices/errors.ts";
import type { Rig } from "../../devices/rig.ts";
import { openVirtualSubject } from "../../devices/rigs/virtual-subject.ts";
import type { Subject } from "../../devices/subject.ts";
import { policyOf } from "../../verifier/policy.ts";
import { openStore } from "../../verifier/stores/open.ts";
import type { Store } from "../../verifier/stores/store.ts";
import { Verifier } from "../../verifier/verifier.ts";
import { BENCH_STEP_US, STEPS_ON } from "../enrolled.ts";
import { histogramText, latencyFigures } from "../latency.ts";
import { quantile } from "../measure.ts";
import type { Absent, Measurement } from "../workload.ts";
import { states } from "./states.ts";
import type { BenchSource, SuiteContent, SuiteSetup } from "./suite.ts";
import { readPair } from "./year.ts";

const NAME = "bench";
const WHAT = "login";
const PARAMETERS: TotpParameters = totpParameters();
/** A user's next login comes in a later step, beyond the window of the last. */
const BETWEEN_US: number = Number(STEPS_ON) * BENCH_STEP_US;
const LEAST_LOGINS = 8;
/** Software tokens that log in at a time; for a glance few. */
const TOGETHER = { glance: 8, otherwise: 256 } as const;
const GLANCE_MS = 50;
/** Logins of each before any counts. */
const WARM_UP = 20;

/** Logins through each emulated token, with each durable store that is here. */
export async function endToEndSuite(setup: SuiteSetup): Promise<SuiteContent> {
  const folder = await mkdtemp(join(tmpdir(), "oathbed-bench-"));
  setup.resources.defer(() => rm(folder, { recursive: true, force: true }));
  const found: Found = { measured: [], absent: [], notes: [] };
  for (const place of states(folder, "end_to_end", setup.resources)) {
    if (place.state === null) {
      const { name: subject, reason } = place;
      found.absent.push({ suite: "end-to-end", subject, name: WHAT, reason });
      continue;
    }
    await using store = await openStore(place.state);
    for (const source of setup.sources) await measureSource(source, store, setup, found);
    await measureTogether(store, setup, found);
    found.notes.push(`end-to-end: ${store.name}: ${store.durability}`);
  }
  return { workloads: [], ...found };
}

/** Tokens that were made so far: each is another. */
let made = 0;

interface Found {
  readonly measured: Measurement[];
  readonly absent: Absent[];
  readonly notes: string[];
}

/** A token that is enrolled. */
interface Ready {
  readonly device: Device;
  readonly rig: Rig;
  readonly id: number;
}

async function measureSource(
  source: BenchSource,
  store: Store,
  setup: SuiteSetup,
  { measured, absent, notes }: Found,
): Promise<void> {
  const subject = `${source.name} ${store.name}`;
  try {
    await using token = await source.open({});
    using verifier = verifierOf(store);
    const ready = await makeReady(token, verifier);
    if (typeof ready === "string") {
      absent.push({ suite: "end-to-end", subject, name: WHAT, reason: ready });
      return;
    }
    setup.onProgress?.(`end-to-end ${subject}: one login after the other`);
    const times: number[] = [];
    const warmUp = setup.durationMs < GLANCE_MS ? 1 : WARM_UP;
    let spentMs = 0;
    for (let login = -warmUp; login < LEAST_LOGINS || spentMs < setup.durationMs; login++) {
      setup.signal?.throwIfAborted();
      await ready.rig.advance(BETWEEN_US);
      const ms = await timed(() => logIn(ready, verifier));
      if (login < 0) continue;
      times.push(ms);
      spentMs += ms;
    }
    const name = `${WHAT}, one after the other`;
    measured.push(
      rateFigure(
        subject,
        name,
        times.map((ms) => 1000 / ms),
      ),
    );
    measured.push(...latencyFigures({ suite: "end-to-end", subject, name }, times));
    notes.push(`end-to-end: ${subject}: ${histogramText(times)}`);
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    const reason = error.hint === "" ? error.message : `${error.message}; ${error.hint}`;
    absent.push({ suite: "end-to-end", subject, name: WHAT, reason });
  }
}

/** Software tokens, all at once: their writes share transactions. */
async function measureTogether(store: Store, setup: SuiteSetup, found: Found): Promise<void> {
  const count = setup.durationMs < GLANCE_MS ? TOGETHER.glance : TOGETHER.otherwise;
  setup.onProgress?.(`end-to-end ${store.name}: ${count} tokens at a time`);
  using verifier = verifierOf(store);
  await using resources = new AsyncDisposableStack();
  const tokens = Array.from({ length: count }, async (_, at) => {
    const subject = resources.use(openVirtualSubject("virtual", "software", { randomSeed: at }));
    const ready = await makeReady(subject, verifier);
    if (typeof ready === "string") throw new Error(ready);
    return ready;
  });
  const ready = await Promise.all(tokens);
  const rates: number[] = [];
  const times: number[] = [];
  let spentMs = 0;
  for (let round = -2; round < 3 || spentMs < setup.durationMs; round++) {
    setup.signal?.throwIfAborted();
    for (const { rig } of ready) await rig.advance(BETWEEN_US);
    const each: number[] = [];
    const login = async (one: Ready): Promise<void> => {
      each.push(await timed(() => logIn(one, verifier)));
    };
    const ms = await timed(() => Promise.all(ready.map(login)));
    if (round < 0) continue;
    rates.push((1000 * count) / ms);
    times.push(...each);
    spentMs += ms;
  }
  const subject = `virtual ${store.name}`;
  const name = `${WHAT}, ${count} at a time`;
  found.measured.push(rateFigure(subject, name, rates));
  found.measured.push(...latencyFigures({ suite: "end-to-end", subject, name }, times));
}

function verifierOf(store: Store): Verifier {
  return new Verifier({ store, policy: policyOf("default") });
}

async function makeReady(subject: Subject, verifier: Verifier): Promise<Ready | string> {
  const { rig } = subject;
  if (rig === null) return "time passes around it as it does for us: a login every 30 seconds";
  const device = await subject.connect();
  const { totp, provision, button } = device.capabilities;
  if (totp === undefined) return "makes no time-based codes";
  if (button) return "shows codes only after its button";
  if (provision === undefined) return "takes no secrets over this way";
  const number = ++made;
  const secret = createRandom(9).fork(`token ${number}`).bytes(20);
  await device.provision({ name: NAME, secret, parameters: PARAMETERS });
  const id = await verifier.create({ label: `token ${number}`, parameters: PARAMETERS, secret });
  const verdict = await verifier.enroll(id, await readPair(device, rig, NAME), rig.clock.nowUs());
  if (verdict.outcome === "refused") throw new Error(`enrollment refused: ${verdict.reason}`);
  return { device, rig, id };
}

async function logIn({ device, rig, id }: Ready, verifier: Verifier): Promise<void> {
  const { code } = await device.readTotp({ credential: NAME });
  const answer = await verifier.login(id, code, rig.clock.nowUs());
  if (!answer.accepted) throw new Error("a right code was refused");
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function rateFigure(subject: string, name: string, rates: readonly number[]): Measurement {
  const sorted = rates.toSorted((a, b) => a - b);
  return {
    suite: "end-to-end",
    subject,
    name,
    unit: "operations/s",
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.05),
    high: quantile(sorted, 0.95),
    slices: sorted.length,
  };
}
