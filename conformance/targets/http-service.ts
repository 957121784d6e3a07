// The service of this repository as a target, over HTTP: in test mode, its clock set before each
// act. Nothing is asked of it that the API does not offer.

import { encodeBase32 } from "../../core/oath/base32.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import type { Policy } from "../../verifier/policy.ts";
import type { RefusalReason } from "../../verifier/verdict.ts";
import type { ImportFormat, TargetAuditLine, TargetDrift } from "../operations.ts";
import {
  type Target,
  type TargetAnswer,
  type TargetFactory,
  type TargetPolicy,
  TargetRefusal,
  type TargetState,
  type TargetToken,
  type TargetTokenId,
} from "../target.ts";
import { type Answer, type RunningService, ServiceClient } from "./http-service-client.ts";
import { assertCapFits, libraryPolicy, OWN_ABILITIES, targetReason } from "./own-verifier.ts";

export type { RunningService } from "./http-service-client.ts";

/** @see httpServiceTarget */
export interface HttpServiceTargetOptions {
  /** Starts a fresh service under this policy. */
  readonly start: (policy: Policy) => Promise<RunningService>;
  /** As reports name it; default `service`. */
  readonly name?: string;
}

/** A service over HTTP, a fresh one for each case. */
export function httpServiceTarget(options: HttpServiceTargetOptions): TargetFactory {
  return {
    name: options.name ?? "service",
    description: "HTTP service of oathbed in test mode, memory store",
    abilities: OWN_ABILITIES,
    open: async (policy) => {
      const settled = libraryPolicy(policy);
      return new HttpServiceTarget(await options.start(settled), policy);
    },
  };
}

/** A line of the service's audit log. */
type AuditRow = Omit<TargetAuditLine, "movingFactor" | "text"> & {
  readonly movingFactor: string | null;
};

class HttpServiceTarget implements Target {
  readonly #service: RunningService;
  readonly #client: ServiceClient;
  readonly #asked: TargetPolicy;
  #created = 0;
  #nowUs = Number.NaN;
  /** Acts of one time run together; another time waits for them. */
  readonly #running = new Set<Promise<unknown>>();
  #turn: Promise<void> = Promise.resolve();

  constructor(service: RunningService, asked: TargetPolicy) {
    this.#service = service;
    this.#client = new ServiceClient(service);
    this.#asked = asked;
  }

  async create(token: TargetToken): Promise<TargetTokenId> {
    assertCapFits(this.#asked, token);
    const { secret, parameters, counter, user } = token;
    return this.#create({
      secret: encodeBase32(secret),
      parameters,
      ...(counter === undefined ? {} : { counter: String(counter) }),
      ...(user === undefined ? {} : { user }),
    });
  }

  createFromText(text: string): Promise<TargetTokenId> {
    return this.#create({ secret: text });
  }

  async #create(token: object): Promise<TargetTokenId> {
    this.#created++;
    // A token that is created at a time expires some days later; the cases' times come afterwards.
    await this.#client.ask("PUT", "/v1/test/clock", { mode: "frozen", nowUs: 0 });
    this.#nowUs = 0;
    const label = `token ${this.#created}`;
    const { body } = await this.#client.act("POST", "/v1/tokens", { label, ...token });
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
    const { body } = await this.#client.act("GET", `/v1/tokens/${id}`);
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
    await this.#client.act("POST", `/v1/tokens/${id}/deactivate`);
  }

  async delete(id: TargetTokenId): Promise<void> {
    await this.#client.act("DELETE", `/v1/tokens/${id}`);
  }

  async restart(): Promise<void> {
    await this.#service.restart();
    this.#nowUs = Number.NaN;
  }

  async setOffset(id: TargetTokenId, steps: number, atUs: number): Promise<void> {
    await this.#setClock(atUs);
    await this.#client.act("PUT", `/v1/tokens/${id}/offset`, { steps });
  }

  async driftReport(id: TargetTokenId, atUs: number): Promise<TargetDrift> {
    await this.#setClock(atUs);
    const { body } = await this.#client.act("GET", `/v1/tokens/${id}`);
    const { firstAt, lastAt, offsetSeconds, ratePpm } = body.drift as {
      readonly firstAt: string | null;
      readonly lastAt: string | null;
    } & Pick<TargetDrift, "offsetSeconds" | "ratePpm">;
    const us = (text: string | null): number => (text === null ? 0 : Date.parse(text) * 1000);
    return { firstAtUs: us(firstAt), lastAtUs: us(lastAt), offsetSeconds, ratePpm };
  }

  async exportPskc(id: TargetTokenId): Promise<string> {
    const body = { format: "pskc", plain: true, ids: [Number(id)] };
    return (await this.#client.fetch("POST", "/v1/export", body)).text();
  }

  async importFile(text: string, format: ImportFormat): Promise<readonly TargetTokenId[]> {
    const { body } = await this.#client.act("POST", "/v1/import", { text, format });
    return ((body.ids ?? []) as readonly number[]).map(String);
  }

  /** All of the answer but the date: status, headers and body. */
  async publicAnswer(id: TargetTokenId, code: string, atUs: number): Promise<string> {
    await this.#setClock(atUs);
    const answer = await this.#client.fetch("POST", `/v1/tokens/${id}/verify`, { code });
    const headers = [...answer.headers].filter(([name]) => name !== "date");
    return `${answer.status} ${JSON.stringify(headers)} ${await answer.text()}`;
  }

  async audit(id: TargetTokenId): Promise<readonly TargetAuditLine[]> {
    const { body } = await this.#client.act("GET", `/v1/audit?limit=1000&token=${id}`);
    return (body.rows as readonly AuditRow[]).map((row) => {
      const { act, outcome, reason, movingFactor, offsetSteps } = row;
      const factor = movingFactor === null ? null : BigInt(movingFactor);
      const text = JSON.stringify(row);
      return { act, outcome, reason, movingFactor: factor, offsetSteps, text };
    });
  }

  async hostFault(): Promise<number> {
    const text = await (await this.#client.fetch("GET", "/metrics")).text();
    return Number(/^oathbed_host_clock_jump_seconds (\S+)$/m.exec(text)?.[1]);
  }

  async crash(): Promise<void> {
    await this.#service.crash();
    this.#nowUs = Number.NaN;
  }

  async twin(): Promise<Target> {
    return new HttpServiceTarget(await this.#service.twin(), this.#asked);
  }

  async backup(): Promise<(atUs: number) => Promise<void>> {
    const restore = await this.#service.backup();
    return async (atUs) => {
      await restore();
      this.#nowUs = Number.NaN;
      await this.#setClock(atUs);
      await this.#client.act("POST", "/v1/raise-watermarks");
    };
  }

  async failStore(isFailing: boolean): Promise<void> {
    this.#service.failStore(isFailing);
  }

  async timeLogins(
    id: TargetTokenId,
    codes: readonly string[],
    atUs: number,
  ): Promise<readonly number[]> {
    await this.#setClock(atUs);
    const clock = new SystemClock();
    const times: number[] = [];
    for (const code of codes) {
      const sinceUs = clock.monotonicUs();
      await this.#client.act("POST", `/v1/tokens/${id}/verify`, { code });
      times.push(clock.monotonicUs() - sinceUs);
    }
    return times;
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
      asking = this.#client.act("POST", path, body);
      this.#running.add(asking);
    } finally {
      resolve();
    }
    try {
      return answerOf((await asking).body);
    } catch (error) {
      // What cannot be stored is an answer, too: nothing was accepted.
      if (!(error instanceof TargetRefusal) || error.reason !== "unavailable") throw error;
      return { accepted: false, reason: error.reason };
    } finally {
      this.#running.delete(asking);
    }
  }

  /** What runs at another time ends first. */
  async #setClock(atUs: number): Promise<void> {
    if (atUs === this.#nowUs) return;
    await Promise.allSettled(this.#running);
    await this.#client.act("PUT", "/v1/test/clock", { mode: "frozen", nowUs: atUs });
    this.#nowUs = atUs;
  }
}

function answerOf({ accepted, reason }: Answer["body"]): TargetAnswer {
  if (accepted === true) return { accepted: true };
  return { accepted: false, reason: targetReason(reason as RefusalReason) };
}
