// How many logins a verifier judges: the whole of it, store and audit row included. The store, not
// the hash, sets the rate where writes are durable; how they are is a note beside the figures.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { createRandom } from "../../core/time/random.ts";
import { pairMatches } from "../../verifier/decide/search.ts";
import { defaultEngine } from "../../verifier/engines/default.ts";
import type { EngineKey } from "../../verifier/engines/engine.ts";
import { nodeCryptoEngine } from "../../verifier/engines/node-crypto.ts";
import { policyOf } from "../../verifier/policy.ts";
import { MemoryStore } from "../../verifier/stores/memory.ts";
import { SqliteStore } from "../../verifier/stores/sqlite.ts";
import type { Store } from "../../verifier/stores/store.ts";
import { Verifier } from "../../verifier/verifier.ts";
import { runRaces } from "../contenders/races.ts";
import { measureLatency } from "../memory/latency.ts";
import { measureMemory } from "../memory/memory.ts";
import type { Workload } from "../workload.ts";
import type { SuiteContent, SuiteSetup } from "./suite.ts";

/** Tokens in rotation: one login each a call. Fewer where a login takes 2,000 codes. */
const TOKENS: Readonly<Record<LoginKind, number>> = { right: 64, wrong: 64, explained: 4 };
const PARAMETERS: TotpParameters = totpParameters();
const STEP_US = PARAMETERS.stepSeconds * 1_000_000;
const FIRST_STEP = 59_000_000n;
const RESYNC_STEPS = 3000n;
/** Highest limit a policy takes: wrong codes lock a token, and unlocking is not what is timed. */
const THROTTLE_LIMIT = 1000;

/** Contenders beside each other, then right and wrong codes on each store. */
export async function verifySuite(setup: SuiteSetup): Promise<SuiteContent> {
  const { resources } = setup;
  const races = await runRaces(setup);
  const folder = await mkdtemp(join(tmpdir(), "oathbed-bench-"));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  const workloads: Workload[] = [];
  const notes = new Set<string>();
  const add = async (store: Store, kind: LoginKind): Promise<void> => {
    resources.use(store);
    notes.add(`${store.name}: ${store.durability}`);
    workloads.push((await Logins.enroll(store, kind, setup.signal)).workload());
  };
  for (const kind of LOGIN_KINDS) {
    await add(new MemoryStore(), kind);
    await add(new SqliteStore(join(folder, `${kind}.db`)), kind);
  }
  workloads.push(resyncSearch(resources));
  const { durationMs, signal, onProgress } = setup;
  onProgress?.("verify memory: latency");
  const latencies = await measureLatency(durationMs, signal);
  onProgress?.("verify memory: a million tokens");
  const memory = await measureMemory(durationMs, signal);
  return {
    ...races,
    measured: [...races.measured, ...latencies, ...memory],
    workloads,
    notes: [...races.notes, ...notes],
  };
}

/** Two codes looked for as a resync does: the widest search that is made while somebody waits. */
function resyncSearch(resources: AsyncDisposableStack): Workload {
  const { engine } = defaultEngine();
  const key = engine.prepare(createRandom(5).bytes(20), PARAMETERS);
  resources.defer(() => key.dispose());
  const { highestMovingFactor } = engine;
  const range = { low: FIRST_STEP - RESYNC_STEPS, high: FIRST_STEP + RESYNC_STEPS };
  const pair = [key.codeAt(range.high - 1n), key.codeAt(range.high)] as const;
  return {
    suite: "verify",
    subject: engine.name,
    name: `resync search, ±${RESYNC_STEPS.toLocaleString("en-US")} steps`,
    unit: "ms",
    operations: 1,
    run: () => pairMatches({ key, highestMovingFactor }, pair, range),
    verify: () => {
      const found = pairMatches({ key, highestMovingFactor }, pair, range);
      if (!found.includes(range.high - 1n)) throw new Error("the pair was not found");
    },
    goal: { comparison: "at-most", value: 1 },
  };
}

/** `explained`: a wrong code, with the search for the operator's reason (±1,000 steps). */
type LoginKind = "right" | "wrong" | "explained";
const LOGIN_KINDS: readonly LoginKind[] = ["right", "wrong", "explained"];
const NAMES: Readonly<Record<LoginKind, string>> = {
  right: "right code, window ±1",
  wrong: "wrong code, window ±1",
  explained: "wrong code, reason searched",
};

interface EnrolledToken {
  readonly id: number;
  readonly key: EngineKey;
}

/** Tokens of one store that log in together, step after step. */
class Logins {
  readonly #kind: LoginKind;
  readonly #subject: string;
  readonly #verifier: Verifier;
  readonly #tokens: readonly EnrolledToken[];
  #timeStep: bigint = FIRST_STEP + 1n;
  #codes: readonly string[] = [];
  #failures = 0;

  private constructor(
    kind: LoginKind,
    subject: string,
    verifier: Verifier,
    tokens: readonly EnrolledToken[],
  ) {
    this.#kind = kind;
    this.#subject = subject;
    this.#verifier = verifier;
    this.#tokens = tokens;
  }

  static async enroll(store: Store, kind: LoginKind, signal?: AbortSignal): Promise<Logins> {
    const policy = policyOf("rfc6238", { throttleLimit: THROTTLE_LIMIT });
    const verifier = new Verifier({ store, policy, diagnose: kind === "explained" });
    const random = createRandom(2).fork(kind);
    const tokens: EnrolledToken[] = [];
    for (let at = 0; at < TOKENS[kind]; at++) {
      signal?.throwIfAborted();
      const secret = random.bytes(20);
      const key = nodeCryptoEngine.prepare(secret, PARAMETERS);
      const id = await verifier.create({ label: `token ${at}`, parameters: PARAMETERS, secret });
      const pair = [key.codeAt(FIRST_STEP), key.codeAt(FIRST_STEP + 1n)];
      const verdict = await verifier.enroll(id, pair, startUs(FIRST_STEP + 1n));
      if (verdict.outcome === "refused") throw new Error(`enrollment refused: ${verdict.reason}`);
      tokens.push({ id, key });
    }
    return new Logins(kind, store.name, verifier, tokens);
  }

  workload(): Workload {
    return {
      suite: "verify",
      subject: this.#subject,
      name: NAMES[this.#kind],
      unit: "operations/s",
      operations: this.#tokens.length,
      prepare: () => this.#prepare(),
      run: () => this.#logIn(),
    };
  }

  /** The next step's codes; as a user's next login comes in a later step. */
  async #prepare(): Promise<void> {
    this.#timeStep += 3n;
    const right = this.#kind === "right";
    this.#codes = this.#tokens.map(({ key }) =>
      right ? key.codeAt(this.#timeStep) : wrongCode(key, this.#timeStep),
    );
    if (right) return;
    if (++this.#failures % (THROTTLE_LIMIT - 1) > 0) return;
    for (const { id } of this.#tokens) await this.#verifier.unlock(id);
  }

  async #logIn(): Promise<void> {
    const expected = this.#kind === "right" ? "accepted" : "refused";
    const receivedAtUs = startUs(this.#timeStep) + STEP_US / 2;
    for (const [at, { id }] of this.#tokens.entries()) {
      const verdict = await this.#verifier.verify(id, this.#codes[at], receivedAtUs);
      const isLocked = verdict.outcome === "refused" && verdict.reason === "locked";
      if (verdict.outcome !== expected || isLocked) {
        throw new Error(`${NAMES[this.#kind]}: ${JSON.stringify(verdict.outcome)}`);
      }
    }
  }
}

function startUs(timeStep: bigint): number {
  return Number(timeStep) * STEP_US;
}

/** Six digits that no step of the window around `timeStep` has. */
function wrongCode(key: EngineKey, timeStep: bigint): string {
  const near = [-1n, 0n, 1n].map((by) => key.codeAt(timeStep + by));
  let candidate = 0;
  while (near.includes(String(candidate).padStart(6, "0"))) candidate++;
  return String(candidate).padStart(6, "0");
}
