// JSON under a closed schema: parsed within a size, checked by ajv, errors naming the place.

import { Ajv2020, type AnySchemaObject, type ValidateFunction } from "ajv/dist/2020.js";
import { JSON_REMEDY, JsonTextError, parseJson } from "../core/wire/json-text.ts";
import { schemaFaultText } from "../core/wire/schema-problem.ts";

const MAX_PROBLEMS = 5;

/** A text is not what its schema asks for. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
  /** One line a problem: a JSON pointer and what is wrong there. */
  readonly problems: readonly string[];
  constructor(what: string, problems: readonly string[]) {
    super(`${what}: ${problems.join("; ")}`);
    this.problems = problems;
  }
}

/** Checks values against one schema; compiled at the first use (30 ms). */
export class SchemaCheck<T> {
  readonly #schema: AnySchemaObject;
  #validate: ValidateFunction<T> | undefined;

  constructor(schema: AnySchemaObject) {
    this.#schema = schema;
  }

  /** `value`, typed. @param what names it in the error @throws {SchemaError} */
  check(value: unknown, what: string): T {
    this.#validate ??= new Ajv2020({ allErrors: false, strict: true }).compile<T>(this.#schema);
    const validate = this.#validate;
    if (validate(value)) return value;
    throw new SchemaError(
      what,
      (validate.errors ?? []).slice(0, MAX_PROBLEMS).map(schemaFaultText),
    );
  }

  /**
   * The value in a JSON text.
   *
   * @param what names the text in errors: a file
   * @param maxCharacters longest text taken
   * @throws {SchemaError} when it is too long, not JSON, or not what the schema says
   */
  parse(text: string, what: string, maxCharacters: number): T {
    if (text.length > maxCharacters) {
      throw new SchemaError(what, [`longer than ${maxCharacters} characters`]);
    }
    return this.check(jsonOf(text, what), what);
  }
}

function jsonOf(text: string, what: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new SchemaError(what, [error.message, JSON_REMEDY]);
  }
}
