// Random histories of one secret against a small model: codes fresh, late, early and wrong, pairs,
// clocks that step, restarts, admin acts, lives one after the other. 10^4 steps in all.

import fc from "fast-check";
import { expect, test } from "vitest";
import { totpParameters } from "../core/oath/parameters.ts";
import { rfc4226Secret } from "../core/oath/vectors.ts";
import { type Policy, policyOf } from "./policy.ts";
import { decodeRecord, encodeRecord } from "./record-codec.ts";
import { MemoryStore } from "./stores/memory.ts";
import { codeOf } from "./testing/codes.ts";
import { stepUs } from "./testing/desk.ts";
import type { Verdict } from "./verdict.ts";
import { Verifier } from "./verifier.ts";

const PARAMETERS = totpParameters();
/** No two of the 1,000 steps around it share their digits. */
const START = 50_000;
const HISTORIES = 250;
const LENGTH = 40;

const offset = fc.integer({ min: -3, max: 3 });
const act = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("verify" as const), offset }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("resync" as const), offset }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("enroll" as const), offset }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("far" as const), offset }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("wait" as const), offset }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const), offset }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("unlock" as const), offset }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("again" as const), offset }) },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

const policy = fc.record({
  windowPast: fc.integer({ min: 0, max: 3 }),
  windowFuture: fc.integer({ min: 0, max: 3 }),
  resyncSteps: fc.integer({ min: 5, max: 60 }),
  throttleLimit: fc.integer({ min: 2, max: 12 }),
  trackDrift: fc.boolean(),
});

/** A verifier under random acts, and what must hold after each. */
class History {
  readonly #store = new MemoryStore();
  readonly #policy: Policy;
  readonly #spent = new Set<number>();
  #verifier: Verifier;
  #id = 0;
  #lives = 0;
  #now = START;
  /** The model: highest step ever accepted, consecutive failures, whether the token is enabled. */
  #watermark = -1;
  #failures = 0;
  #enabled = false;

  constructor(overrides: Partial<Omit<Policy, "name">>) {
    this.#policy = policyOf("rfc6238", overrides);
    this.#verifier = this.#newVerifier();
  }

  async begin(): Promise<void> {
    this.#lives++;
    const secret = rfc4226Secret();
    const label = `life ${this.#lives}`;
    this.#id = await this.#verifier.create({ label, parameters: PARAMETERS, secret });
    this.#failures = 0;
    this.#enabled = false;
  }

  async apply({ kind, offset: by }: Act): Promise<void> {
    switch (kind) {
      case "wait":
        this.#now += by + 2;
        return;
      case "restart":
        this.#verifier = this.#newVerifier();
        return;
      case "unlock":
        await this.#verifier.unlock(this.#id);
        this.#failures = 0;
        return;
      case "again":
        await this.#verifier.deactivate(this.#id);
        if (by > 0) await this.#verifier.delete(this.#id);
        return this.begin();
      case "verify":
        return this.#verify(by);
      case "far":
        return this.#verify(by * 100);
      case "resync":
      case "enroll":
        return this.#pair(kind, this.#now + by * 3);
    }
  }

  async check(): Promise<void> {
    const view = await this.#verifier.state(this.#id);
    expect(view.watermark, "never goes down, in any life").toBe(BigInt(this.#watermark));
    expect(view.failures).toBe(this.#failures);
    expect(view.locked).toBe(this.#failures >= this.#policy.throttleLimit);
    expect(view.state).toBe(this.#enabled ? "enabled" : "created");
    const stored = await this.#store.load(this.#id);
    if (stored === null) throw new Error("the token is gone");
    expect(decodeRecord(encodeRecord(stored.record))).toEqual(stored.record);
  }

  /** A login with the code of a step so far from the expected one. */
  async #verify(by: number): Promise<void> {
    const { offsetSteps } = await this.#verifier.state(this.#id);
    const expected = this.#now + offsetSteps;
    const step = expected + by;
    const { windowPast, windowFuture } = this.#policy;
    const inWindow = step >= expected - windowPast && step <= expected + windowFuture;
    const atUs = stepUs(this.#now);
    const verdict = await this.#verifier.verify(this.#id, codeOf(PARAMETERS, step), atUs);
    this.#book(verdict, [step], this.#enabled, inWindow);
  }

  async #pair(kind: "resync" | "enroll", first: number): Promise<void> {
    const { offsetSteps } = await this.#verifier.state(this.#id);
    const { resyncSteps, enrollSteps } = this.#policy;
    const reach = kind === "resync" ? resyncSteps : enrollSteps;
    const low = this.#now + Math.min(0, offsetSteps) - reach;
    const high = this.#now + Math.max(0, offsetSteps) + reach;
    const codes = [codeOf(PARAMETERS, first), codeOf(PARAMETERS, first + 1)];
    const atUs = stepUs(this.#now);
    const verdict = await this.#verifier[kind](this.#id, codes, atUs);
    const fits = kind === "resync" ? this.#enabled : !this.#enabled;
    this.#book(verdict, [first, first + 1], fits, first >= low && first < high);
  }

  /** What the model says of these steps' codes; the steps used here share no digits. */
  #book(verdict: Verdict, steps: readonly number[], fits: boolean, inWindow: boolean): void {
    const [first = 0] = steps;
    const last = steps.at(-1) ?? first;
    const mayPass = fits && this.#failures < this.#policy.throttleLimit && inWindow;
    const expected = mayPass && first > this.#watermark;
    expect(verdict.outcome).toBe(expected ? "accepted" : "refused");
    if (verdict.outcome === "accepted") {
      expect(verdict).toMatchObject({ movingFactor: BigInt(last), offsetSteps: last - this.#now });
      for (const step of steps) {
        expect(this.#spent.has(step), "one acceptance a step").toBe(false);
        this.#spent.add(step);
      }
      this.#watermark = last;
      this.#failures = 0;
      this.#enabled = true;
      return;
    }
    const evaluated = fits && this.#failures < this.#policy.throttleLimit;
    if (evaluated && !inWindow) this.#failures++;
  }

  #newVerifier(): Verifier {
    return new Verifier({ store: this.#store, policy: this.#policy, diagnose: false });
  }
}

test("no step at or below the watermark is ever accepted, in any history", async () => {
  await fc.assert(
    fc.asyncProperty(
      policy,
      fc.array(act, { minLength: LENGTH, maxLength: LENGTH, size: "max" }),
      async (overrides, acts) => {
        const history = new History(overrides);
        await history.begin();
        for (const next of acts) {
          await history.apply(next);
          await history.check();
        }
      },
    ),
    { numRuns: HISTORIES },
  );
});
