// Libraries and tools that check one code and remember nothing: what a server built on them must
// add, the suites say by skipping what asks for state. Around them stands a table of secrets,
// and nothing else.

import type { OathParameters, TotpParameters } from "../../core/oath/parameters.ts";
import {
  type Target,
  type TargetAbility,
  type TargetAnswer,
  TargetCannot,
  type TargetFactory,
  type TargetPolicy,
  type TargetToken,
  type TargetTokenId,
} from "../target.ts";
import { refuseOtherPolicy } from "./policy-fields.ts";

/** A code to be checked. */
export interface Check {
  readonly secret: Uint8Array;
  readonly parameters: TotpParameters;
  readonly code: string;
  /** Unix time, seconds, with its fraction. */
  readonly seconds: number;
  /** Steps before and after that of `seconds`. */
  readonly past: number;
  readonly future: number;
}

/** Whether a code fits a step of the window. */
export type Matcher = (check: Check) => Promise<boolean>;

/** @see statelessTarget */
export interface StatelessOptions {
  readonly name: string;
  readonly description: string;
  readonly match: Matcher;
  /** Why these parameters cannot be had; undefined when they can. */
  readonly lack?: (parameters: TotpParameters) => string | undefined;
  /** Whether the window may be wider to one side. */
  readonly isOneSided?: boolean;
  /** Widest window to each side, steps. */
  readonly widest: number;
}

const ABILITIES: ReadonlySet<TargetAbility> = new Set<TargetAbility>(["sha256", "sha512"]);
const REFUSED: TargetAnswer = { accepted: false, reason: "refused" };
const ACCEPTED: TargetAnswer = { accepted: true };

/** A target of something that keeps no state. */
export function statelessTarget(options: StatelessOptions): TargetFactory {
  return {
    name: options.name,
    description: options.description,
    abilities: ABILITIES,
    open: async (policy) => new StatelessTarget(options, policy),
  };
}

class StatelessTarget implements Target {
  readonly #options: StatelessOptions;
  readonly #past: number;
  readonly #future: number;
  readonly #tokens = new Map<TargetTokenId, TargetToken>();

  constructor(options: StatelessOptions, policy: TargetPolicy) {
    refuseOtherPolicy(policy, ["window"]);
    const { past, future } = policy.window ?? { past: 1, future: 1 };
    if (past !== future && options.isOneSided !== true) {
      throw new TargetCannot("its window is equal to both sides");
    }
    this.#options = options;
    this.#past = past;
    this.#future = future;
    if (Math.max(past, future) > options.widest)
      throw new TargetCannot(`its window is ${options.widest} at most`);
  }

  async create(token: TargetToken): Promise<TargetTokenId> {
    const { parameters } = token;
    const lack = this.#options.lack?.(totpOf(parameters));
    if (lack !== undefined) throw new TargetCannot(lack);
    const id = `token-${this.#tokens.size}`;
    this.#tokens.set(id, { ...token, secret: token.secret.slice() });
    return id;
  }

  async enroll(): Promise<TargetAnswer> {
    throw new TargetCannot("it has no enrollment");
  }

  async submit(id: TargetTokenId, code: string, atUs: number): Promise<TargetAnswer> {
    const token = this.#tokens.get(id);
    if (token === undefined) return REFUSED;
    const { secret, parameters } = token;
    const isRight = await this.#options.match({
      secret,
      parameters: totpOf(parameters),
      code,
      seconds: atUs / 1e6,
      past: this.#past,
      future: this.#future,
    });
    return isRight ? ACCEPTED : REFUSED;
  }

  async resync(): Promise<TargetAnswer> {
    throw new TargetCannot("it keeps no state: nothing to resynchronize");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { secret } of this.#tokens.values()) secret.fill(0);
    this.#tokens.clear();
  }
}

function totpOf(parameters: OathParameters): TotpParameters {
  if (parameters.kind === "totp") return parameters;
  throw new TargetCannot("it is judged on time-based codes only");
}
