// Every route below /v1.

import type { FastifyInstance } from "fastify";
import type { ServiceCore } from "../core.ts";
import { Problem } from "../problem.ts";
import { addCodeRoutes, addOperatorCodeRoutes } from "./codes.ts";
import { addRecordRoutes } from "./records.ts";
import { addTestRoutes } from "./test-clock.ts";
import { addAdminRoutes, addTokenRoutes } from "./tokens.ts";
import { addTransferRoutes } from "./transfer.ts";

const MINUTE_MS = 60_000;
/** Tokens whose rates are remembered; of more the oldest give way. */
const RATE_ENTRIES = 100_000;

/** Adds them. The bearer tokens of `core` guard `app` already. */
export function addRoutes(app: FastifyInstance, core: ServiceCore): void {
  limitCodes(app, core);
  addCodeRoutes(app, core);
  addOperatorCodeRoutes(app, core);
  addTokenRoutes(app, core);
  addAdminRoutes(app, core);
  addRecordRoutes(app, core);
  addTransferRoutes(app, core);
  if (core.testClock !== null) addTestRoutes(app, core, core.testClock);
}

/** Codes of one token in a minute, whoever sends them, whether there is such a token or not. */
function limitCodes(app: FastifyInstance, { limits: { tokenRequests } }: ServiceCore): void {
  if (tokenRequests === 0) return;
  const limit = app.rateLimit({
    max: tokenRequests,
    timeWindow: MINUTE_MS,
    cache: RATE_ENTRIES,
    keyGenerator: (request) => (request.params as { readonly id: number }).id,
    errorResponseBuilder: () =>
      new Problem(429, "rate", "too many codes of this token", "wait, then try again"),
  });
  app.addHook("preHandler", async function (request, reply) {
    if (request.routeOptions.config.isCode === true) await limit.call(this, request, reply);
  });
}
