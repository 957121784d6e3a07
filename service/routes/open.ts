// Routes for those who watch the service and for those who learn to use it.

import type { FastifyInstance } from "fastify";
import type { ServiceCore } from "../core.ts";
import { Problem } from "../problem.ts";
import { OBJECT } from "../schema/answers.ts";

/** Without a token: whether it lives, whether it can work, and what it can do. */
export function addOpenRoutes(app: FastifyInstance, core: ServiceCore): void {
  app.get(
    "/healthz",
    { schema: { summary: "Whether the process answers.", response: { 200: OBJECT } } },
    async () => ({ status: "ok" }),
  );
  app.get(
    "/readyz",
    { schema: { summary: "Whether the store answers.", response: { 200: OBJECT } } },
    async (request) => {
      try {
        await core.store.statistics();
      } catch (error) {
        request.log.warn({ message: (error as Error).message }, "the store does not answer");
        throw new Problem(503, "store", "the store does not answer", "see the service's log");
      }
      return { status: "ready", store: core.store.name, hostClock: core.hostClock };
    },
  );
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
}

/** For Prometheus. */
export function addMetricsRoute(app: FastifyInstance, core: ServiceCore): void {
  const summary = "Metrics, in Prometheus' text format. Needs the scope read.";
  app.get(
    "/metrics",
    { config: { scopes: ["read"] }, schema: { summary, security: [{ bearer: [] }] } },
    async (_request, reply) => reply.type(core.metrics.contentType).send(await core.metrics.text()),
  );
}
