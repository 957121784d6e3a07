// A result as JSON, under the closed schema result-v1.schema.json, and read back.

import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { JSON_REMEDY, JsonTextError, parseJson } from "../core/wire/json-text.ts";
import schema from "./result-v1.schema.json" with { type: "json" };
import type { BenchResult } from "./run.ts";

/** Longest result read, characters. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

let validate: ValidateFunction<BenchResult> | undefined;

/** The result as JSON text of two-space indent. */
export function resultJson(result: BenchResult): string {
  return `${JSON.stringify({ $schema: schema.$id, ...result }, null, 2)}\n`;
}

/**
 * Reads a saved result.
 *
 * @param what names the text in errors: its file
 * @throws {RangeError} when it is too long, no JSON, of another version, or not as the schema says
 */
export function parseResult(text: string, what: string): BenchResult {
  if (text.length > MAX_CHARACTERS) {
    throw new RangeError(`${what} is longer than ${MAX_CHARACTERS} characters`);
  }
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new RangeError(`${what} is ${error.message}; ${JSON_REMEDY}`);
  }
  validate ??= new Ajv2020({ strict: true }).compile<BenchResult>(schema);
  if (validate(value)) return value;
  const problems = (validate.errors ?? []).map(problemText).join("; ");
  throw new RangeError(`${what} is no result of oathbed bench: ${problems}; make it with --save`);
}

function problemText({ instancePath, message, params }: ErrorObject): string {
  const extra = params.additionalProperty === undefined ? "" : ` (${params.additionalProperty})`;
  return `${instancePath === "" ? "at the top" : `at ${instancePath}`}: ${message ?? ""}${extra}`;
}
