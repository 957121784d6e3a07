// A route as data: where it is, who may use it, what it takes and gives, and what it does. The
// schemas check requests, type the handler and make the OpenAPI document.

import type { FastifyInstance, HTTPMethods } from "fastify";
import type { ServiceCore } from "../core.ts";
import { PROBLEM, type Schema } from "../schema/answers.ts";
import type { TypeOf } from "../schema/type-of.ts";
import type { Scope } from "../scopes.ts";

/** A body that is no JSON. */
export interface RawAnswer {
  readonly contentType: string;
  readonly bytes: string | Uint8Array;
  /** Proposed to who saves it. */
  readonly fileName?: string;
}

/** What a handler is given. */
export interface RouteInput<P, Q, B> {
  readonly core: ServiceCore;
  readonly params: TypeOf<P>;
  readonly query: TypeOf<Q>;
  readonly body: TypeOf<B>;
  /** When the request was received, microseconds since the Unix epoch: read once. */
  readonly nowUs: number;
  /** The name of the bearer token it came with. */
  readonly by: string | null;
  /** When its client goes away, or the time for an answer is over. */
  readonly signal: AbortSignal;
}

/** @see addRoute */
export interface Route<P, Q, B> {
  readonly method: HTTPMethods & ("GET" | "POST" | "PUT" | "DELETE");
  /** Below the prefix: `/tokens/:id`. */
  readonly path: string;
  readonly scopes: readonly Scope[];
  /** One line of the document. */
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Schema of the answer; absent: RawAnswer. */
  readonly answer?: Schema;
  /** Status of success; default 200. */
  readonly status?: number;
  /** Largest body, bytes; default the service's. */
  readonly bodyBytes?: number;
  /** Whether its requests count for the token's rate. */
  readonly isCode?: boolean;
  run(input: RouteInput<P, Q, B>): Promise<object>;
}

/** Adds a route. */
export function addRoute<const P, const Q, const B>(
  app: FastifyInstance,
  core: ServiceCore,
  route: Route<P, Q, B>,
): void {
  const { status = 200 } = route;
  app.route({
    method: route.method,
    url: route.path,
    config: { scopes: route.scopes, isCode: route.isCode === true },
    ...(route.bodyBytes === undefined ? {} : { bodyLimit: route.bodyBytes }),
    schema: documented(route, status),
    handler: async (request, reply) => {
      const answer = await route.run({
        core,
        params: request.params as TypeOf<P>,
        query: request.query as TypeOf<Q>,
        body: request.body as TypeOf<B>,
        nowUs: core.clock.nowUs(),
        by: request.client?.name ?? null,
        signal: request.signal,
      });
      if (route.answer !== undefined) return reply.code(status).send(answer);
      const { contentType, bytes, fileName } = answer as RawAnswer;
      if (fileName !== undefined) {
        reply.header("content-disposition", `attachment; filename="${fileName}"`);
      }
      return reply
        .code(status)
        .type(contentType)
        .send(Buffer.from(bytes as Uint8Array));
    },
  });
}

function documented<P, Q, B>(route: Route<P, Q, B>, status: number): Schema {
  const { summary, scopes, params, query, body, answer, path } = route;
  const needs = scopes.length === 0 ? "any token" : scopes.join(" and ");
  return {
    summary,
    description: `Needs the scope ${needs}.`,
    tags: [path.split("/")[1] ?? ""],
    security: [{ bearer: [] }],
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    response: { ...(answer === undefined ? {} : { [status]: answer }), default: PROBLEM },
  };
}
