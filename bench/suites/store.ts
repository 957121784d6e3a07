// What each store writes a second: a record and its audit row, on the disk when it is answered,
// one at a time and in groups of 256; and whole verifications in such groups, from the code to the
// durable verdict. Tokens log in in no order, as users do. Goals of issue 4: 40,000 verifications a
// second with SQLite, 15,000 with PostgreSQL.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../core/time/random.ts";
import { policyOf } from "../../verifier/policy.ts";
import { openStore } from "../../verifier/stores/open.ts";
import type { AuditRow, Store, StoredToken, Write } from "../../verifier/stores/store.ts";
import { Verifier } from "../../verifier/verifier.ts";
import {
  type BenchToken,
  benchTokens,
  FIRST_STEP,
  middleOf,
  STEPS_ON,
  storeEnrolled,
} from "../enrolled.ts";
import type { Absent, Goal, Workload } from "../workload.ts";
import { states } from "./states.ts";
import type { SuiteContent, SuiteSetup } from "./suite.ts";

const GROUP = 256;
/** Groups under way: while one is written the next is judged. */
const UNDER_WAY = 2;
/** Groups a call, and writes a call one at a time: for a glance few. */
const GLANCE = { groups: 1, singles: 4 } as const;
const OTHERWISE = { groups: 16, singles: 64 } as const;
const GLANCE_MS = 50;
/** Tokens for each millisecond a figure takes; from 2.5 s on 100,000 of them. */
const TOKENS_A_MS = 40;
const TOKENS = { least: 512, most: 100_000 } as const;
const GOALS: Readonly<Record<string, Goal>> = {
  sqlite: { comparison: "at-least", value: 40_000 },
  postgres: { comparison: "at-least", value: 15_000 },
};

/** Writes and verifications of each store that is here. */
export async function storeSuite(setup: SuiteSetup): Promise<SuiteContent> {
  const { resources, durationMs, onProgress } = setup;
  const folder = await mkdtemp(join(tmpdir(), "oathbed-bench-"));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  const count = Math.min(TOKENS.most, Math.max(TOKENS.least, TOKENS_A_MS * durationMs));
  const tokens = benchTokens(count);
  const workloads: Workload[] = [];
  const absent: Absent[] = [];
  const notes: string[] = [];
  const memory = { name: "memory", state: "memory" } as const;
  for (const place of [memory, ...states(folder, "store", resources)]) {
    if (place.state === null) {
      const { name: subject, reason } = place;
      absent.push({ suite: "store", subject, name: "record and audit row", reason });
      continue;
    }
    onProgress?.(`store ${place.name}: enrolling ${count} tokens`);
    const store = resources.use(await openStore(place.state));
    const { groups, singles } = durationMs < GLANCE_MS ? GLANCE : OTHERWISE;
    const bench = await StoreBench.open(store, tokens, setup);
    workloads.push(...bench.workloads(singles, groups * GROUP));
    notes.push(`store: ${store.name}: ${store.durability}; ${count} tokens in no order`);
  }
  return { workloads, absent, notes };
}

/** The tokens of one store, taken in turn. */
class StoreBench {
  readonly #store: Store;
  readonly #verifier: Verifier;
  readonly #tokens: readonly BenchToken[];
  readonly #ids: readonly number[];
  /** Places of the tokens, shuffled. */
  readonly #order: Uint32Array;
  #next = 0;
  #timeStep: bigint = FIRST_STEP + 1n;

  private constructor(
    store: Store,
    verifier: Verifier,
    tokens: readonly BenchToken[],
    ids: readonly number[],
  ) {
    this.#store = store;
    this.#verifier = verifier;
    this.#tokens = tokens;
    this.#ids = ids;
    this.#order = shuffled(tokens.length);
  }

  static async open(
    store: Store,
    tokens: readonly BenchToken[],
    { resources, signal }: SuiteSetup,
  ): Promise<StoreBench> {
    const policy = policyOf("default");
    const ids = await storeEnrolled(store, policy, tokens, signal);
    const verifier = resources.use(new Verifier({ store, policy }));
    await verifier.prepareKeys();
    return new StoreBench(store, verifier, tokens, ids);
  }

  workloads(singles: number, grouped: number): readonly Workload[] {
    return [this.#singles(singles), this.#groups(grouped), this.#verifications(grouped)];
  }

  #singles(count: number): Workload {
    let writes: readonly Write[] = [];
    return {
      ...this.#row("record and audit row, one at a time", count),
      prepare: async () => {
        writes = await this.#writes(count);
      },
      run: async () => {
        for (const write of writes) assertStored(await this.#store.writeMany([write]));
      },
    };
  }

  #groups(count: number): Workload {
    let groups: readonly (readonly Write[])[] = [];
    return {
      ...this.#row(`record and audit row, groups of ${GROUP}`, count),
      prepare: async () => {
        groups = groupsOf(await this.#writes(count));
      },
      run: () =>
        underWay(groups, async (group) => assertStored(await this.#store.writeMany(group))),
    };
  }

  #verifications(count: number): Workload {
    let groups: readonly (readonly { readonly id: number; readonly code: string }[])[] = [];
    const goal = GOALS[this.#store.name];
    return {
      ...this.#row(`verify a right code, groups of ${GROUP}`, count),
      prepare: () => {
        const places = this.#take(count);
        const codes = places.map((at) => ({
          id: this.#ids[at] as number,
          code: this.#tokens[at]?.key.codeAt(this.#timeStep) ?? "",
        }));
        groups = groupsOf(codes);
      },
      run: () => underWay(groups, (group) => this.#verify(group)),
      ...(goal === undefined ? {} : { goal }),
    };
  }

  async #verify(group: readonly { readonly id: number; readonly code: string }[]): Promise<void> {
    const receivedAtUs = middleOf(this.#timeStep);
    const submissions = group.map((one) => ({ ...one, receivedAtUs }));
    for (const verdict of await this.#verifier.verifyMany(submissions)) {
      if (verdict.outcome === "refused") throw new Error(`a right code: ${verdict.reason}`);
    }
  }

  /** The next tokens; a new lap is a later step. */
  #take(count: number): readonly number[] {
    if (this.#next + count > this.#order.length) {
      this.#next = 0;
      this.#timeStep += STEPS_ON;
    }
    const taken = this.#order.subarray(this.#next, this.#next + count);
    this.#next += count;
    return [...taken];
  }

  /** Writes as logins make them: the watermark moves, and a row says so. */
  async #writes(count: number): Promise<readonly Write[]> {
    const ids = this.#take(count).map((at) => this.#ids[at] as number);
    const loaded = await this.#store.loadMany(ids);
    return loaded.map((token) => this.#write(token));
  }

  #write(token: StoredToken | null): Write {
    if (token === null) throw new Error("the store forgot a token");
    const { id, version, record } = token;
    const audit: AuditRow = {
      atUs: middleOf(this.#timeStep),
      token: id,
      act: "verify",
      outcome: "accepted",
      reason: null,
      movingFactor: this.#timeStep,
      offsetSteps: 0,
      by: null,
      detail: null,
    };
    return {
      kind: "swap",
      id,
      version,
      record: { ...record, watermark: this.#timeStep },
      audit,
    };
  }

  #row(
    name: string,
    operations: number,
  ): Pick<Workload, "suite" | "subject" | "name" | "unit" | "operations"> {
    return { suite: "store", subject: this.#store.name, name, unit: "operations/s", operations };
  }
}

/** Runs groups one after the other, UNDER_WAY of them at a time. */
async function underWay<T>(groups: readonly T[], work: (group: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < groups.length) await work(groups[next++] as T);
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, lane));
}

function groupsOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / GROUP);
  return Array.from({ length: count }, (_, at) => items.slice(at * GROUP, (at + 1) * GROUP));
}

function assertStored(stored: readonly boolean[]): void {
  if (stored.includes(false)) throw new Error("a write was not stored");
}

function shuffled(length: number): Uint32Array {
  const random = createRandom(5).fork("order of logins");
  const order = Uint32Array.from({ length }, (_, at) => at);
  for (let at = length - 1; at > 0; at--) {
    const other = random.integer(0, at);
    const moved = order[at] as number;
    order[at] = order[other] as number;
    order[other] = moved;
  }
  return order;
}
