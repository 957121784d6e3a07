// The service of this repository as a target, over HTTP: in test mode, its clock set before each
// act. Nothing is asked of it that the API does not offer.

import { encodeBase32 } from "../../core/oath/base32.ts";
import type { Policy } from "../../verifier/policy.ts";
import {
  type Target,
  type TargetAbility,
  type TargetAnswer,
  TargetCannot,
  type TargetFactory,
  type TargetPolicy,
  type TargetReason,
  TargetRefusal,
  type TargetState,
  type TargetToken,
  type TargetTokenId,
} from "../target.ts";
import { libraryPolicy } from "./library.ts";

/** A running service in test mode. */
export interface RunningService extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, now. */
  readonly url: string;
  /** A bearer token with the scopes enroll, verify, read and admin. */
  readonly token: string;
  /** Stops it, and starts it on the same state. */
  restart(): Promise<void>;
}

/** @see httpServiceTarget */
export interface HttpServiceTargetOptions {
  /** Starts a fresh service under this policy. */
  readonly start: (policy: Policy) => Promise<RunningService>;
  /** As reports name it; default `service`. */
  readonly name?: string;
}

const ABILITIES: ReadonlySet<TargetAbility> = new Set<TargetAbility>([
  "hotp",
  "state",
  "resync",
  "offset",
  "watermark",
  "reasons",
  "restart",
  "parallel",
  "enrollment",
  "users",
  "delete",
  "sha256",
  "sha512",
]);

/** Policies count drift in steps; cases in seconds. */
const STEP_SECONDS = 30;
const TIMEOUT_MS = 30_000;

/** A service over HTTP, a fresh one for each case. */
export function httpServiceTarget(options: HttpServiceTargetOptions): TargetFactory {
  return {
    name: options.name ?? "service",
    description: "HTTP service of oathbed in test mode, memory store",
    abilities: ABILITIES,
    open: async (policy) => {
      const settled = libraryPolicy(policy);
      return new HttpServiceTarget(await options.start(settled), policy);
    },
  };
}

/** What the service answered. */
interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

class HttpServiceTarget implements Target {
  readonly #service: RunningService;
  readonly #asked: TargetPolicy;
  #created = 0;
  #nowUs = Number.NaN;
  /** Acts of one time run together; another time waits for them. */
  readonly #running = new Set<Promise<unknown>>();
  #turn: Promise<void> = Promise.resolve();

  constructor(service: RunningService, asked: TargetPolicy) {
    this.#service = service;
    this.#asked = asked;
  }

  async create({ secret, parameters, counter, user }: TargetToken): Promise<TargetTokenId> {
    if (
      this.#asked.driftCapSeconds !== undefined &&
      parameters.kind === "totp" &&
      parameters.stepSeconds !== STEP_SECONDS
    ) {
      throw new TargetCannot(`the service caps drift in steps, taken here as ${STEP_SECONDS} s`);
    }
    this.#created++;
    // A token that is created at a time expires some days later; the cases' times come afterwards.
    await this.#ask("PUT", "/v1/test/clock", { mode: "frozen", nowUs: 0 });
    this.#nowUs = 0;
    const { body } = await this.#act("POST", "/v1/tokens", {
      label: `token ${this.#created}`,
      secret: encodeBase32(secret),
      parameters,
      ...(counter === undefined ? {} : { counter: String(counter) }),
      ...(user === undefined ? {} : { user }),
    });
    const { id } = body.token as { readonly id: number };
    return String(id);
  }

  enroll(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    return this.#judge(`/v1/operator/tokens/${id}/enroll`, { codes }, atUs);
  }

  submit(id: TargetTokenId, code: string, atUs: number): Promise<TargetAnswer> {
    return this.#judge(`/v1/operator/tokens/${id}/verify`, { code }, atUs);
  }

  resync(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    return this.#judge(`/v1/operator/tokens/${id}/resync`, { codes }, atUs);
  }

  async state(id: TargetTokenId): Promise<TargetState> {
    const { body } = await this.#act("GET", `/v1/tokens/${id}`);
    const { state, offsetSteps, failures, watermark } = body.token as {
      readonly state: string;
      readonly offsetSteps: number;
      readonly failures: number;
      readonly watermark: string | null;
    };
    return {
      enabled: state === "enabled",
      offsetSteps,
      consecutiveFailures: failures,
      ...(watermark === null ? {} : { watermark: BigInt(watermark) }),
    };
  }

  async deactivate(id: TargetTokenId): Promise<void> {
    await this.#act("POST", `/v1/tokens/${id}/deactivate`);
  }

  async delete(id: TargetTokenId): Promise<void> {
    await this.#act("DELETE", `/v1/tokens/${id}`);
  }

  async restart(): Promise<void> {
    await this.#service.restart();
    this.#nowUs = Number.NaN;
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#service[Symbol.asyncDispose]();
  }

  async #judge(path: string, body: object, atUs: number): Promise<TargetAnswer> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    let asking: Promise<Answer>;
    try {
      await this.#setClock(atUs);
      asking = this.#act("POST", path, body);
      this.#running.add(asking);
    } finally {
      resolve();
    }
    try {
      return answerOf((await asking).body);
    } finally {
      this.#running.delete(asking);
    }
  }

  /** What runs at another time ends first. */
  async #setClock(atUs: number): Promise<void> {
    if (atUs === this.#nowUs) return;
    await Promise.allSettled(this.#running);
    await this.#act("PUT", "/v1/test/clock", { mode: "frozen", nowUs: atUs });
    this.#nowUs = atUs;
  }

  /** @throws {TargetRefusal} for what the service refuses */
  async #act(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.#ask(method, path, body);
    if (answer.status < 300) return answer;
    const { code, message } = answer.body.error as { readonly code: string; message: string };
    throw new TargetRefusal(refusalOf(code), `${answer.status}: ${message}`);
  }

  async #ask(method: string, path: string, body?: object): Promise<Answer> {
    const { url, token } = this.#service;
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, body: (await response.json()) as Answer["body"] };
  }
}

function answerOf({ accepted, reason }: Answer["body"]): TargetAnswer {
  if (accepted === true) return { accepted: true };
  // Targets are asked for fewer reasons than the service tells.
  if (reason === "expired") return { accepted: false, reason: "not-enrolled" };
  if (reason === "wrong-parameters") return { accepted: false, reason: "no-match" };
  return { accepted: false, reason: reason as TargetReason };
}

function refusalOf(code: string): TargetReason {
  switch (code) {
    case "unknown-token":
      return "not-enrolled";
    case "wrong-state":
      return "wrong-state";
    case "device-limit":
    case "secret-in-use":
      return "limit";
    default:
      return "refused";
  }
}
