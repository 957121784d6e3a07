// Decisions one after the other on one record, without a store: for tests.

import {
  MAX_MOVING_FACTOR,
  type OathParameters,
  totpParameters,
} from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import type { Decision, DecisionInput, DecisionKey } from "../decide/decision.ts";
import { decideEnroll, decideResync } from "../decide/pair.ts";
import { decideVerify } from "../decide/verify.ts";
import { codesOneByOne, type EngineKey, searchCodes } from "../engines/engine.ts";
import { nodeCryptoEngine } from "../engines/node-crypto.ts";
import { type Policy, policyOf } from "../policy.ts";
import { newRecord, type TokenRecord } from "../record.ts";
import type { Verdict } from "../verdict.ts";

/** Microseconds of `seconds`. */
export const secondsUs = (seconds: number): number => seconds * 1_000_000;
/** The start of a 30 s step, microseconds. */
export const stepUs = (step: number): number => secondsUs(step * 30);

/** `accepted`, or the reason. */
export function outcomeOf(verdict: Verdict): string {
  return verdict.outcome === "accepted" ? "accepted" : verdict.reason;
}

/** A key whose code of n is `codes(n)`: for collisions that no secret has. */
export function fakeKey(codes: (movingFactor: number) => string): DecisionKey {
  const codeAt = (factor: bigint): string => codes(Number(factor));
  const key: EngineKey = {
    codeAt,
    codes: (first, count) => codesOneByOne(codeAt, first, count),
    search: (first, count, code) => searchCodes(key.codes(first, count), code),
    dispose: () => {},
  };
  return { key, highestMovingFactor: MAX_MOVING_FACTOR };
}

/** What a desk starts with; the secret of RFC 4226, TOTP and preset rfc6238 unless told. */
export interface DeskOptions {
  readonly parameters?: OathParameters;
  readonly policy?: Partial<Omit<Policy, "name">>;
  readonly counter?: bigint;
  readonly secret?: Uint8Array;
  readonly key?: DecisionKey;
  /** Enabled from the start, nothing consumed, offset 0. Default true. */
  readonly enabled?: boolean;
}

/** A record and what is asked of it. */
export class Desk {
  record: TokenRecord;
  policy: Policy;
  readonly #key: DecisionKey;

  constructor(options: DeskOptions = {}) {
    const { parameters = totpParameters(), counter, secret = rfc4226Secret() } = options;
    this.policy = policyOf("rfc6238", options.policy);
    const record = newRecord(parameters, counter === undefined ? {} : { counter });
    this.record = options.enabled === false ? record : { ...record, state: "enabled" };
    this.#key = options.key ?? {
      key: nodeCryptoEngine.prepare(secret, parameters),
      highestMovingFactor: nodeCryptoEngine.highestMovingFactor,
    };
  }

  /** All else of a decision's input is this desk's. */
  input(receivedAtUs: number): DecisionInput {
    return { record: this.record, key: this.#key, policy: this.policy, receivedAtUs };
  }

  enroll(codes: unknown, receivedAtUs: number): Verdict {
    return this.#take(decideEnroll(this.input(receivedAtUs), codes));
  }

  verify(code: unknown, receivedAtUs: number): Verdict {
    return this.#take(decideVerify(this.input(receivedAtUs), code));
  }

  resync(codes: unknown, receivedAtUs: number): Verdict {
    return this.#take(decideResync(this.input(receivedAtUs), codes));
  }

  #take(decision: Decision): Verdict {
    this.record = decision.record;
    return decision.verdict;
  }
}
