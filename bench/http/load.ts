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
  /** Longest wait for an answer, milliseconds; default: 30 s. */
  readonly timeoutMs?: number;
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

const TIMEOUT_MS = 30_000;
/** Most of a bad answer that is told, characters. */
const TOLD = 300;
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

/** What became of a request. */
export type LoadFailure = "unreachable" | "closed" | "timed-out" | "bad-answer";

/** Requests were not answered as they should be: the load's figures are worth nothing. */
export class LoadError extends Error {
  override readonly name = "LoadError";
  readonly kind: LoadFailure;
  constructor(kind: LoadFailure, message: string) {
    super(message);
    this.kind = kind;
  }
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
  /** Ends all runs of an open load when one has failed. */
  readonly #failed = new AbortController();
  #failure: LoadError | undefined;

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
    // Connections come at the rate themselves, in the order of their first requests.
    const groups = Map.groupBy(lists, ([first]) =>
      Math.floor(((first?.place ?? 0) * MOMENTS) / perSecond),
    );
    const beganMs = performance.now();
    const running: Promise<void>[] = [];
    for (const [moment, group] of groups) {
      const left = moment * MOMENT_MS - (performance.now() - beganMs);
      if (left > 1) await wait(left);
      if (this.#failure !== undefined || this.#options.signal?.aborted === true) break;
      running.push(this.#run(group, { connectionRate: 1, ignoreCoordinatedOmission: true }));
      // Some may fail while others are still to come; all are looked at below.
      running.at(-1)?.catch(() => {});
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
    const { expectStatus = 200, timeoutMs = TIMEOUT_MS } = this.#options;
    const { default: autocannon } = await import("autocannon");
    const allHeaders = { "content-type": "application/json", ...headers };
    const left = new Map<Client, Iterator<Placed>>();
    const sentMs = new Map<Client, number>();
    let next = 0;
    let badStatus: number | undefined;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const instance: Instance = autocannon(
      {
        url,
        connections: lists.length,
        amount: lists.reduce((sum, { length }) => sum + length, 0),
        // Ours comes first: autocannon's warns of timers of its own.
        timeout: Math.ceil((4 * timeoutMs) / 1000),
        sampleInt: TICK_MS,
        skipAggregateResult: true,
        setupClient: (client: Client) => {
          const list = lists[next++] as readonly Placed[];
          left.set(client, list[Symbol.iterator]());
          client.setRequests(list.map(({ request }) => requestOf(request, allHeaders)));
          // Its first request is on its way.
          sentMs.set(client, performance.now());
          const events: NodeJS.EventEmitter = client;
          events.on("request", () => sentMs.set(client, performance.now()));
        },
        // Called after `response`, which has the status and not the body.
        verifyBody: (body) => {
          const text = String(body);
          const isGood = text === (expectBody ?? text) && text.includes(expectText);
          if (badStatus !== undefined || !isGood)
            this.#fail("bad-answer", answered(badStatus, text));
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
      sentMs.delete(client);
      if (status !== expectStatus) badStatus ??= status;
      const { place } = left.get(client)?.next().value ?? { place: 0 };
      this.#latenciesMs[place] = ms;
      this.#answered++;
      this.#lastMs = performance.now();
    });
    instance.on("reqError", (error: unknown) => {
      const { code = "", message } = error as NodeJS.ErrnoException;
      const isGone = code === "ECONNRESET" || code === "EPIPE";
      this.#fail(isGone ? "closed" : "unreachable", isGone ? CLOSED : `not sent: ${message}`);
    });
    const watch = setInterval(() => {
      const longest = performance.now() - Math.min(...sentMs.values());
      if (longest > timeoutMs) this.#fail("timed-out", `not answered within ${timeoutMs / 1000} s`);
    }, timeoutMs / 20);
    const stop = (): void => instance.stop();
    const ends = [this.#failed.signal, ...(signal === undefined ? [] : [signal])];
    const end = AbortSignal.any(ends);
    end.addEventListener("abort", stop, { once: true });
    await promise.finally(() => {
      clearInterval(watch);
      end.removeEventListener("abort", stop);
    });
    signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The first failure counts: a load with one is over. */
  #fail(kind: LoadFailure, what: string): void {
    this.#failure ??= new LoadError(kind, `a request to ${this.#options.url} was ${what}`);
    this.#failed.abort();
  }

  #result(): LoadResult {
    const { requests, url } = this.#options;
    if (this.#answered !== requests.length) {
      const text = `${this.#answered} of ${requests.length} requests to ${url} were answered`;
      throw new LoadError("closed", `only ${text}: the other connections were closed`);
    }
    const seconds = (this.#lastMs - this.#startedMs) / 1000;
    const { user, system } = process.cpuUsage(this.#cpuAtStart);
    const busy = (user + system) / 1_000_000 / seconds;
    return { seconds, busy, latenciesMs: this.#latenciesMs };
  }
}

const CLOSED = "cut off: its connection was closed without an answer";

function answered(status: number | undefined, body: string): string {
  const text = body.slice(0, TOLD);
  if (status === undefined) return `answered ${text}`;
  return `answered with status ${status}${text === "" ? "" : `: ${text}`}`;
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
