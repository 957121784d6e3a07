// Random histories of one secret under random policies: codes fresh, late, early, wrong and twice,
// pairs, clocks that step, restarts, crashes in the middle of a write, admin acts, lives one after
// the other. After each act the invariants are checked against a small model: what was accepted.

import { expect } from "vitest";
import { hotpParameters, type OathParameters, totpParameters } from "../../core/oath/parameters.ts";
import { createRandom, type Random } from "../../core/time/random.ts";
import { type Policy, PRESET_NAMES, policyOf } from "../policy.ts";
import type { TokenRecord } from "../record.ts";
import { decodeRecord, encodeRecord } from "../record-codec.ts";
import { MemoryStore } from "../stores/memory.ts";
import { type AuditRow, StoreError, type Write } from "../stores/store.ts";
import type { Verdict } from "../verdict.ts";
import { Verifier } from "../verifier.ts";
import { fakeCode, fakeEngine } from "./fake-engine.ts";

const STEP_US = 30_000_000;
const START = 50_000;
/** Acts of one history. */
export const HISTORY_LENGTH = 50;

/**
 * Runs histories until `acts` acts were tried, and tells how often the process crashed in them. A
 * failure names the seed of its history.
 */
export async function runHistories(acts: number): Promise<{ readonly crashes: number }> {
  let crashes = 0;
  for (let seed = 1; seed * HISTORY_LENGTH <= acts; seed++) {
    const history = new History(createRandom(seed));
    try {
      crashes += await history.run();
    } catch (cause) {
      throw new Error(`history of seed ${seed}: ${cause}`, { cause });
    }
  }
  return { crashes };
}

/** A store whose process stops in the middle of a write, before or after it is durable. */
class CrashingStore extends MemoryStore {
  crash: "never" | "before" | "after" = "never";
  /** How often it did. */
  crashes = 0;
  /** What must be stored after the last crash: what was, or what was being written. */
  left: { readonly id: number; readonly record: TokenRecord } | null = null;

  override async swap(
    id: number,
    version: number,
    record: TokenRecord,
    audit: AuditRow,
  ): Promise<boolean> {
    return this.writeNow({ kind: "swap", id, version, record, audit });
  }

  override async bury(
    id: number,
    version: number,
    record: TokenRecord,
    audit: AuditRow,
  ): Promise<boolean> {
    return this.writeNow({ kind: "bury", id, version, record, audit });
  }

  /** Judged codes come here: the store answers at once. */
  override writeNow(write: Write): boolean {
    const { crash } = this;
    this.crash = "never";
    const id = write.kind === "audit" ? write.audit.token : write.id;
    if (crash === "before") this.#stop(id, this.loadNow(id)?.record);
    const isStored = super.writeNow(write);
    const isChanged = isStored && write.kind !== "audit";
    if (crash === "after") this.#stop(id, isChanged ? write.record : this.loadNow(id)?.record);
    return isStored;
  }

  #stop(id: number, record: TokenRecord | undefined): never {
    this.crashes++;
    this.left = record === undefined ? null : { id, record };
    throw new StoreError("closed", "the process stopped", "start again");
  }
}

class History {
  readonly #random: Random;
  readonly #store = new CrashingStore();
  readonly #policy: Policy;
  readonly #parameters: OathParameters;
  readonly #accepted = new Set<bigint>();
  #verifier: Verifier;
  #id = 0;
  #lives = 0;
  #now = START;
  /** The model: highest factor that was accepted, or is stored as consumed. */
  #watermark = -1n;
  #last = "000000";

  constructor(random: Random) {
    this.#random = random;
    this.#policy = randomPolicy(random);
    this.#parameters = random.integer(0, 3) === 0 ? hotpParameters() : totpParameters();
    this.#verifier = this.#newVerifier();
  }

  /** @returns how often the process crashed */
  async run(): Promise<number> {
    await this.#begin();
    for (let act = 0; act < HISTORY_LENGTH; act++) {
      const dice = this.#random.integer(0, 99);
      if (dice < 6) this.#store.crash = dice < 3 ? "before" : "after";
      try {
        await this.#act();
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        await this.#restart();
      }
      this.#store.crash = "never";
      await this.#check();
    }
    return this.#store.crashes;
  }

  async #act(): Promise<void> {
    const random = this.#random;
    const by = random.integer(-4, 4);
    switch (random.integer(0, 15)) {
      case 0:
        this.#now += random.integer(-60, 200);
        return;
      case 1:
        this.#verifier = this.#newVerifier();
        return;
      case 2:
        return this.#verifier.unlock(this.#id, this.#nowUs());
      case 3:
        return this.#correct(by * 5);
      case 4:
        return this.#again(by);
      case 5:
        return this.#submit(() => this.#verifier.verify(this.#id, this.#last, this.#nowUs()));
      case 6:
      case 7:
        return this.#pair("resync", by * 8);
      case 8:
      case 9:
        return this.#pair("enroll", by * 3);
      default:
        this.#now += random.integer(0, 3);
        return this.#verify(by * (random.integer(0, 3) === 0 ? 5 : 1));
    }
  }

  async #begin(): Promise<void> {
    this.#lives++;
    const label = `life ${this.#lives}`;
    const secret = new Uint8Array([1]);
    this.#id = await this.#verifier.create({ label, parameters: this.#parameters, secret });
  }

  async #again(by: number): Promise<void> {
    await this.#verifier.deactivate(this.#id);
    if (by > 0) await this.#verifier.delete(this.#id);
    await this.#begin();
  }

  async #correct(offsetSteps: number): Promise<void> {
    const { state } = await this.#verifier.state(this.#id);
    if (offsetSteps === 0) {
      const isTracked = this.#random.integer(0, 1) === 0;
      return this.#verifier.admin.setTracking(this.#id, isTracked);
    }
    if (this.#parameters.kind === "totp" && state === "enabled") {
      return this.#verifier.admin.setOffset(this.#id, offsetSteps, this.#nowUs());
    }
    if (offsetSteps > 15) await this.#verifier.admin.raiseWatermarks(this.#nowUs());
  }

  async #verify(by: number): Promise<void> {
    const factor = (await this.#expected()) + BigInt(by);
    this.#last = fakeCode(factor < 0n ? 0n : factor);
    const code = this.#last;
    return this.#submit(() => this.#verifier.verify(this.#id, code, this.#nowUs()));
  }

  async #pair(kind: "resync" | "enroll", by: number): Promise<void> {
    const wanted = (await this.#expected()) + BigInt(by);
    const first = wanted < 0n ? 0n : wanted;
    const codes = [fakeCode(first), fakeCode(first + 1n)];
    return this.#submit(() => this.#verifier[kind](this.#id, codes, this.#nowUs()), first);
  }

  /** @param first of a pair, which is consumed too */
  async #submit(ask: () => Promise<Verdict>, first?: bigint): Promise<void> {
    const verdict = await ask();
    if (verdict.outcome === "refused") return;
    const { movingFactor } = verdict;
    const factors = first === undefined ? [movingFactor] : [movingFactor - 1n, movingFactor];
    for (const factor of factors) {
      expect(factor > this.#watermark, `${factor} is at or below the watermark`).toBe(true);
      expect(this.#accepted.has(factor), `${factor} was accepted before`).toBe(false);
      this.#accepted.add(factor);
    }
    this.#watermark = movingFactor;
  }

  async #expected(): Promise<bigint> {
    const view = await this.#verifier.state(this.#id);
    if (this.#parameters.kind === "hotp") return view.watermark + 1n;
    return BigInt(this.#now + view.offsetSteps);
  }

  /** After a crash the write was stored as a whole or not at all; the rest is as it was. */
  async #restart(): Promise<void> {
    this.#verifier = this.#newVerifier();
    const { left } = this.#store;
    if (left === null) throw new Error("a crash that left no token");
    const stored = await this.#store.load(left.id);
    const bytes = stored === null ? new Uint8Array(0) : encodeRecord(stored.record);
    expect(Buffer.from(encodeRecord(left.record)).equals(bytes), "a prefix is stored").toBe(true);
    const { state } = await this.#verifier.state(this.#id);
    if (state === "deactivated") await this.#begin();
  }

  async #check(): Promise<void> {
    const stored = await this.#store.load(this.#id);
    if (stored === null) throw new Error("the token is gone");
    const { record } = stored;
    expect(record.watermark >= this.#watermark, "the watermark went down").toBe(true);
    this.#watermark = record.watermark;
    const bytes = encodeRecord(record);
    const read = decodeRecord(bytes);
    expect(Buffer.from(encodeRecord(read)).equals(bytes), "the record is read back").toBe(true);
    expect(record.failures).toBeLessThanOrEqual(this.#policy.throttleLimit);
    const { guessesPerDay } = this.#policy;
    if (guessesPerDay > 0) expect(record.guesses.count).toBeLessThanOrEqual(guessesPerDay);
  }

  #nowUs(): number {
    return this.#now * STEP_US;
  }

  #newVerifier(): Verifier {
    const options = { store: this.#store, policy: this.#policy, engine: fakeEngine };
    return new Verifier({ ...options, diagnose: this.#random.integer(0, 3) === 0 });
  }
}

function randomPolicy(random: Random): Policy {
  const preset = PRESET_NAMES[random.integer(0, PRESET_NAMES.length - 1)] ?? "default";
  return policyOf(preset, {
    windowPast: random.integer(0, 3),
    windowFuture: random.integer(0, 3),
    resyncSteps: random.integer(5, 60),
    autoResyncSteps: random.integer(0, 20),
    lookAheadWindow: random.integer(1, 5),
    resyncCounters: random.integer(5, 40),
    throttleLimit: random.integer(2, 12),
    lockSeconds: random.integer(0, 300),
    guessesPerDay: random.integer(0, 40),
  });
}
