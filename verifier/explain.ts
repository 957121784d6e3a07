// The operator's reasons: what a refused code was, what happened to a clock, which parameters are
// wrong. Made off the answer's path, for it takes wide searches; nothing here changes a record.

import type { ClockFault } from "../core/drift/classify.ts";
import { SECOND_US } from "../core/time/clock.ts";
import type { DecisionInput } from "./decide/decision.ts";
import { diagnose } from "./decide/diagnose.ts";
import { faultOf } from "./decide/fault.ts";
import { fittingParameters } from "./decide/wrong-parameters.ts";
import type { Engine } from "./engines/engine.ts";
import type { KeyCache } from "./key-cache.ts";
import type { HostClockFault, HostClockMonitor } from "./monitor.ts";
import type { Store } from "./stores/store.ts";
import type { Refused, Verdict } from "./verdict.ts";
import { type AuditExtras, verdictRow } from "./views.ts";

/** A stored decision, and what it was made from; null for a token nobody knows. */
export interface Judged {
  readonly id: number;
  readonly verdict: Verdict;
  readonly input: Omit<DecisionInput, "key"> | null;
}

const DIAGNOSIS: AuditExtras = { act: "diagnosis" };

/** What explanations are made with. */
export interface ExplainerOptions {
  readonly store: Store;
  readonly engine: Engine;
  readonly keys: KeyCache;
  readonly monitor: HostClockMonitor;
}

/** @see Verifier.verify */
export class Explainer {
  readonly #store: Store;
  readonly #engine: Engine;
  readonly #keys: KeyCache;
  readonly #monitor: HostClockMonitor;

  constructor(options: ExplainerOptions) {
    this.#store = options.store;
    this.#engine = options.engine;
    this.#keys = options.keys;
    this.#monitor = options.monitor;
  }

  /** A login's verdict with the reason. The same work for each code that was evaluated. */
  async login({ id, verdict, input }: Judged, code: unknown): Promise<Verdict> {
    if (input === null) return verdict;
    if (verdict.outcome === "accepted") return verdict;
    if (verdict.reason !== "no-match" && verdict.reason !== "replayed") return verdict;
    const key = this.#keys.peek(id);
    if (key === null) return verdict;
    const { highestMovingFactor } = this.#engine;
    const found = diagnose({ ...input, key: { key, highestMovingFactor } }, code);
    if (found.reason === "no-match") return verdict;
    const { movingFactor } = found;
    if (found.reason === "replayed" || verdict.reason === "replayed") {
      return this.#replayed(id, verdict, input, movingFactor);
    }
    const { offsetSteps } = found;
    const fault = offsetSteps === undefined ? null : this.#fault(id, input, offsetSteps);
    const diagnosed: Verdict = { ...verdict, ...found, ...(fault === null ? {} : { fault }) };
    await this.#store.audit(verdictRow(id, input.receivedAtUs, diagnosed, DIAGNOSIS));
    return diagnosed;
  }

  /** A resync's verdict with what happened to the clock: the token's own, or the host's. */
  async resync({ id, verdict, input }: Judged): Promise<Verdict> {
    if (input === null || verdict.outcome !== "accepted") return verdict;
    const fault = this.#fault(id, input, verdict.offsetSteps);
    if (fault?.kind !== "host-clock") return verdict;
    const diagnosed: Verdict = { ...verdict, fault };
    await this.#store.audit(verdictRow(id, input.receivedAtUs, diagnosed, DIAGNOSIS));
    return diagnosed;
  }

  /** An enrollment's verdict with the parameters that its codes fit. */
  async enroll({ id, verdict, input }: Judged, codes: readonly unknown[]): Promise<Verdict> {
    if (input === null || verdict.outcome === "accepted") return verdict;
    if (verdict.reason !== "no-match" && verdict.reason !== "malformed") return verdict;
    const token = await this.#store.load(id);
    if (token === null || token.record.state !== "created") return verdict;
    const { secret } = token;
    const fits = fittingParameters({ input, secret, engine: this.#engine, codes });
    if (fits === null) return verdict;
    const diagnosed: Verdict = { ...verdict, reason: "wrong-parameters", fits };
    await this.#store.audit(verdictRow(id, input.receivedAtUs, diagnosed, DIAGNOSIS));
    return diagnosed;
  }

  async #replayed(
    id: number,
    verdict: Refused,
    input: Omit<DecisionInput, "key">,
    movingFactor: bigint,
  ): Promise<Verdict> {
    const { record, receivedAtUs } = input;
    const fault = movingFactor === record.watermark ? stuck(input) : null;
    const diagnosed = {
      ...verdict,
      reason: "replayed",
      ...(fault === null ? {} : { fault }),
    } as const;
    if (verdict.reason !== "replayed" || fault !== null) {
      await this.#store.audit(verdictRow(id, receivedAtUs, diagnosed, DIAGNOSIS));
    }
    return diagnosed;
  }

  /** What happened to a token's clock, many tokens looked at; null where it was expected. */
  #fault(
    id: number,
    input: Omit<DecisionInput, "key">,
    offsetSteps: number,
  ): ClockFault | HostClockFault | null {
    const found = faultOf(input, offsetSteps);
    if (found === null) return null;
    const { fault, jumpSeconds, toleranceSeconds } = found;
    if (fault.kind === "none" || fault.kind === "drift") {
      this.#monitor.settle(id);
      return fault.kind === "none" ? null : fault;
    }
    const { receivedAtUs } = input;
    return this.#monitor.observe(id, jumpSeconds, receivedAtUs, toleranceSeconds) ?? fault;
  }
}

/** The token still shows the code it was last accepted with, long after. */
function stuck({ record, receivedAtUs }: Omit<DecisionInput, "key">): ClockFault | null {
  const { parameters, lastAcceptedAtUs } = record;
  if (parameters.kind === "hotp" || lastAcceptedAtUs === null) return null;
  const forSeconds = (receivedAtUs - lastAcceptedAtUs) / SECOND_US;
  return forSeconds > 2 * parameters.stepSeconds ? { kind: "stuck", forSeconds } : null;
}
