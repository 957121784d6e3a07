// The page and its API as a fastify plugin. Every answer has the security headers; every request of
// the API is checked in this order: host, rate, origin, csrf, session, schema, permission.

import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from "fastify";
import { IamFault } from "../../iam/fault.ts";
import { problemOf } from "../../problem.ts";
import type { PageAssets } from "../assets.ts";
import { type Console, foundOf, type Visit } from "../console.ts";
import type { MessageId } from "../contract.ts";
import { PageRefusal } from "../refusal.ts";
import { addAssets } from "./assets.ts";
import { cookieHeader, readCookie } from "./cookie.ts";
import { securityHeaders } from "./headers.ts";
import { assertHost, assertSameOrigin } from "./origin.ts";
import type { PageRoute } from "./route.ts";
import { ROUTES } from "./routes.ts";

/** @see pagePlugin */
export interface PagePluginOptions {
  readonly console: Console;
  /** Null: the API alone. */
  readonly assets: PageAssets | null;
  /** Whether it listens for this computer only. */
  readonly isLocal: boolean;
  readonly isTls: boolean;
  /** Requests a minute from one address; 0: no limit. */
  readonly clientRequests: number;
}

/** Where the API is. */
export const API_PREFIX = "/console/api";
/** Largest body, bytes. */
const BODY_BYTES = 16_384;

/** `app.register(pagePlugin, options)`. */
export function pagePlugin(
  app: FastifyInstance,
  options: PagePluginOptions,
  done: () => void,
): void {
  const headers = securityHeaders(options.isTls && !options.isLocal);
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(headers);
  });
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply));
  app.addHook("onRequest", async (request) => assertHost(request, options.isLocal));
  if (options.assets !== null) addAssets(app, options.assets);
  const addApi: FastifyPluginCallback = (api, _options, added) => {
    limitRate(api, options.clientRequests);
    api.setNotFoundHandler(() => {
      throw new PageRefusal("not-found");
    });
    for (const route of ROUTES) addRoute(api, route, options);
    added();
  };
  app.register(addApi, { prefix: API_PREFIX });
  done();
}

function limitRate(api: FastifyInstance, clientRequests: number): void {
  if (clientRequests === 0) return;
  const check = api.createRateLimit({ max: clientRequests });
  api.addHook("onRequest", async (request) => {
    const rate = await check(request);
    if (rate.isAllowed || !rate.isExceeded) return;
    throw new PageRefusal("too-many-requests", { retryAfterUs: rate.ttlInSeconds * 1_000_000 });
  });
}

function addRoute(api: FastifyInstance, route: PageRoute, options: PagePluginOptions): void {
  const { method, path: url, schema, run } = route;
  const { console, isTls } = options;
  const isUnsafe = method === "POST";
  api.route({
    method,
    url,
    bodyLimit: BODY_BYTES,
    schema: { hide: true, ...(isUnsafe ? { body: schema } : { querystring: schema }) },
    onRequest: async (request) => {
      if (isUnsafe) assertSameOrigin(request);
      const cookie = readCookie(request.headers.cookie, isTls);
      if (isUnsafe) assertCsrf(request, console, cookie);
    },
    handler: async (request, reply) => {
      const cookie = readCookie(request.headers.cookie, isTls);
      reply.header("cache-control", "no-store");
      const visit = visitOf(console, cookie, request.ip, !url.startsWith("/lab/"));
      await console.iam.endpoint.devices.expire(visit.moment);
      const answer = await run(visit, isUnsafe ? request.body : request.query);
      if (visit.cookie !== cookie) reply.header("set-cookie", cookieHeader(visit.cookie, isTls));
      return reply.send(answer);
    },
  });
}

/** A client without a cookie has asked for no session yet, and so has no csrf value. */
function assertCsrf(
  { headers }: FastifyRequest,
  { sessions }: Console,
  cookie: string | null,
): void {
  const given = headers["x-oathbed-csrf"];
  if (cookie !== null && typeof given === "string" && sessions.isCsrf(cookie, given)) return;
  throw new PageRefusal("csrf-refused");
}

/** @param isUse the token panel asks by itself, whether a person is there or not */
function visitOf(console: Console, cookie: string | null, address: string, isUse: boolean): Visit {
  const { clock, codeClock, sessions } = console;
  const atUs = clock.monotonicUs();
  const moment = { nowUs: clock.nowUs(), codesAtUs: codeClock.nowUs() };
  const found = foundOf(console, cookie, atUs, isUse);
  return { console, moment, atUs, address, found, cookie: cookie ?? sessions.visitor() };
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (refusal.status >= 500) {
    const { name, message, stack } = (refusal.cause ?? error) as Error;
    request.log.error({ name, message, stack }, "a request of the page failed");
  }
  const { retryAfterSeconds } = refusal.body.error;
  if (retryAfterSeconds !== undefined) reply.header("retry-after", retryAfterSeconds);
  return reply.code(refusal.status).header("cache-control", "no-store").send(refusal.body);
}

function refusalOf(cause: unknown): PageRefusal {
  if (cause instanceof PageRefusal) return cause;
  const invalid = validationRefusal(cause);
  if (invalid !== null) return invalid;
  if (cause instanceof IamFault) {
    return new PageRefusal(
      cause.status === 503 || cause.code === "Throttling" ? "busy" : "internal",
      {
        cause,
      },
    );
  }
  return new PageRefusal(idOf(problemOf(cause)?.status ?? 500), { cause });
}

/** fastify hands over what ajv found as properties of the error. */
function validationRefusal(error: unknown): PageRefusal | null {
  if (typeof error !== "object" || error === null || !("validation" in error)) return null;
  const faults = error.validation as readonly {
    readonly keyword: string;
    readonly instancePath: string;
    readonly params: Readonly<Record<string, unknown>>;
  }[];
  // Of alternatives it is not known which was meant.
  if (faults.some(({ keyword }) => keyword === "oneOf")) return new PageRefusal("request-invalid");
  const [fault] = faults;
  // Names of unknown fields may be anything; those of the schema are ours.
  const missing = fault?.params.missingProperty;
  const field = fault?.instancePath.slice(1) || (typeof missing === "string" ? missing : "");
  return new PageRefusal("request-invalid", field === "" ? {} : { field });
}

function idOf(status: number): MessageId {
  if (status === 413) return "request-too-large";
  if (status === 429) return "too-many-requests";
  if (status === 503) return "busy";
  return status < 500 ? "request-invalid" : "internal";
}
