// How often an address may ask, and how often a token's codes may be tried.

import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ServiceLimits } from "./limits.ts";
import { Problem } from "./problem.ts";

const MINUTE_MS = 60_000;
/** Addresses and tokens whose rates are remembered; of more the oldest give way. */
const ENTRIES = 100_000;

type RateCheck = ReturnType<FastifyInstance["createRateLimit"]>;

/** Counts each request by its address, before anything of it is looked at. IPv6: by /64. */
export async function limitClients(app: FastifyInstance, limits: ServiceLimits): Promise<void> {
  await app.register(rateLimit, { global: false, cache: ENTRIES, timeWindow: MINUTE_MS });
  if (limits.clientRequests === 0) return;
  const check = app.createRateLimit({ max: limits.clientRequests });
  app.addHook("onRequest", (request, reply) =>
    count(check, request, reply, "too many requests from this address"),
  );
}

/**
 * Counts codes by the token they are of, whoever sends them, whether there is such a token or
 * not.
 */
export function limitCodes(app: FastifyInstance, { tokenRequests }: ServiceLimits): void {
  if (tokenRequests === 0) return;
  const check = app.createRateLimit({
    max: tokenRequests,
    keyGenerator: (request) => (request.params as { readonly id: number }).id,
  });
  app.addHook("preHandler", async (request, reply) => {
    if (request.routeOptions.config.isCode !== true) return;
    await count(check, request, reply, "too many codes of this token");
  });
}

/** @throws {Problem} 429 */
async function count(
  check: RateCheck,
  request: FastifyRequest,
  reply: FastifyReply,
  message: string,
): Promise<void> {
  const rate = await check(request);
  if (rate.isAllowed || !rate.isExceeded) return;
  reply.header("retry-after", rate.ttlInSeconds);
  throw new Problem(429, "rate", message, `wait ${rate.ttlInSeconds} seconds, then try again`);
}
