// How a verification service that nobody here knows is asked: a path, headers and a body with
// placeholders, and what a good answer is. template.schema.json is the form of the file.

import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { JSON_REMEDY, JsonTextError, parseJson } from "../../core/wire/json-text.ts";
import type { LoadRequest } from "./load.ts";
import schema from "./template.schema.json" with { type: "json" };

/** A template as its file has it. */
export interface RequestTemplate {
  /** Default: POST. */
  readonly method?: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
  readonly expect?: { readonly status?: number; readonly body?: string; readonly text?: string };
}

/** What stands for the placeholders of one login. */
export interface LoginFields {
  readonly id: string;
  readonly account: string;
  readonly issuer: string;
  readonly code: string;
}

const FIELDS = ["id", "account", "issuer", "code"] as const;
const MAX_CHARACTERS = 65_536;
/** Braces around a word: those of JSON are followed by a quote. */
const PLACEHOLDER = /\{(?<name>[a-z]+)\}/g;

let validate: ValidateFunction<RequestTemplate> | undefined;

/**
 * Reads a template.
 *
 * @param what names the text in errors: its file
 * @throws {RangeError} when it is too long, no JSON, not as the schema says, or has a placeholder
 *   that stands for nothing, or none for the code
 */
export function parseTemplate(text: string, what: string): RequestTemplate {
  if (text.length > MAX_CHARACTERS) throw new RangeError(`${what} is too long for a template`);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new RangeError(`${what} is ${error.message}; ${JSON_REMEDY}`);
  }
  validate ??= new Ajv2020({ allowUnionTypes: true }).compile<RequestTemplate>(schema);
  if (!validate(value)) {
    const [problem] = validate.errors ?? [];
    throw new RangeError(`${what} is no request template: ${problemText(problem)}`);
  }
  const names = [...`${value.path} ${bodyText(value)}`.matchAll(PLACEHOLDER)].map(
    ({ groups }) => groups?.name ?? "",
  );
  const unknown = names.find((name) => !FIELDS.some((field) => field === name));
  if (unknown !== undefined) {
    throw new RangeError(`${what}: {${unknown}} stands for nothing; there are ${fieldList()}`);
  }
  if (!names.includes("code")) throw new RangeError(`${what} has no {code} in its path or body`);
  return value;
}

/** Where the fault is, and what would be right. */
function problemText(problem: ErrorObject | undefined): string {
  if (problem === undefined) return "it has a fault";
  const { instancePath, message = "", params } = problem;
  const { additionalProperty, allowedValues } = params as {
    readonly additionalProperty?: string;
    readonly allowedValues?: readonly string[];
  };
  const place = instancePath === "" ? "at the top" : instancePath;
  const extra = additionalProperty === undefined ? "" : `: "${additionalProperty}"`;
  const allowed = allowedValues === undefined ? "" : `: ${allowedValues.join(", ")}`;
  return `${place}: ${message}${extra}${allowed}`;
}

/** The request of one login: percent-encoded in the path, escaped in a body that is JSON. */
export function requestFor(template: RequestTemplate, fields: LoginFields): LoadRequest {
  const { method = "POST", path, body } = template;
  const isJson = typeof body !== "string" || /^\s*[{[]/.test(body);
  const quote = isJson ? escapeJson : encodeURIComponent;
  return {
    method,
    path: filled(path, fields, encodeURIComponent),
    body: filled(bodyText({ body }), fields, quote),
  };
}

function filled(text: string, fields: LoginFields, quote: (value: string) => string): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => {
    const field = FIELDS.find((one) => one === name);
    return field === undefined ? whole : quote(fields[field]);
  });
}

function bodyText({ body = "" }: Pick<RequestTemplate, "body"> | { body: undefined }): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function escapeJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function fieldList(): string {
  return FIELDS.map((field) => `{${field}}`).join(", ");
}
