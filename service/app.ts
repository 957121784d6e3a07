// The HTTP server of a service before it listens: limits, errors, log, metrics, document, routes.

import swagger from "@fastify/swagger";
import { type FastifyInstance, type FastifyPluginCallback, fastify, LogController } from "fastify";
import type { SchemaFault } from "../core/wire/schema-problem.ts";
import { guard } from "./access.ts";
import { answerBadUrl, answerBroken } from "./broken-requests.ts";
import type { ServiceCore, ServicePlugin } from "./core.ts";
import { type LogOptions, logAnswers, loggerOf } from "./log.ts";
import { openapiInfo } from "./openapi.ts";
import { Problem, problemBody, problemOf } from "./problem.ts";
import { limitClients } from "./rates.ts";
import { addRoutes } from "./routes/all.ts";
import { addMetricsRoute, addOpenRoutes } from "./routes/open.ts";
import { compileSchema, schemaProblem } from "./validation.ts";

/** Certificate and key, PEM. */
export interface TlsFiles {
  readonly cert: string | Uint8Array;
  readonly key: string | Uint8Array;
}

/** @see createApp */
export interface AppOptions {
  readonly log?: LogOptions;
  readonly tls?: TlsFiles;
  readonly plugins?: readonly ServicePlugin[];
}

/** Builds the server of `core`. It does not listen yet. */
export async function createApp(
  core: ServiceCore,
  options: AppOptions = {},
): Promise<FastifyInstance> {
  const app = bareApp(core, options);
  app.decorateRequest("client", null);
  app.setValidatorCompiler(compileSchema);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  // Bodies are JSON or nothing.
  app.removeContentTypeParser("text/plain");
  answerErrors(app);
  addHeaders(app);
  logAnswers(app, core.metrics, options.log);
  await app.register(swagger, { openapi: openapiInfo() });
  await limitClients(app, core.limits);
  addOpenRoutes(app, core);
  await app.register((scope, _options, done) => {
    guard(scope, core.bearers);
    addMetricsRoute(scope, core);
    done();
  });
  const addApi: FastifyPluginCallback = (scope, _options, done) => {
    guard(scope, core.bearers);
    addRoutes(scope, core);
    done();
  };
  await app.register(addApi, { prefix: "/v1" });
  for (const plugin of options.plugins ?? []) await app.register(callbackOf(plugin, core));
  return app;
}

function callbackOf(plugin: ServicePlugin, core: ServiceCore): FastifyPluginCallback {
  return (scope, _options, done) => {
    Promise.resolve()
      .then(() => plugin(scope, core))
      .then(() => done(), done);
  };
}

function bareApp({ limits }: ServiceCore, { log, tls }: AppOptions): FastifyInstance {
  const common = {
    logger: loggerOf(log) ?? false,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    clientErrorHandler: answerBroken,
    frameworkErrors: answerBadUrl,
    connectionTimeout: limits.answerMs + limits.requestMs,
    keepAliveTimeout: 72_000,
    handlerTimeout: limits.answerMs,
    forceCloseConnections: "idle",
    return503OnClosing: true,
    exposeHeadRoutes: false,
  } as const;
  // Node looks for late requests each 30 s only, unless it is told; and where headers may take
  // longer than a request it takes the one bound for the other.
  const arrival = {
    headersTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.ceil(limits.requestMs / 10),
  };
  if (tls === undefined) return fastify({ ...common, http: arrival });
  const { cert, key } = tls;
  const https = {
    cert: bytesOf(cert),
    key: bytesOf(key),
    minVersion: "TLSv1.2",
    ...arrival,
  } as const;
  // The same but for its sockets, which no handler touches.
  return fastify({ ...common, https }) as unknown as FastifyInstance;
}

function bytesOf(pem: string | Uint8Array): Buffer {
  return typeof pem === "string" ? Buffer.from(pem) : Buffer.from(pem);
}

function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler(() => {
    throw new Problem(404, "no-route", "there is nothing here", "GET /openapi.json lists it all");
  });
  app.setErrorHandler((error, request, reply) => {
    const known = validationProblem(error) ?? problemOf(error);
    if (known === null || known.status >= 500) {
      const { name, message, stack } = error as Error;
      request.log.error({ name, message, stack }, "a request failed");
    }
    const problem =
      known ?? new Problem(500, "internal", "a mistake of the service's", "see its log");
    reply.header("cache-control", "no-store");
    return reply.code(problem.status).send(problemBody(problem));
  });
}

/** fastify hands over what ajv found as properties of the error. */
function validationProblem(error: unknown): Problem | null {
  if (typeof error !== "object" || error === null || !("validation" in error)) return null;
  const { validation, validationContext } = error as {
    readonly validation: readonly SchemaFault[];
    readonly validationContext?: string;
  };
  return schemaProblem(validation, validationContext ?? "request");
}

function addHeaders(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onSend", async (_request, reply) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    reply.header("x-content-type-options", "nosniff");
    // Else the end would wait for connections that are kept for the next request.
    if (isClosing) reply.header("connection", "close");
  });
}
