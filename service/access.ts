// Who may use a route: a route names the scopes it needs, and one that names none is refused.

import type { FastifyInstance, FastifyRequest } from "fastify";
import type { BearerTokens, Client } from "./bearer-tokens.ts";
import { Problem } from "./problem.ts";
import type { Scope } from "./scopes.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Scopes a client needs, all of them. */
    scopes?: readonly Scope[];
    /** Whether its requests count for the rate of the token they name. */
    isCode?: boolean;
  }
  interface FastifyRequest {
    /** Whose bearer token it came with; null before that is known. */
    client: Client | null;
  }
}

/** Guards all routes of `app` that are added to it from now on. */
export function guard(app: FastifyInstance, bearers: BearerTokens): void {
  app.addHook("onRequest", async (request, reply) => {
    const client = bearers.clientOf(request.headers.authorization);
    if (client === null) {
      reply.header("www-authenticate", 'Bearer realm="oathbed"');
      const hint = "send Authorization: Bearer TOKEN, with a token of the service's file";
      throw new Problem(401, "unauthenticated", "no bearer token, or one that is not known", hint);
    }
    request.client = client;
    assertScopes(request, client);
  });
}

function assertScopes(request: FastifyRequest, client: Client): void {
  if (request.is404) return;
  const { scopes } = request.routeOptions.config;
  const missing = scopes === undefined ? ["one"] : scopes.filter((one) => !client.scopes.has(one));
  if (missing.length === 0) return;
  const text = `this token has not the scope ${missing.join(", ")}`;
  throw new Problem(403, "forbidden", text, "use a token that has it");
}
