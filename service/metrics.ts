// What Prometheus reads: requests, decisions, the store, the host's clock. No label holds a name,
// a secret or anything a client makes up.

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Store } from "../verifier/stores/store.ts";
import type { Act } from "../verifier/verdict.ts";
import type { Verifier } from "../verifier/verifier.ts";
import type { HostClockState } from "./host-clock.ts";

/** Upper bounds of the histogram, seconds. */
const BUCKETS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30];

/** @see ServiceMetrics */
export interface MetricsSources {
  readonly store: Store;
  readonly verifier: Verifier;
  readonly hostClock: HostClockState;
}

/** The metrics of one service. */
export class ServiceMetrics {
  readonly #registry = new Registry();
  readonly #requests: Counter;
  readonly #seconds: Histogram;
  readonly #decisions: Counter;

  constructor(sources: MetricsSources) {
    const registers = [this.#registry];
    this.#requests = new Counter({
      name: "oathbed_http_requests_total",
      help: "Requests answered, by route and status.",
      labelNames: ["method", "route", "status"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "oathbed_http_request_seconds",
      help: "Time from a request's head to the end of its answer, by route.",
      labelNames: ["route"],
      buckets: [...BUCKETS],
      registers,
    });
    this.#decisions = new Counter({
      name: "oathbed_decisions_total",
      help: "Codes judged, by act and outcome.",
      labelNames: ["act", "outcome"],
      registers,
    });
    addGauges(sources, registers);
  }

  /** The text format's content type. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** A request was answered. @param route its pattern, not its path */
  answered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.inc({ method, route, status: String(status) });
    this.#seconds.observe({ route }, seconds);
  }

  /** Codes were judged. */
  decided(act: Act, isAccepted: boolean): void {
    this.#decisions.inc({ act, outcome: isAccepted ? "accepted" : "refused" });
  }

  /** All of them as text. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

function addGauges({ store, verifier, hostClock }: MetricsSources, registers: Registry[]): void {
  const statistic = (name: string, help: string, read: "tokens" | "tombstones" | "bytes"): void => {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers,
      async collect() {
        const value = (await store.statistics())[read];
        gauge.set(value ?? Number.NaN);
      },
    });
  };
  statistic("oathbed_tokens", "Tokens that are not deleted.", "tokens");
  statistic("oathbed_tombstones", "Deleted tokens.", "tombstones");
  statistic("oathbed_store_bytes", "Size of tables and indexes; NaN where not known.", "bytes");
  for (const read of ["writes", "transactions"] as const) {
    const counter: Counter = new Counter({
      name: `oathbed_store_${read}_total`,
      help: `Store ${read} of this process.`,
      registers,
      async collect() {
        const value = (await store.statistics())[read];
        counter.reset();
        counter.inc(value);
      },
    });
  }
  const synchronized: Gauge = new Gauge({
    name: "oathbed_host_clock_synchronized",
    help: "Whether a time server kept the host's clock at the start: 1, 0, or NaN for unknown.",
    registers,
  });
  const states = { synchronized: 1, unsynchronized: 0, unknown: Number.NaN } as const;
  synchronized.set(states[hostClock]);
  const jump: Gauge = new Gauge({
    name: "oathbed_host_clock_jump_seconds",
    help: "Latest jump that many tokens showed alike: the host's clock is to blame; 0: none.",
    registers,
    collect: () => jump.set(verifier.monitor.alarm?.seconds ?? 0),
  });
}
