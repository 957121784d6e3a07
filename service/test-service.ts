// A service in test mode with a policy of the caller's: what conformance cases and people who try
// clients of the API run against. Its store outlives its restarts.

import type { Policy } from "../verifier/policy.ts";
import { copyTokens, type FailingStore, failingStore } from "../verifier/stores/failing.ts";
import { MemoryStore } from "../verifier/stores/memory.ts";
import { BearerTokens } from "./bearer-tokens.ts";
import { type Service, startService } from "./server.ts";

/** A service that can be stopped and started. */
export interface TestService extends AsyncDisposable {
  /** Where it is now; another place after a restart. */
  readonly url: string;
  /** A bearer token with every scope. */
  readonly token: string;
  /** Stops it, and starts it on the same state. */
  restart(): Promise<void>;
  /** Starts another one on the same state; what ran is left alone, as if nobody heard of it. */
  crash(): Promise<void>;
  /** A second service on the same state, whose end leaves that alone. */
  twin(): Promise<TestService>;
  /** Copies the tokens; the function stops the service and starts it on that copy. */
  backup(): Promise<() => Promise<void>>;
  /** Whether writes fail from now on. */
  failStore(isFailing: boolean): void;
}

/** Nothing but the verifier limits whoever tests it. */
const NO_LIMITS = { clientRequests: 0, tokenRequests: 0, refusalMs: 0 } as const;

/** Starts one on 127.0.0.1, in memory. */
export function startTestService(policy: Policy): Promise<TestService> {
  return Bench.start(policy, new MemoryStore());
}

class Bench implements TestService {
  readonly #policy: Policy;
  readonly #bearers = BearerTokens.draw();
  readonly #isOwner: boolean;
  readonly #left: Service[] = [];
  #store: MemoryStore;
  #failing: FailingStore;
  #service: Service | undefined;

  static async start(policy: Policy, store: MemoryStore, isOwner = true): Promise<Bench> {
    const bench = new Bench(policy, store, isOwner);
    await bench.#start();
    return bench;
  }

  private constructor(policy: Policy, store: MemoryStore, isOwner: boolean) {
    this.#policy = policy;
    this.#store = store;
    this.#isOwner = isOwner;
    this.#failing = failingStore(store);
  }

  get url(): string {
    return this.#service?.url ?? "";
  }

  get token(): string {
    return this.#bearers.token;
  }

  async restart(): Promise<void> {
    await this.#service?.close();
    await this.#start();
  }

  async crash(): Promise<void> {
    if (this.#service !== undefined) this.#left.push(this.#service);
    await this.#start();
  }

  twin(): Promise<TestService> {
    return Bench.start(this.#policy, this.#store, false);
  }

  async backup(): Promise<() => Promise<void>> {
    const copy = new MemoryStore();
    await copyTokens(this.#store, copy);
    return async () => {
      await this.#service?.close();
      this.#store = copy;
      await this.#start();
    };
  }

  failStore(isFailing: boolean): void {
    this.#failing.fail(isFailing ? "full" : null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#service, ...this.#left].map((service) => service?.close()));
    if (this.#isOwner) await this.#store.close();
  }

  async #start(): Promise<void> {
    this.#failing = failingStore(this.#store);
    this.#service = await startService({
      store: this.#failing.store,
      policy: this.#policy,
      bearers: this.#bearers.tokens,
      testMode: true,
      limits: NO_LIMITS,
      hostClock: "unknown",
    });
  }
}
