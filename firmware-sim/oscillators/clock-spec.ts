// From the text behind --clock to a clock: a name or a file, then fields that are changed.
//
//   xtal-token
//   xtal-token,temperature.meanCelsius=30,noise.walk=0
//   my-clock.json,tolerance.sigmaPpm=2

import { readFileSync, statSync } from "node:fs";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import schema from "./clock.schema.json" with { type: "json" };
import { type ClockModel, clockModelOf } from "./clocks.ts";

/** Longest clock file, bytes. */
const MAX_FILE_BYTES = 65_536;
const MAX_SPEC_CHARACTERS = 1000;
const NUMBER = /^[+-]?\d{1,9}(\.\d{1,12})?([eE][+-]?\d{1,2})?$/;

/**
 * The clock that a specification names: `NAME` or `FILE.json`, then `,KIND.FIELD=VALUE` for each
 * changed field of its terms and events.
 *
 * @throws {RangeError} for an unknown clock, file, field or value; the message names those there
 * are
 */
export function clockModelFrom(spec: string): ClockModel {
  if (spec.length > MAX_SPEC_CHARACTERS) {
    throw new RangeError(`a clock of more than ${MAX_SPEC_CHARACTERS} characters`);
  }
  const [name = "", ...changes] = spec.split(",");
  const model = name.endsWith(".json") ? readClockFile(name) : clockModelOf(name);
  if (changes.length === 0) return model;
  const changed = changes.reduce(withChange, model);
  return checkClock({ ...changed, name: name.endsWith(".json") ? model.name : name }, spec);
}

/** A clock in a file of the form of clock.schema.json. @throws {RangeError} naming what is wrong */
export function readClockFile(path: string): ClockModel {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) throw new RangeError(`is longer than ${MAX_FILE_BYTES} bytes`);
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new RangeError(`clock file ${path} cannot be read: ${messageOf(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RangeError(`clock file ${path} is not JSON: ${messageOf(error)}`);
  }
  return checkClock(value, `clock file ${path}`);
}

let validate: ValidateFunction<ClockModel> | undefined;

/** `value` as a clock. @throws {RangeError} naming the place that breaks clock.schema.json */
export function checkClock(value: unknown, what: string): ClockModel {
  validate ??= new Ajv2020({ discriminator: true }).compile<ClockModel>(schema);
  const judge = validate;
  if (!judge(value)) throw new RangeError(`${what}: ${problemText(judge.errors ?? [])}`);
  const crossed = crossedSpan(value, "");
  if (crossed === undefined) return value;
  throw new RangeError(`${what}: ${crossed}: low must not be above high`);
}

function problemText([error]: readonly ErrorObject[]): string {
  if (error === undefined) return "does not fit clock.schema.json";
  const { instancePath, keyword, params, message } = error;
  const place = instancePath === "" ? "at the top" : `at ${instancePath}`;
  switch (keyword) {
    case "discriminator":
      return `${place}: unknown kind ${JSON.stringify(params.tagValue)}`;
    case "additionalProperties":
      return `${place}: unknown field "${params.additionalProperty}"`;
    default:
      return `${place}: ${message ?? keyword}`;
  }
}

/** Place of the first span whose ends are crossed. */
function crossedSpan(value: unknown, place: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value);
  const { low, high } = Object.fromEntries(entries);
  if (typeof low === "number" && typeof high === "number" && low > high) return place;
  for (const [key, inner] of entries) {
    const found = crossedSpan(inner, `${place}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One `KIND.FIELD=VALUE`; FIELD may go deeper: `stuck.atDays.low`. */
function withChange(model: ClockModel, change: string): ClockModel {
  const [path = "", text = "", ...more] = change.split("=");
  const [kind, ...fields] = path.split(".");
  if (kind === undefined || fields.length === 0 || more.length > 0) {
    throw new RangeError(
      `a change of a clock is KIND.FIELD=VALUE, such as noise.walk=0, not "${change}"`,
    );
  }
  const parts = [...model.terms, ...model.events];
  if (!parts.some((part) => part.kind === kind)) {
    const kinds = parts.map((part) => part.kind).join(", ");
    throw new RangeError(`${model.name} has no "${kind}"; it has ${kinds || "nothing"}`);
  }
  const changed = <T extends { readonly kind: string }>(part: T): T =>
    part.kind === kind ? (changedField(part, fields, text, kind) as T) : part;
  return { ...model, terms: model.terms.map(changed), events: model.events.map(changed) };
}

function changedField(
  part: object,
  [field = "", ...deeper]: readonly string[],
  text: string,
  place: string,
): object {
  const before: unknown = Object.hasOwn(part, field) ? Reflect.get(part, field) : undefined;
  if (before === undefined || field === "kind") {
    const names = Object.keys(part).filter((name) => name !== "kind");
    throw new RangeError(`${place} has no field "${field}"; it has ${names.join(", ")}`);
  }
  if (typeof before === "object" && before !== null && deeper.length > 0) {
    return { ...part, [field]: changedField(before, deeper, text, `${place}.${field}`) };
  }
  if (typeof before === "object" || deeper.length > 0) {
    throw new RangeError(`${place}.${field} cannot be set by one value; use a clock file`);
  }
  if (typeof before === "string") return { ...part, [field]: text };
  if (!NUMBER.test(text)) {
    throw new RangeError(`${place}.${field} must be a number, got "${text.slice(0, 40)}"`);
  }
  return { ...part, [field]: Number(text) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
