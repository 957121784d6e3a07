// Any verification server over HTTP as a target, by a file of request templates. Each case has
// tokens of its own, removed afterwards. A server without a clock to be set lives now.

import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { SystemClock } from "../../core/time/system-clock.ts";
import { SchemaError } from "../schema-check.ts";
import {
  type Target,
  type TargetAnswer,
  TargetCannot,
  type TargetFactory,
  type TargetPolicy,
  TargetRefusal,
  type TargetToken,
  type TargetTokenId,
} from "../target.ts";
import { withFreshSecrets } from "./fresh-secrets.ts";
import {
  answerOf,
  type Fields,
  filled,
  filledJson,
  type HttpAnswer,
  type HttpTargetTemplate,
  isAccepted,
  parseHttpTarget,
  type RequestForm,
  tokenFields,
  valueAt,
} from "./http-template.ts";
import { inRealTime, type RealTimeOptions } from "./real-time.ts";

/** How a server is reached. */
export interface HttpTargetOptions extends Partial<RealTimeOptions> {
  /** Instead of the file's. */
  readonly url?: string;
}

const DEFAULT_TIMEOUT_SECONDS = 30;
/** Most characters of an answer that are read. */
const MAX_ANSWER = 1_000_000;

/** The server that a file tells of. @throws {SchemaError} naming the file and the place */
export async function readHttpTarget(
  path: string,
  options: HttpTargetOptions = {},
): Promise<TargetFactory> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new SchemaError(path, [error instanceof Error ? error.message : String(error)]);
  }
  return httpTarget(parseHttpTarget(text, path), options);
}

/** The server that a template tells of. */
export function httpTarget(
  template: HttpTargetTemplate,
  options: HttpTargetOptions = {},
): TargetFactory {
  return {
    name: template.name,
    description: template.description,
    abilities: new Set(template.abilities),
    open: async (policy) => {
      refuseOther(template, policy);
      const server = new HttpTarget(template, options.url ?? template.url);
      const target = template.freshSecrets === false ? server : withFreshSecrets(server);
      if (template.clock !== undefined) return target;
      const { clock = new SystemClock(), maxWaitSeconds = 0, onWait, signal } = options;
      return inRealTime(target, {
        clock,
        maxWaitSeconds,
        ...(onWait && { onWait }),
        ...(signal && { signal }),
      });
    },
  };
}

class HttpTarget implements Target {
  readonly #template: HttpTargetTemplate;
  readonly #url: string;
  /** Fields of each token, its id among them. */
  readonly #tokens = new Map<TargetTokenId, Fields>();
  readonly #deleted = new Set<TargetTokenId>();
  #nowUs = Number.NaN;
  /** Acts of one time run together; another time waits for them. */
  readonly #running = new Set<Promise<unknown>>();
  #turn: Promise<void> = Promise.resolve();

  constructor(template: HttpTargetTemplate, url: string) {
    this.#template = template;
    this.#url = filled(url, {}).replace(/\/+$/, "");
  }

  async create(token: TargetToken): Promise<TargetTokenId> {
    const { abilities, createHotp } = this.#template;
    const { kind, algorithm } = token.parameters;
    if (kind === "hotp" && !abilities.includes("hotp")) throw new TargetCannot("no HOTP");
    if (algorithm !== "SHA1" && !abilities.includes(algorithm === "SHA256" ? "sha256" : "sha512")) {
      throw new TargetCannot(`no ${algorithm}`);
    }
    const create = (kind === "hotp" ? createHotp : undefined) ?? this.#template.create;
    // What is created at one time may expire some days later; the cases' times come afterwards.
    await this.#setClock(0);
    const fields = tokenFields(token, `oathbed-${randomUUID().slice(0, 13)}`);
    const answer = await this.#ask(create, fields);
    if (!isAccepted(create, answer)) throw refusal(answer);
    const id = create.id === undefined ? fields.label : valueAt(answer.text, create.id);
    if (typeof id !== "string" && typeof id !== "number") {
      throw new TargetRefusal("refused", `its answer has no id at ${create.id ?? "its label"}`);
    }
    const key = String(id);
    this.#tokens.set(key, { ...fields, id });
    return key;
  }

  enroll(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    return this.#judge("enroll", id, codes, atUs);
  }

  submit(id: TargetTokenId, code: string, atUs: number): Promise<TargetAnswer> {
    return this.#judge("submit", id, [code], atUs);
  }

  resync(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    return this.#judge("resync", id, codes, atUs);
  }

  deactivate(id: TargetTokenId): Promise<void> {
    return this.#administer("deactivate", id);
  }

  async delete(id: TargetTokenId): Promise<void> {
    await this.#administer("delete", id);
    this.#deleted.add(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.#tokens.keys()) {
      if (this.#deleted.has(id)) continue;
      for (const act of ["deactivate", "delete"] as const) {
        // What a case has done away with already is refused here.
        if (this.#template[act] !== undefined) await this.#administer(act, id).catch(() => {});
      }
    }
    this.#tokens.clear();
  }

  async #judge(
    act: "enroll" | "submit" | "resync",
    id: TargetTokenId,
    codes: readonly string[],
    atUs: number,
  ): Promise<TargetAnswer> {
    const form = this.#template[act];
    if (form === undefined) throw new TargetCannot(`it has no ${act}`);
    if (act !== "submit" && codes.length !== 2) {
      throw new TargetCannot(`its ${act} takes two codes`);
    }
    const [code = "", second = ""] = codes;
    const fields = { ...this.#fields(id), code, code1: code, code2: second, ...timeFields(atUs) };
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    let asking: Promise<HttpAnswer>;
    try {
      await this.#setClock(atUs);
      asking = this.#ask(form, fields);
      this.#running.add(asking);
    } finally {
      resolve();
    }
    try {
      return answerOf(form, await asking);
    } finally {
      this.#running.delete(asking);
    }
  }

  /** What runs at another time ends first. */
  async #setClock(atUs: number): Promise<void> {
    const { clock } = this.#template;
    if (clock === undefined || atUs === this.#nowUs) return;
    await Promise.allSettled(this.#running);
    const answer = await this.#ask(clock, timeFields(atUs));
    if (!isAccepted(clock, answer)) throw refusal(answer);
    this.#nowUs = atUs;
  }

  async #administer(act: "deactivate" | "delete", id: TargetTokenId): Promise<void> {
    const form = this.#template[act];
    if (form === undefined) throw new TargetCannot(`it has no ${act}`);
    const answer = await this.#ask(form, this.#fields(id));
    if (!isAccepted(form, answer)) throw refusal(answer);
  }

  #fields(id: TargetTokenId): Fields {
    const fields = this.#tokens.get(id);
    if (fields === undefined) throw new TargetRefusal("not-enrolled", "there is no such token");
    return fields;
  }

  async #ask(form: RequestForm, fields: Fields): Promise<HttpAnswer> {
    const { headers = {}, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = this.#template;
    const path = filled(form.path, fields, encodeURIComponent);
    const own = Object.entries({ ...headers, ...form.headers });
    const [type, body] = bodyOf(form, fields);
    const response = await fetch(this.#url + path, {
      method: form.method ?? "POST",
      headers: {
        ...Object.fromEntries(own.map(([name, value]) => [name, filled(value, fields)])),
        ...(type === undefined ? {} : { "content-type": type }),
      },
      ...(body === undefined ? {} : { body }),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    return { status: response.status, text: (await response.text()).slice(0, MAX_ANSWER) };
  }
}

function bodyOf(form: RequestForm, fields: Fields): readonly [string | undefined, string?] {
  if (form.json !== undefined) {
    return ["application/json", JSON.stringify(filledJson(form.json, fields))];
  }
  if (form.form === undefined) return [undefined];
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(form.form)) pairs.append(name, filled(value, fields));
  return ["application/x-www-form-urlencoded", pairs.toString()];
}

function timeFields(atUs: number): Fields {
  return {
    seconds: Math.floor(atUs / 1e6),
    milliseconds: Math.floor(atUs / 1e3),
    microseconds: Math.floor(atUs),
  };
}

/** @throws {TargetCannot} when a case asks for what the server is not set up for */
function refuseOther({ policy = {} }: HttpTargetTemplate, asked: TargetPolicy): void {
  for (const [field, value] of Object.entries(asked)) {
    if (field === "preset") continue;
    const own = policy[field as keyof TargetPolicy];
    if (JSON.stringify(own) === JSON.stringify(value)) continue;
    const set = own === undefined ? "is not known" : `is ${JSON.stringify(own)}`;
    throw new TargetCannot(`its ${field} ${set}, the case asks for ${JSON.stringify(value)}`);
  }
}

/** The server's own words are kept short: they may be anything. */
function refusal({ status, text }: HttpAnswer): TargetRefusal {
  return new TargetRefusal("refused", `${status}: ${text.slice(0, 200)}`);
}
