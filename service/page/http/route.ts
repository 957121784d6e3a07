// A route of the page's API as data, typed by the contract: what its schema lets through is what
// the contract promises, and what it answers too.

import type { TypeOf } from "../../schema/type-of.ts";
import type { Visit } from "../console.ts";
import type { AnswerOf, GivenOf, RouteKey } from "../contract.ts";

/** A route with its types forgotten. */
export interface PageRoute {
  readonly method: "GET" | "POST";
  /** Below the prefix. */
  readonly path: string;
  /** JSON Schema of the body or the query. */
  readonly schema: object;
  run(visit: Visit, given: unknown): Promise<object>;
}

/** A route of the contract. The compiler refuses a schema that lets through anything else. */
export function route<K extends RouteKey, const S extends object>(
  key: K,
  schema: TypeOf<S> extends GivenOf<K> ? S : never,
  run: (visit: Visit, given: GivenOf<K>) => Promise<AnswerOf<K>>,
): PageRoute {
  const [method, path] = key.split(" ") as ["GET" | "POST", string];
  return { method, path, schema, run: (visit, given) => run(visit, given as GivenOf<K>) };
}
