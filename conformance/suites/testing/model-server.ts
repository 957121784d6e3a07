// A small verification server of its own, to be broken on purpose: as right as RFC 4226 and RFC
// 6238 ask, and no more. What it decides by stands in `Rules`; a mutant replaces one of them. It
// shares no code with the verifier.

import {
  type Target,
  type TargetAnswer,
  TargetCannot,
  type TargetFactory,
  type TargetReason,
  TargetRefusal,
  type TargetState,
  type TargetToken,
} from "../../target.ts";
import {
  type ModelPolicy,
  type ModelToken,
  RIGHT_RULES,
  type Rules,
  type Span,
} from "./model-rules.ts";

const DEFAULTS: ModelPolicy = {
  window: { past: 1, future: 1 },
  enrollSteps: 60,
  resyncSteps: 1000,
  lookAheadWindow: 10,
  throttleLimit: 10,
  delaySeconds: 0,
  driftCapSeconds: 86_400,
  trackDrift: true,
  devicesPerUser: 1,
};

const HIGHEST = 2n ** 64n - 1n;
const LARGEST_WINDOW = 10_000;

/** The model under rules of which some are wrong. */
export function modelServer(name: string, wrong: Partial<Rules> = {}): TargetFactory {
  return {
    name,
    description: "model server",
    abilities: new Set([
      "hotp",
      "state",
      "resync",
      "offset",
      "watermark",
      "restart",
      "parallel",
      "enrollment",
      "users",
      "delete",
      "sha256",
      "sha512",
    ]),
    open: async ({ preset, ...asked }) => {
      const foreign = Object.keys(asked).find((field) => !(field in DEFAULTS));
      if (foreign !== undefined) throw new TargetCannot(`the model has no ${foreign}`);
      const policy = { ...DEFAULTS, ...asked };
      const { past, future } = policy.window;
      const widest = Math.max(past, future, policy.lookAheadWindow, policy.resyncSteps);
      if (widest > LARGEST_WINDOW) throw new TargetRefusal("limit", "the window is too wide");
      return new ModelServer(policy, { ...RIGHT_RULES, ...wrong });
    },
  };
}

class ModelServer implements Target {
  readonly #policy: ModelPolicy;
  readonly #rules: Rules;
  readonly #tokens = new Map<string, ModelToken>();
  /** Watermarks of deleted tokens, by their secret. */
  readonly #tombstones = new Map<string, bigint>();
  #created = 0;

  constructor(policy: ModelPolicy, rules: Rules) {
    this.#policy = policy;
    this.#rules = rules;
  }

  async create(token: TargetToken): Promise<string> {
    const others = [...this.#tokens.values()].filter(({ state }) => state !== "deactivated");
    const own = others.filter(({ token: { user } }) => user !== undefined && user === token.user);
    if (this.#rules.isLimited(own.length, this.#policy)) {
      throw new TargetRefusal("limit", "the user has a device");
    }
    const secret = hexOf(token);
    if (!this.#rules.mayShareSecret && others.some((other) => hexOf(other.token) === secret)) {
      throw new TargetRefusal("limit", "the secret is in use");
    }
    this.#created++;
    const id = `model-${this.#created}`;
    const { counter = 0n } = token;
    const watermark = token.parameters.kind === "hotp" ? counter - 1n : -1n;
    const buried = this.#tombstones.get(secret) ?? -1n;
    this.#tokens.set(id, {
      token: { ...token, secret: token.secret.slice() },
      state: "pending",
      offset: 0,
      watermark: buried > watermark ? buried : watermark,
      usedCode: "",
      failures: 0,
      failedAtUs: 0,
    });
    return id;
  }

  async enroll(id: string, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    const of = this.#of(id);
    if (of === undefined || of.state !== "pending") return refused("wrong-state");
    return this.#pair(of, codes, atUs, this.#policy.enrollSteps, true);
  }

  async resync(id: string, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    const of = this.#of(id);
    if (of === undefined || of.state !== "enabled") return refused("wrong-state");
    return this.#pair(of, codes, atUs, this.#policy.resyncSteps, false);
  }

  async submit(id: string, code: string, atUs: number): Promise<TargetAnswer> {
    const of = this.#of(id);
    const rules = this.#rules;
    if (of === undefined || !rules.mayUse(of)) return refused("not-enrolled");
    if (!rules.isCode(code, of.token.parameters.digits)) return refused("malformed");
    const barred = this.#barred(of, atUs);
    if (barred !== undefined) return barred;
    const now = rules.factorAt(atUs, of.token.parameters);
    const found = this.#find(of, rules.normal(code), rules.window(of, now, this.#policy));
    if (!rules.isAtomic) await new Promise(setImmediate);
    if (found === "replayed") {
      rules.succeed(of, "replay");
      return refused("replayed");
    }
    if (found === undefined) {
      rules.fail(of, atUs, "login");
      return refused("no-match");
    }
    this.#accept(of, found, now);
    rules.consume(of, found.highest, rules.normal(code), "login");
    rules.succeed(of, "login");
    return { accepted: true };
  }

  async state(id: string): Promise<TargetState> {
    const of = this.#of(id);
    if (of === undefined) throw new TargetRefusal("not-enrolled", "there is no such token");
    return {
      enabled: of.state === "enabled",
      offsetSteps: this.#rules.told(of.offset),
      consecutiveFailures: of.failures,
      ...(of.watermark < 0n ? {} : { watermark: of.watermark }),
    };
  }

  async deactivate(id: string): Promise<void> {
    const of = this.#of(id);
    if (of?.state !== "enabled") throw new TargetRefusal("wrong-state", "it is not enabled");
    of.state = "deactivated";
    this.#bury(of);
  }

  async delete(id: string): Promise<void> {
    const of = this.#of(id);
    if (of === undefined) throw new TargetRefusal("not-enrolled", "there is no such token");
    if (!this.#rules.mayDelete(of)) throw new TargetRefusal("wrong-state", "deactivate it first");
    this.#bury(of);
    this.#tokens.delete(id);
  }

  async restart(): Promise<void> {
    for (const of of this.#tokens.values()) this.#rules.restart(of);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#tokens.clear();
  }

  #of(id: string): ModelToken | undefined {
    return this.#tokens.get(id);
  }

  #bury(of: ModelToken): void {
    if (this.#rules.hasTombstones) this.#tombstones.set(hexOf(of.token), of.watermark);
  }

  #barred(of: ModelToken, atUs: number): TargetAnswer | undefined {
    if (this.#rules.isLocked(of, this.#policy)) return refused("locked");
    return this.#rules.isTooSoon(of, atUs, this.#policy) ? refused("throttled") : undefined;
  }

  async #pair(
    of: ModelToken,
    codes: readonly string[],
    atUs: number,
    steps: number,
    isEnrolling: boolean,
  ): Promise<TargetAnswer> {
    const rules = this.#rules;
    const { digits } = of.token.parameters;
    if (codes.length !== 2 || !codes.every((code) => rules.isCode(code, digits))) {
      return refused("malformed");
    }
    const barred = this.#barred(of, atUs);
    if (barred !== undefined) return barred;
    const [first = "", second = ""] = codes.map((code) => rules.normal(code));
    const now = rules.factorAt(atUs, of.token.parameters);
    const span = rules.pairWindow(of, now, steps, isEnrolling);
    const place = this.#findPair(of, first, second, span);
    if (!rules.isAtomic) await new Promise(setImmediate);
    if (place === undefined) {
      rules.fail(of, atUs, "pair");
      return refused("no-match");
    }
    if (rules.isConsumed(of, place, first)) return refused("replayed");
    if (of.token.parameters.kind === "totp") of.offset = Number(place + 1n - now);
    rules.consume(of, place + 1n, second, "pair");
    rules.succeed(of, "pair");
    of.state = "enabled";
    return { accepted: true };
  }

  #findPair(of: ModelToken, first: string, second: string, span: Span): bigint | undefined {
    const rules = this.#rules;
    const { token } = of;
    for (let at = atLeast0(span.low); at < span.high && at < HIGHEST; at++) {
      if (rules.code(token, at) !== first) continue;
      for (let next = atLeast0(at - 3n); next <= at + 3n; next++) {
        if (rules.isPair(at, next) && rules.code(token, next) === second) return at;
      }
    }
    return undefined;
  }

  /** Where a code fits; of several places the lowest counter, and all of them used up. */
  #find(of: ModelToken, code: string, span: Span): Found | "replayed" | undefined {
    const { token } = of;
    const rules = this.#rules;
    const fits: bigint[] = [];
    for (let at = atLeast0(span.low); at <= span.high && at <= HIGHEST; at++) {
      if (rules.code(token, at) === code) fits.push(at);
    }
    const used = fits.filter((at) => rules.isConsumed(of, at, code));
    const isUsedText = code === of.usedCode && of.watermark >= span.low - 2n;
    if (
      used.length > 0 ||
      (fits.length > 0 && isUsedText && rules.isConsumed(of, of.watermark, code))
    ) {
      return "replayed";
    }
    const [lowest] = fits;
    if (lowest === undefined) return undefined;
    const isHotp = token.parameters.kind === "hotp";
    const highest = isHotp ? lowest : (fits.at(-1) ?? lowest);
    return { lowest, highest, isClear: fits.length === 1 };
  }

  #accept(of: ModelToken, { lowest, isClear }: Found, now: bigint): void {
    const { parameters } = of.token;
    if (parameters.kind === "hotp" || !this.#policy.trackDrift || !isClear) return;
    const cap = Math.floor(this.#policy.driftCapSeconds / parameters.stepSeconds);
    of.offset = this.#rules.follow(of.offset, Number(lowest - now), cap);
  }
}

interface Found {
  readonly lowest: bigint;
  readonly highest: bigint;
  /** Whether it fits one place only. */
  readonly isClear: boolean;
}

function refused(reason: TargetReason): TargetAnswer {
  return { accepted: false, reason };
}

function atLeast0(factor: bigint): bigint {
  return factor < 0n ? 0n : factor;
}

function hexOf({ secret }: TargetToken): string {
  return Buffer.from(secret).toString("hex");
}
