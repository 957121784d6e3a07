// Loads an HTTP service with autocannon. Every request is sent once: codes count once, and what
// repeats one request would be refused. Latencies are taken answer by answer; autocannon's own
// correction for slow answers assumes an interval of 1 ms between requests, whatever the rate.

import { setTimeout as wait } from "node:timers/promises";
import type { Client, Instance, Options, Request } from "autocannon";

/** A request of a load. */
export interface LoadRequest {
  /** Default: POST. */
  readonly method?: "GET" | "POST" | "PUT";
  readonly path: string;
  /** JSON, unless the headers say what else it is. */
  readonly body: string;
}

/** How requests come. */
export type LoadShape =
  /** So many clients, each of which asks again once it is answered. */
  | { readonly kind: "closed"; readonly connections: number }
  /** So many requests a second, whether those before them are answered or not. */
  | { readonly kind: "open"; readonly perSecond: number };

/** @see runLoad */
export interface LoadOptions {
  /** `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent once each. */
  readonly requests: readonly LoadRequest[];
  readonly shape: LoadShape;
  /** The body of a good answer; any other, or another status, fails the load. */
  readonly expectBody?: string;
  /** A text that the body of a good answer has in it. */
  readonly expectText?: string;
  /** Default: 200. */
  readonly expectStatus?: number;
  readonly signal?: AbortSignal;
}

/** What a load came to. */
export interface LoadResult {
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** Share of a processor that this process took meanwhile: near 1 it was the bottleneck. */
  readonly busy: number;
  /**
   * Of each answer, in the order of the requests. NaN for the first of several on a connection of
   * an open load: it had to connect, and all of them do so in the first second.
   */
  readonly latenciesMs: Float64Array;
}

const TIMEOUT_SECONDS = 30;
/** How often autocannon looks whether it is done; its figures a tick are not ours. */
const TICK_MS = 20;
/**
 * Open load: every connection sends one request a second, at a moment of its own as far as these
 * many moments of a second go, so that no answer holds up a request (but one that takes a second).
 */
const MOMENTS = 100;
const MOMENT_MS = 10;

/**
 * Sends all requests and waits for their answers.
 *
 * @throws {LoadError} when one is answered with anything else than `expectBody`, or not at all
 * @throws {RangeError} for no requests, or a shape that is none
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { requests, shape, signal } = options;
  const rate = shape.kind === "closed" ? shape.connections : shape.perSecond;
  if (requests.length === 0 || !Number.isInteger(rate) || rate < 1) {
    throw new RangeError("a load takes requests, and whole connections or requests a second");
  }
  signal?.throwIfAborted();
  const load = new Load(options);
  return shape.kind === "closed" ? load.closed(shape.connections) : load.open(shape.perSecond);
}

/** Requests were not answered as they should be: the load's figures are worth nothing. */
export class LoadError extends Error {
  override readonly name = "LoadError";
}

/** A request and where its latency goes. */
interface Placed {
  readonly request: LoadRequest;
  readonly place: number;
}

/** The latencies that count, sorted: none of what had to connect. */
export function sortedLatencies({ latenciesMs }: LoadResult): readonly number[] {
  return [...latenciesMs.filter((ms) => !Number.isNaN(ms)).sort()];
}

class Load {
  readonly #placed: readonly Placed[];
  readonly #options: LoadOptions;
  readonly #latenciesMs: Float64Array;
  #answered = 0;
  #startedMs = 0;
  #lastMs = 0;
  #cpuAtStart = process.cpuUsage();

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#placed = options.requests.map((request, place) => ({ request, place }));
    this.#latenciesMs = new Float64Array(options.requests.length);
  }

  async closed(connections: number): Promise<LoadResult> {
    await this.#run(dealt(this.#placed, Math.min(connections, this.#placed.length)), {});
    return this.#result();
  }

  /** Staggered runs: each of some connections, each connection one request a second. */
  async open(perSecond: number): Promise<LoadResult> {
    const lists = dealt(this.#placed, Math.min(perSecond, this.#placed.length));
    const groups = dealt(lists, Math.min(MOMENTS, lists.length));
    const beganMs = performance.now();
    const running: Promise<void>[] = [];
    for (const [moment, group] of groups.entries()) {
      const left = moment * MOMENT_MS - (performance.now() - beganMs);
      if (left > 1) await wait(left);
      running.push(this.#run(group, { connectionRate: 1, ignoreCoordinatedOmission: true }));
    }
    await Promise.all(running);
    for (const [first, ...more] of lists) {
      if (first !== undefined && more.length > 0) this.#latenciesMs[first.place] = Number.NaN;
    }
    return this.#result();
  }

  /** One connection for each list of requests. */
  async #run(
    lists: readonly (readonly Placed[])[],
    more: Pick<Options, "connectionRate" | "ignoreCoordinatedOmission">,
  ): Promise<void> {
    const { url, headers = {}, expectBody, expectText = "", signal } = this.#options;
    const { expectStatus = 200 } = this.#options;
    const { default: autocannon } = await import("autocannon");
    const allHeaders = { "content-type": "application/json", ...headers };
    const left = new Map<Client, Iterator<Placed>>();
    let next = 0;
    let failure: string | undefined;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const instance: Instance = autocannon(
      {
        url,
        connections: lists.length,
        amount: lists.reduce((sum, { length }) => sum + length, 0),
        timeout: TIMEOUT_SECONDS,
        sampleInt: TICK_MS,
        skipAggregateResult: true,
        setupClient: (client: Client) => {
          const list = lists[next++] as readonly Placed[];
          left.set(client, list[Symbol.iterator]());
          client.setRequests(list.map(({ request }) => requestOf(request, allHeaders)));
        },
        verifyBody: (body) => {
          const text = String(body);
          const isGood = text === (expectBody ?? text) && text.includes(expectText);
          if (!isGood) failure ??= `answered ${text.slice(0, 300)}`;
          return isGood;
        },
        ...more,
      },
      (error: unknown) => (error ? reject(error) : resolve()),
    );
    // Its clients are made by now, and nothing is sent yet.
    instance.on("start", () => {
      if (this.#startedMs > 0) return;
      this.#startedMs = performance.now();
      this.#cpuAtStart = process.cpuUsage();
    });
    instance.on("response", (client, status, _bytes, ms) => {
      if (status !== expectStatus) failure ??= `answered with status ${status}`;
      const { place } = left.get(client)?.next().value ?? { place: 0 };
      this.#latenciesMs[place] = ms;
      this.#answered++;
      this.#lastMs = performance.now();
    });
    instance.on("reqError", (error: unknown) => {
      failure ??= error instanceof Error ? error.message : String(error);
      instance.stop();
    });
    const stop = (): void => instance.stop();
    signal?.addEventListener("abort", stop, { once: true });
    await promise.finally(() => signal?.removeEventListener("abort", stop));
    signal?.throwIfAborted();
    if (failure !== undefined) throw new LoadError(`a request to ${url} was ${failure}`);
  }

  #result(): LoadResult {
    const { requests, url } = this.#options;
    if (this.#answered !== requests.length) {
      const text = `${this.#answered} of ${requests.length} requests to ${url} were answered`;
      throw new LoadError(`only ${text}`);
    }
    const seconds = (this.#lastMs - this.#startedMs) / 1000;
    const { user, system } = process.cpuUsage(this.#cpuAtStart);
    const busy = (user + system) / 1_000_000 / seconds;
    return { seconds, busy, latenciesMs: this.#latenciesMs };
  }
}

/** Deals in turn: the first to the first pile, the second to the second one, and so on. */
function dealt<T>(items: readonly T[], piles: number): T[][] {
  const dealtTo: T[][] = Array.from({ length: piles }, () => []);
  items.forEach((item, at) => {
    dealtTo[at % piles]?.push(item);
  });
  return dealtTo;
}

function requestOf(request: LoadRequest, headers: Record<string, string>): Request {
  const { method = "POST", path, body } = request;
  return { method, path, headers: { ...headers }, ...(method === "GET" ? {} : { body }) };
}
