// Whether a config file has its form, told in words: each place and what would be right there.

import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { JSON_REMEDY, JsonTextError, parseJson } from "../../core/wire/json-text.ts";
import { schemaFaultText, schemaPlace } from "../../core/wire/schema-problem.ts";
import { IAM_CONFIG_SCHEMA, type IamConfigFile } from "./config-schema.ts";

const MAX_PROBLEMS = 10;

/** The config cannot be used. The message names the file, the place, and the remedy. */
export class IamConfigError extends Error {
  override readonly name = "IamConfigError";
  /** One line a problem: a JSON pointer, and what would be right. */
  readonly problems: readonly string[];
  constructor(path: string, problems: readonly string[], options?: ErrorOptions) {
    super(`${path}: ${problems.slice(0, MAX_PROBLEMS).join("; ")}`, options);
    this.problems = problems;
  }
}

let validate: ValidateFunction<IamConfigFile> | undefined;

/** What a text holds. @throws {IamConfigError} telling each place that does not fit */
export function fileOf(text: string, path: string): IamConfigFile {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new IamConfigError(path, [`it is ${error.message}`, JSON_REMEDY]);
  }
  validate ??= new Ajv2020({ strict: true, allErrors: true, verbose: true }).compile<IamConfigFile>(
    IAM_CONFIG_SCHEMA,
  );
  if (validate(value)) return value;
  throw new IamConfigError(path, [...new Set((validate.errors ?? []).map(problemText))]);
}

function problemText(error: ErrorObject): string {
  if (error.keyword !== "pattern") return schemaFaultText(error);
  return `${schemaPlace(error)}: give ${lowerFirst(String(error.parentSchema?.description))}`;
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;
}
