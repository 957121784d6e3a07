// What stands in for a token that nobody knows: its code is looked for, and the store is waited
// for, as a known token's would be. The answer's time must not tell which tokens there are.

import { randomBytes } from "node:crypto";
import { totpParameters } from "../core/oath/parameters.ts";
import type { DecisionInput } from "./decide/decision.ts";
import type { Engine, EngineKey } from "./engines/engine.ts";
import type { Policy } from "./policy.ts";
import { newRecord, type TokenRecord } from "./record.ts";

const SECRET_BYTES = 20;

/** A token of no user, whose secret nobody has. */
export class Decoy {
  readonly #engine: Engine;
  readonly #policy: Policy;
  readonly #record: TokenRecord;
  #key: EngineKey | undefined;

  constructor(engine: Engine, policy: Policy) {
    this.#engine = engine;
    this.#policy = policy;
    this.#record = { ...newRecord(totpParameters()), state: "enabled" };
  }

  /** What a decision on a code of it is made from; the decision is to be thrown away. */
  input(receivedAtUs: number): DecisionInput {
    const { highestMovingFactor } = this.#engine;
    this.#key ??= this.#engine.prepare(randomBytes(SECRET_BYTES), this.#record.parameters);
    const key = { key: this.#key, highestMovingFactor };
    return { record: this.#record, key, policy: this.#policy, receivedAtUs };
  }
}
