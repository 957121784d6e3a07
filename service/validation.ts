// Checks requests against their schemas. Bodies are taken as they are: a number is no text, so a
// code without its leading zeros is refused, not guessed. Query and path are texts, read as numbers
// where a schema says so. Compiled once a schema, however many services a process starts.

import { Ajv, type ValidateFunction } from "ajv";
import type { FastifySchemaCompiler } from "fastify";
import type { SchemaFault } from "../core/wire/schema-problem.ts";
import { Problem } from "./problem.ts";

const BODIES = new Ajv({ coerceTypes: false, removeAdditional: false, useDefaults: false });
const TEXTS = new Ajv({ coerceTypes: true, removeAdditional: false, useDefaults: false });
const compiled = new WeakMap<object, ValidateFunction>();

/** For fastify. */
export const compileSchema: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const validate = (httpPart === "body" ? BODIES : TEXTS).compile(schema);
  compiled.set(schema, validate);
  return validate;
};

/** The problem with a request: which field, and what would be right; never a value. */
export function schemaProblem(faults: readonly SchemaFault[], part: string): Problem {
  const [fault] = faults;
  if (fault === undefined) return new Problem(400, "request", `${part} is not as documented`);
  const place = `${part}${fault.instancePath.replaceAll("/", ".")}`;
  const hint = "GET /openapi.json tells what is taken";
  // The name of an unknown property may be anything, a secret too.
  if (fault.keyword === "additionalProperties") {
    return new Problem(400, "request", `${place} has a field that is not known`, hint);
  }
  const among = Array.isArray(fault.params.allowedValues)
    ? `: ${fault.params.allowedValues.map(String).join(", ")}`
    : "";
  return new Problem(400, "request", `${place} ${fault.message ?? "is wrong"}${among}`, hint);
}
