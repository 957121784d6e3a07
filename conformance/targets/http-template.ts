// What a server over HTTP is asked: a file of requests with placeholders, and what its answers
// mean. http-target.schema.json is the form of the file.

import { encodeBase32 } from "../../core/oath/base32.ts";
import { SchemaCheck, SchemaError } from "../schema-check.ts";
import type {
  TargetAbility,
  TargetAnswer,
  TargetPolicy,
  TargetReason,
  TargetToken,
} from "../target.ts";
import schema from "./http-target.schema.json" with { type: "json" };

/** One request. */
export interface RequestForm {
  /** Default POST. */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: object;
  readonly form?: Readonly<Record<string, string>>;
  readonly id?: string;
  readonly accepted?: {
    readonly status?: number;
    readonly pointer?: string;
    readonly equals?: string | number | boolean | null;
    readonly text?: string;
  };
  readonly reason?: string;
  readonly reasons?: Readonly<Record<string, TargetReason>>;
}

/** The acts that requests stand for. */
export type TemplateAct = "create" | "enroll" | "submit" | "resync" | "deactivate" | "delete";

/** A server, as its file tells of it. */
export interface HttpTargetTemplate extends Partial<Record<TemplateAct | "clock", RequestForm>> {
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly timeoutSeconds?: number;
  /** Whether each run draws secrets of its own; default true: servers remember used ones. */
  readonly freshSecrets?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly abilities: readonly TargetAbility[];
  readonly policy?: Partial<TargetPolicy>;
  readonly create: RequestForm;
  /** For event-based tokens, where that is another request. */
  readonly createHotp?: RequestForm;
  readonly submit: RequestForm;
}

/** What stands for the placeholders of a request. */
export type Fields = Readonly<Record<string, string | number>>;

/** An answer of the server. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

const MAX_CHARACTERS = 262_144;
const PLACEHOLDER = /\{(?<name>[A-Za-z0-9]+|env:[A-Za-z_][A-Za-z0-9_]*)\}/g;
const WHOLE = /^\{(?<name>[A-Za-z0-9]+)\}$/;

const check: SchemaCheck<HttpTargetTemplate> = new SchemaCheck(schema);

/** Reads a template. @param what names it in errors @throws {SchemaError} naming the place */
export function parseHttpTarget(text: string, what: string): HttpTargetTemplate {
  const template = check.parse(text, what, MAX_CHARACTERS);
  for (const [ability, act] of [
    ["enrollment", "enroll"],
    ["resync", "resync"],
    ["delete", "delete"],
  ] as const) {
    if (template.abilities.includes(ability) === (template[act] !== undefined)) continue;
    throw new SchemaError(what, [`at /abilities: "${ability}" and /${act} come together`]);
  }
  return template;
}

/** The placeholders that a token fills. */
export function tokenFields(
  { secret, parameters, counter = 0n, user }: TargetToken,
  label: string,
): Fields {
  const totp = parameters.kind === "totp" ? parameters : { stepSeconds: 30, t0: 0 };
  return {
    secretBase32: encodeBase32(secret),
    secretHex: Buffer.from(secret).toString("hex"),
    kind: parameters.kind,
    algorithm: parameters.algorithm,
    algorithmLower: parameters.algorithm.toLowerCase(),
    digits: parameters.digits,
    step: totp.stepSeconds,
    t0: totp.t0,
    counter: String(counter),
    label,
    user: user ?? label,
  };
}

/** A text with its placeholders filled. @throws {RangeError} naming one that stands for nothing */
export function filled(
  text: string,
  fields: Fields,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => {
    const value = name.startsWith("env:") ? process.env[name.slice(4)] : fields[name];
    if (value !== undefined) return encode(String(value));
    const remedy = name.startsWith("env:") ? "set it in the environment" : "see the schema";
    throw new RangeError(`${whole} stands for nothing here; ${remedy}`);
  });
}

/** A JSON value with the placeholders in its texts filled; a text that is one keeps its type. */
export function filledJson(value: unknown, fields: Fields): unknown {
  if (typeof value === "string") {
    const name = WHOLE.exec(value)?.groups?.name;
    const field = name === undefined ? undefined : fields[name];
    return typeof field === "number" ? field : filled(value, fields);
  }
  if (Array.isArray(value)) return value.map((item) => filledJson(item, fields));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, filledJson(item, fields)]),
  );
}

/** What an answer to codes means. */
export function answerOf(form: RequestForm, answer: HttpAnswer): TargetAnswer {
  if (isAccepted(form, answer)) return { accepted: true };
  const word = form.reason === undefined ? undefined : valueAt(answer.text, form.reason);
  const reason = typeof word === "string" ? (form.reasons?.[word] ?? "refused") : "refused";
  return { accepted: false, reason };
}

/** Whether an answer is what the request hopes for. */
export function isAccepted({ accepted = {} }: RequestForm, { status, text }: HttpAnswer): boolean {
  const { status: wanted, pointer, equals, text: part } = accepted;
  const isStatus = wanted === undefined ? status >= 200 && status < 300 : status === wanted;
  const isValue = pointer === undefined || valueAt(text, pointer) === equals;
  return isStatus && isValue && (part === undefined || text.includes(part));
}

/** The value at a JSON pointer (RFC 6901) of a JSON text; undefined when there is none. */
export function valueAt(text: string, pointer: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
