// How many logins the service judges over HTTP, beside an empty route of the same server: the
// service in a process of its own, each accepted code on the disk before it is answered, loaded by
// autocannon from this one. Slices of both routes take turns, and the ratio is taken pair by pair.
// Goal of issue 4: a login at least half as often as nothing.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type LoadRequest,
  type LoadResult,
  type LoadShape,
  runLoad,
  sortedLatencies,
} from "../http/load.ts";
import { ServiceHost } from "../http/service-host.ts";
import { quantile } from "../measure.ts";
import type { Absent, FigureUnit, Goal, Measurement } from "../workload.ts";
import { states } from "./states.ts";
import type { SuiteContent, SuiteSetup } from "./suite.ts";

const CONNECTIONS = 256;
/** Tokens, each of which logs in once a slice: so many that a slice is no blink. */
const MOST_TOKENS = 4096;
const LEAST_TOKENS = 64;
/** Open load: what a large company's morning comes to, whatever the machine can do. */
const OFFERED = 1000;
const LEAST_PAIRS = 3;
/** Slices of each route before any counts. */
const WARM_UP = 2;
/** Above this share of a processor the load is what is measured. */
const CLIENT_BUSY = 0.9;
const ACCEPTED = '{"accepted":true}';
/** A database server on the same computer takes the processors that it is measured with. */
const RATIO_GOALS: Readonly<Record<string, Goal>> = {
  sqlite: { comparison: "at-least", value: 0.5 },
};

/** Logins and the empty route, with SQLite and, where there is a server, with PostgreSQL. */
export async function serviceSuite(setup: SuiteSetup): Promise<SuiteContent> {
  const folder = await mkdtemp(join(tmpdir(), "oathbed-bench-"));
  setup.resources.defer(() => rm(folder, { recursive: true, force: true }));
  const measured: Measurement[] = [];
  const absent: Absent[] = [];
  const notes: string[] = [];
  for (const place of states(folder, "service", setup.resources)) {
    if (place.state === null) {
      const subject = `http ${place.name}`;
      absent.push({ suite: "service", subject, name: "verify a code", reason: place.reason });
      continue;
    }
    await using host = await ServiceHost.start(
      place.state,
      tokensFor(setup.durationMs),
      setup.signal,
    );
    const routes = new Routes(host, setup);
    measured.push(...(await routes.closed()), ...(await routes.open()));
    notes.push(`service: ${host.store}: ${host.durability}, before it is answered`);
    if (routes.clientBusy > CLIENT_BUSY) {
      notes.push("service: the client was as busy as the server: their true rates are higher");
    }
  }
  return {
    workloads: [],
    measured,
    absent,
    notes: [
      ...notes,
      `service: closed load: ${CONNECTIONS} connections, each asks again when it is answered; ` +
        "open load: requests at fixed times, one a second on each connection",
    ],
  };
}

function tokensFor(durationMs: number): number {
  return Math.min(MOST_TOKENS, Math.max(LEAST_TOKENS, 8 * Math.ceil(durationMs)));
}

/** What one slice came to. */
interface Slice {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The two routes of one service. */
class Routes {
  readonly #host: ServiceHost;
  readonly #setup: SuiteSetup;
  readonly #tokens: number;
  /** Most of a processor that the load took in a slice. */
  clientBusy = 0;

  constructor(host: ServiceHost, setup: SuiteSetup) {
    this.#host = host;
    this.#setup = setup;
    this.#tokens = tokensFor(setup.durationMs);
  }

  async closed(): Promise<readonly Measurement[]> {
    this.#setup.onProgress?.(`service ${this.#host.store}: closed load`);
    const shape: LoadShape = {
      kind: "closed",
      connections: Math.min(CONNECTIONS, this.#tokens),
    };
    for (let slice = 0; slice < WARM_UP; slice++) {
      await this.#pair(shape);
    }
    const empty: Slice[] = [];
    const login: Slice[] = [];
    let spentMs = 0;
    while (empty.length < LEAST_PAIRS || spentMs < this.#setup.durationMs) {
      const pair = await this.#pair(shape);
      empty.push(pair.empty);
      login.push(pair.login);
      spentMs += (1000 * this.#tokens) / pair.login.perSecond;
    }
    const verify = this.#name("verify a right code");
    const ratios = login.map(
      ({ perSecond }, at) => perSecond / (empty[at]?.perSecond ?? Number.NaN),
    );
    return [
      figure(...this.#name("empty route"), "operations/s", rates(empty)),
      figure(...verify, "operations/s", rates(login)),
      figure(...this.#name("verify ÷ empty route"), "times", ratios, RATIO_GOALS[this.#host.store]),
      ...this.#latencies(`closed load, ${shape.connections} connections`, login),
    ];
  }

  async open(): Promise<readonly Measurement[]> {
    this.#setup.onProgress?.(`service ${this.#host.store}: open load`);
    // Each connection sends one request a second, and the first of them does not count.
    const perSecond = Math.min(OFFERED, this.#tokens / 2);
    const shape: LoadShape = { kind: "open", perSecond };
    const slices: Slice[] = [];
    let spentMs = 0;
    while (slices.length < 1 || spentMs < this.#setup.durationMs) {
      slices.push(await this.#logIn(shape));
      spentMs += (1000 * this.#tokens) / perSecond;
    }
    return this.#latencies(`open load, ${perSecond} requests/s`, slices);
  }

  async #pair(shape: LoadShape): Promise<{ readonly empty: Slice; readonly login: Slice }> {
    const body = '{"code":"123456"}';
    const requests = Array.from({ length: this.#tokens }, (_, at) => ({
      path: `/empty/${at + 1}`,
      body,
    }));
    return { empty: await this.#slice(shape, requests), login: await this.#logIn(shape) };
  }

  async #logIn(shape: LoadShape): Promise<Slice> {
    return this.#slice(shape, await this.#host.logins(this.#tokens));
  }

  async #slice(shape: LoadShape, requests: readonly LoadRequest[]): Promise<Slice> {
    const { url, headers } = this.#host;
    const { signal } = this.#setup;
    const load = { url, headers, requests, shape, expectBody: ACCEPTED };
    const result = await runLoad({ ...load, ...(signal === undefined ? {} : { signal }) });
    this.clientBusy = Math.max(this.clientBusy, result.busy);
    return sliceOf(result);
  }

  #name(name: string): [string, string] {
    return [`http ${this.#host.store}`, name];
  }

  #latencies(how: string, slices: readonly Slice[]): readonly Measurement[] {
    const p50 = slices.map(({ p50Ms }) => p50Ms);
    const p99 = slices.map(({ p99Ms }) => p99Ms);
    return [
      figure(...this.#name(`verify, latency p50, ${how}`), "ms", p50),
      figure(...this.#name(`verify, latency p99, ${how}`), "ms", p99),
    ];
  }
}

function sliceOf(result: LoadResult): Slice {
  const sorted = sortedLatencies(result);
  const perSecond = result.latenciesMs.length / result.seconds;
  return { perSecond, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}

function rates(slices: readonly Slice[]): readonly number[] {
  return slices.map(({ perSecond }) => perSecond);
}

function figure(
  subject: string,
  name: string,
  unit: FigureUnit,
  values: readonly number[],
  goal?: Goal,
): Measurement {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    suite: "service",
    subject,
    name,
    unit,
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.05),
    high: quantile(sorted, 0.95),
    slices: sorted.length,
    ...(goal === undefined ? {} : { goal }),
  };
}
