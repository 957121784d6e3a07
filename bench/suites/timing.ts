// Whether an answer's time tells anything of a code or a token: Welch's t over wrong codes that
// share 0 to 5 leading digits with the right one, that all but match an early or a late step of the
// window, of a known and an unknown token (row T08 of the protocol notes on verifiers). Codes are
// timed in this process, in memory, where nothing hides a difference; tokens as a client sees them,
// over HTTP, because a refusal of a known token is a write to the disk.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, type Random } from "../../core/time/random.ts";
import { policyOf } from "../../verifier/policy.ts";
import { MemoryStore } from "../../verifier/stores/memory.ts";
import { Verifier } from "../../verifier/verifier.ts";
import { type BenchToken, benchTokens, FIRST_STEP, middleOf, storeEnrolled } from "../enrolled.ts";
import { type LoadRequest, runLoad } from "../http/load.ts";
import { ServiceHost } from "../http/service-host.ts";
import { timingT, WELCH_THRESHOLD } from "../timing/welch.ts";
import { turns } from "../turns.ts";
import type { Goal, Measurement } from "../workload.ts";
import type { SuiteContent, SuiteSetup } from "./suite.ts";

/** Codes of each kind: 10,000 from half a second a figure on. */
const CODES = { most: 10_000, least: 100, aMs: 20 } as const;
/** The same over HTTP, where a refusal takes 25 ms or a multiple. */
const REQUESTS = { most: 10_000, least: 32, aMs: 20 } as const;
const CONNECTIONS = 64;
const TOKENS = 64;
const REFUSED = '{"accepted":false}';
/** Ids that no store of a bench comes to. */
const UNKNOWN_ID = 1_000_000_000;
const GOAL: Goal = { comparison: "at-most", value: WELCH_THRESHOLD };

/** A kind of wrong code. */
interface Kind {
  readonly name: string;
  /** How many leading digits it shares with the code of `step`, no more. */
  readonly shared: number;
  /** Relative to the host's. */
  readonly step: bigint;
}

const SHARED: readonly Kind[] = Array.from({ length: 6 }, (_, shared) => ({
  name: `${shared} leading digit${shared === 1 ? "" : "s"} right`,
  shared,
  step: 0n,
}));
const EARLY: Kind = { name: "5 digits of the window's first step", shared: 5, step: -1n };
const LATE: Kind = { name: "5 digits of its last step", shared: 5, step: 1n };

/** |t| of each pair. */
export async function timingSuite(setup: SuiteSetup): Promise<SuiteContent> {
  const { durationMs, onProgress } = setup;
  const codes = volume(CODES, durationMs);
  const requests = volume(REQUESTS, durationMs);
  onProgress?.(`timing: ${codes} wrong codes of each kind`);
  const times = await codeTimes(codes, setup.signal);
  const [none = [], ...more] = SHARED.map((kind) => times.get(kind) ?? []);
  const pairs = more.map((some, at) =>
    figure("in memory", `${SHARED[at + 1]?.name}, against none`, timingT(some, none), codes),
  );
  const steps = timingT(times.get(EARLY) ?? [], times.get(LATE) ?? []);
  onProgress?.(`timing: ${requests} codes of known and of unknown tokens over HTTP`);
  const tokens = await tokenTimes(requests, setup);
  return {
    workloads: [],
    measured: [
      ...pairs,
      figure("in memory", `${EARLY.name}, against ${LATE.name}`, steps, codes),
      figure("http sqlite", "unknown token, against known", tokens, requests),
    ],
    notes: [
      `timing: |t| is Welch's, over ${codes} wrong codes of each kind in memory and ${requests} ` +
        `over HTTP, the slowest tenth left out: up to ${WELCH_THRESHOLD} their mean times cannot ` +
        "be told apart; above, whoever can time answers as well as this tells the two kinds",
    ],
  };
}

function volume(
  { most, least, aMs }: { readonly most: number; readonly least: number; readonly aMs: number },
  durationMs: number,
): number {
  return Math.min(most, Math.max(least, Math.ceil(durationMs * aMs)));
}

/** Microseconds of each login, by kind; kinds take turns in an order drawn each time. */
async function codeTimes(
  count: number,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Kind, Float64Array>> {
  await using store = new MemoryStore();
  const policy = policyOf("rfc6238");
  const tokens = benchTokens(TOKENS);
  const ids = await storeEnrolled(store, policy, tokens);
  using verifier = new Verifier({ store, policy, diagnose: false });
  const random = createRandom(7).fork("order of kinds");
  const kinds = [...SHARED, EARLY, LATE];
  const times = new Map(kinds.map((kind) => [kind, new Float64Array(count)]));
  const warmUp = Math.min(2000, count);
  const turn = turns(signal);
  let timeStep = FIRST_STEP;
  for (let round = -warmUp; round < count; round++) {
    await turn();
    const at = Math.abs(round) % tokens.length;
    if (at === 0) timeStep += 3n;
    for (const kind of inRandomOrder(kinds, random)) {
      const id = ids[at] as number;
      const code = wrongCode(tokens[at] as BenchToken, timeStep, kind, random);
      const receivedAtUs = middleOf(timeStep);
      // A token that has failed is throttled, and its codes are not looked at.
      await verifier.unlock(id, receivedAtUs);
      const startedMs = performance.now();
      const answer = await verifier.login(id, code, receivedAtUs);
      const tookMs = performance.now() - startedMs;
      if (answer.accepted) throw new Error("a wrong code was accepted");
      if (round >= 0) (times.get(kind) as Float64Array)[round] = tookMs * 1000;
    }
  }
  return times;
}

/** |t| of refusals of tokens that are there and of tokens that are not. */
async function tokenTimes(count: number, setup: SuiteSetup): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "oathbed-bench-"));
  setup.resources.defer(() => rm(folder, { recursive: true, force: true }));
  await using host = await ServiceHost.start(join(folder, "timing.db"), count, setup.signal);
  const known = (await host.logins(count)).map(({ path }) => ({ path, body: WRONG }));
  const random = createRandom(7).fork("order of tokens");
  const requests: { readonly isKnown: boolean; readonly request: LoadRequest }[] = [];
  for (const [at, request] of known.entries()) {
    const path = `/v1/tokens/${UNKNOWN_ID + at}/verify`;
    const unknown = { isKnown: false, request: { path, body: WRONG } };
    const both = [{ isKnown: true, request }, unknown];
    requests.push(...(random.unit() < 0.5 ? both : both.toReversed()));
  }
  const { signal } = setup;
  const { latenciesMs } = await runLoad({
    url: host.url,
    headers: host.headers,
    requests: requests.map(({ request }) => request),
    shape: { kind: "closed", connections: CONNECTIONS },
    expectBody: REFUSED,
    ...(signal === undefined ? {} : { signal }),
  });
  const of = (isKnown: boolean): number[] =>
    [...latenciesMs].filter((_, at) => requests[at]?.isKnown === isKnown);
  return timingT(of(true), of(false));
}

/** A wrong code but for one token in 300,000, whose answer then fails the load. */
const WRONG = '{"code":"104729"}';

/** Six digits: of the step's code just the first `shared` ones; and no code of the window. */
function wrongCode({ key }: BenchToken, timeStep: bigint, kind: Kind, random: Random): string {
  const near = [-1n, 0n, 1n].map((by) => key.codeAt(timeStep + by));
  const right = key.codeAt(timeStep + kind.step);
  for (let tries = 0; tries < 1000; tries++) {
    const digits = [...right].map((digit, at) => {
      if (at < kind.shared) return digit;
      const by = at === kind.shared ? random.integer(1, 9) : random.integer(0, 9);
      return String((Number(digit) + by) % 10);
    });
    const code = digits.join("");
    if (!near.includes(code)) return code;
  }
  throw new Error("no wrong code was found");
}

function inRandomOrder<T>(items: readonly T[], random: Random): readonly T[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = random.integer(0, at);
    [order[at], order[other]] = [order[other] as T, order[at] as T];
  }
  return order;
}

function figure(subject: string, name: string, t: number, count: number): Measurement {
  const spread = { median: t, low: t, high: t, slices: count };
  return { suite: "timing", subject, name, unit: "|t|", ...spread, goal: GOAL };
}
