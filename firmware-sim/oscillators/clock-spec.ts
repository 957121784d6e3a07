// From the text behind --clock to a clock: a name or a file, then fields that are changed.
//
//   xtal-token
//   xtal-token,temperature.meanCelsius=30,noise.walk=0
//   my-clock.json,tolerance.sigmaPpm=2
//   tcxo-token,cycle.2.ppm=0.5              the second of its two cycles; without a number both
//   smartphone-ntp,synced.errors.3.share=0  of a list, counted from 1

import { readFileSync, statSync } from "node:fs";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { JSON_REMEDY, parseJson } from "../../core/wire/json-text.ts";
import schema from "./clock.schema.json" with { type: "json" };
import { type ClockModel, clockModelOf } from "./clocks.ts";

/** Longest clock file, bytes. */
const MAX_FILE_BYTES = 65_536;
const MAX_SPEC_CHARACTERS = 1000;
/** Of a list, counted from 1. */
const PLACE = /^[1-9]\d{0,2}$/;
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
    value = parseJson(text);
  } catch (error) {
    throw new RangeError(`clock file ${path}: ${messageOf(error)}; ${JSON_REMEDY}`);
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

/**
 * One `KIND.FIELD=VALUE`; FIELD may go deeper: `stuck.atDays.low`. `KIND.2.FIELD` is of the second
 * of that kind only.
 */
function withChange(model: ClockModel, change: string): ClockModel {
  const [path = "", text = "", ...more] = change.split("=");
  const [kind = "", ...words] = path.split(".");
  const which = PLACE.test(words[0] ?? "") ? Number(words[0]) : undefined;
  const fields = which === undefined ? words : words.slice(1);
  if (fields.length === 0 || more.length > 0) {
    throw new RangeError(
      `a change of a clock is KIND.FIELD=VALUE, such as noise.walk=0, not "${change}"`,
    );
  }
  const parts = [...model.terms, ...model.events];
  const alike = parts.filter((part) => part.kind === kind);
  if (alike.length === 0) {
    const kinds = [...new Set(parts.map((part) => part.kind))].join(", ");
    throw new RangeError(`${model.name} has no "${kind}"; it has ${kinds || "nothing"}`);
  }
  const meant = new Set<object>(which === undefined ? alike : alike.slice(which - 1, which));
  if (meant.size === 0) {
    throw new RangeError(`${model.name} has no "${kind}.${which}"; it has ${alike.length} of them`);
  }
  const changed = <T extends { readonly kind: string }>(part: T): T =>
    meant.has(part) ? (changedField(part, fields, text, kind) as T) : part;
  return { ...model, terms: model.terms.map(changed), events: model.events.map(changed) };
}

function changedField(
  part: object,
  [field = "", ...deeper]: readonly string[],
  text: string,
  place: string,
): object {
  const key = Array.isArray(part) && PLACE.test(field) ? String(Number(field) - 1) : field;
  const before: unknown = Object.hasOwn(part, key) ? Reflect.get(part, key) : undefined;
  if (before === undefined || key === "kind" || key === "length") {
    const names = Object.keys(part).filter((name) => name !== "kind");
    const there = Array.isArray(part) ? `1 to ${part.length}` : names.join(", ");
    throw new RangeError(`${place} has no field "${field}"; it has ${there}`);
  }
  const inner = `${place}.${field}`;
  if (typeof before === "object" && before !== null && deeper.length > 0) {
    return replaced(part, key, changedField(before, deeper, text, inner));
  }
  if (typeof before === "object" || deeper.length > 0) {
    throw new RangeError(`${inner} cannot be set by one value; it has fields of its own`);
  }
  if (typeof before === "string") return replaced(part, key, text);
  if (!NUMBER.test(text)) {
    throw new RangeError(`${inner} must be a number, got "${text.slice(0, 40)}"`);
  }
  return replaced(part, key, Number(text));
}

function replaced(part: object, key: string, value: unknown): object {
  return Array.isArray(part) ? part.with(Number(key), value) : { ...part, [key]: value };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
