// Loads a verification service that need not be ours: each token logs in once, with its code of
// now, as a request template says. Closed load: so many clients that ask again when they are
// answered; open load: requests at fixed times, whatever the answers take.

import { timeStepAt } from "../../core/drift/steps.ts";
import { OtpauthError, parseOtpauthUri } from "../../core/oath/otpauth.ts";
import type { TotpParameters } from "../../core/oath/parameters.ts";
import type { Clock } from "../../core/time/clock.ts";
import { DeviceError, type DeviceErrorCode } from "../../devices/errors.ts";
import type { EngineKey } from "../../verifier/engines/engine.ts";
import { nodeCryptoEngine } from "../../verifier/engines/node-crypto.ts";
import { quantile } from "../measure.ts";
import type { Measurement } from "../workload.ts";
import {
  LoadError,
  type LoadFailure,
  type LoadResult,
  type LoadShape,
  runLoad,
  sortedLatencies,
} from "./load.ts";
import { type RequestTemplate, requestFor } from "./template.ts";

/** Most tokens of a file. */
const MAX_TOKENS = 1_000_000;
/** Slices a load is cut into where there are tokens enough: figures have a spread then. */
const SLICES = 5;
/** A slice's codes are made before it, and outlast it at 40 answers a second or more. */
const MOST = { openSeconds: 20, closedLogins: 2000 } as const;

/** What to do about each failure of a load. */
const FAILURES: Readonly<
  Record<LoadFailure, { readonly code: DeviceErrorCode; readonly hint: string }>
> = {
  unreachable: { code: "not-found", hint: "start the service, or correct --against" },
  closed: {
    code: "disconnected",
    hint: "look at the service's log; is it HTTP or HTTPS that it speaks, and are its limits wide enough?",
  },
  "timed-out": {
    code: "timed-out",
    hint: "the service hangs, or takes no such load: try --load closed:1",
  },
  "bad-answer": {
    code: "refused",
    hint: "each code counts once: wait for the next time step, and compare the template",
  },
};

/** A token that logs in. */
export interface AgainstToken {
  /** What the service calls it. */
  readonly id: string;
  readonly account: string;
  readonly issuer: string;
  readonly parameters: TotpParameters;
  readonly key: EngineKey;
}

/** @see loadAgainst */
export interface AgainstOptions {
  readonly url: string;
  readonly template: RequestTemplate;
  /** Dealt to the loads: a code counts once. */
  readonly tokens: readonly AgainstToken[];
  readonly shapes: readonly LoadShape[];
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly onProgress?: (what: string) => void;
}

/**
 * Tokens of a file: an otpauth URI a line, before it, where the service does not go by the account,
 * what it calls the token and a space. Empty lines and those that begin with # do not count.
 *
 * @param what names the text in errors: its file
 * @throws {RangeError} for none, too many, or a line that is no time-based token, by its number
 */
export function parseTokens(text: string, what: string): readonly AgainstToken[] {
  const lines = text.split("\n").map((line, at) => ({ line: line.trim(), number: at + 1 }));
  const kept = lines.filter(({ line }) => line !== "" && !line.startsWith("#"));
  if (kept.length === 0 || kept.length > MAX_TOKENS) {
    throw new RangeError(
      `${what} must have 1 to ${MAX_TOKENS} otpauth URIs, one a line; it has ${kept.length}`,
    );
  }
  return kept.map(({ line, number }) => {
    try {
      return tokenOf(line);
    } catch (error) {
      const isFault = error instanceof OtpauthError || error instanceof RangeError;
      if (!isFault) throw error;
      throw new RangeError(`${what}, line ${number}: ${error.message}`, { cause: error });
    }
  });
}

function tokenOf(line: string): AgainstToken {
  const at = line.indexOf("otpauth://");
  const uri = at < 0 ? line : line.slice(at);
  const { account, issuer, secret, parameters } = parseOtpauthUri(uri);
  if (parameters.kind !== "totp") {
    throw new RangeError(`${account} counts presses: loads use time-based tokens`);
  }
  const key = nodeCryptoEngine.prepare(secret, parameters);
  secret.fill(0);
  const id = at > 0 ? line.slice(0, at).trim() : account;
  return { id, account, issuer, parameters, key };
}

/**
 * Runs the loads one after the other.
 *
 * @throws {DeviceError} when the service is not there, or gives an answer that is not good
 * @throws {RangeError} for fewer tokens than loads
 */
export async function loadAgainst(options: AgainstOptions): Promise<readonly Measurement[]> {
  const { tokens, shapes, signal, onProgress } = options;
  if (shapes.length === 0 || tokens.length < shapes.length) {
    throw new RangeError(`${shapes.length} loads take at least as many tokens`);
  }
  const share = Math.floor(tokens.length / shapes.length);
  const measured: Measurement[] = [];
  for (const [at, shape] of shapes.entries()) {
    onProgress?.(nameOf(shape));
    const own = tokens.slice(at * share, (at + 1) * share);
    const slices = slicesOf(own.length, shape);
    const length = Math.floor(own.length / slices);
    const results: LoadResult[] = [];
    for (let slice = 0; slice < slices; slice++) {
      signal?.throwIfAborted();
      results.push(await runSlice(options, own.slice(slice * length, (slice + 1) * length), shape));
    }
    measured.push(...figuresOf(options.url, shape, results));
  }
  return measured;
}

async function runSlice(
  { url, template, clock, signal }: AgainstOptions,
  tokens: readonly AgainstToken[],
  shape: LoadShape,
): Promise<LoadResult> {
  const nowUs = clock.nowUs();
  const requests = tokens.map(({ key, parameters, id, account, issuer }) => {
    const code = key.codeAt(timeStepAt(nowUs, parameters));
    return requestFor(template, { id, account, issuer, code });
  });
  const { headers = {}, expect = {} } = template;
  try {
    return await runLoad({
      url,
      headers,
      requests,
      shape,
      ...(expect.body === undefined ? {} : { expectBody: expect.body }),
      ...(expect.text === undefined ? {} : { expectText: expect.text }),
      ...(expect.status === undefined ? {} : { expectStatus: expect.status }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    const { code, hint } = FAILURES[error.kind];
    throw new DeviceError(code, error.message, { hint, cause: error });
  }
}

/** Rate and latencies, slice by slice. */
function figuresOf(
  url: string,
  shape: LoadShape,
  results: readonly LoadResult[],
): readonly Measurement[] {
  const figure = (
    what: string,
    unit: "operations/s" | "ms",
    of: (result: LoadResult) => number,
  ): Measurement => {
    const sorted = results.map(of).toSorted((a, b) => a - b);
    return {
      suite: "service",
      subject: new URL(url).host,
      name: `${nameOf(shape)}${what}`,
      unit,
      median: quantile(sorted, 0.5),
      low: quantile(sorted, 0.05),
      high: quantile(sorted, 0.95),
      slices: sorted.length,
    };
  };
  const latency = (share: number) => (result: LoadResult) =>
    quantile(sortedLatencies(result), share);
  return [
    figure("", "operations/s", ({ seconds, latenciesMs }) => latenciesMs.length / seconds),
    figure(", p50", "ms", latency(0.5)),
    figure(", p99", "ms", latency(0.99)),
  ];
}

/** Slices of a load: several where there are logins enough, none so long that codes run out. */
export function slicesOf(logins: number, shape: LoadShape): number {
  if (logins < SLICES * rateOf(shape)) return 1;
  const most = shape.kind === "open" ? MOST.openSeconds * shape.perSecond : MOST.closedLogins;
  return Math.max(SLICES, Math.ceil(logins / Math.max(most, rateOf(shape))));
}

function nameOf(shape: LoadShape): string {
  return shape.kind === "closed"
    ? `closed load, ${shape.connections} connections`
    : `open load, ${shape.perSecond} requests a second`;
}

function rateOf(shape: LoadShape): number {
  return shape.kind === "closed" ? shape.connections : shape.perSecond;
}
