// What the service logs: JSON lines, one a request, made of the route's pattern and never of what
// was sent. Bodies, headers and queries do not come near it; redaction is the second fence.

import type { FastifyInstance, FastifyServerOptions } from "fastify";
import type { ServiceMetrics } from "./metrics.ts";

/** @see LOG_LEVELS */
export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

/** From nothing to everything. */
export const LOG_LEVELS: readonly LogLevel[] = ["silent", "error", "warn", "info", "debug"];

/** Where log lines go. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Takes a line, LF included. */
  readonly write: (line: string) => void;
}

const SECRETS = ["secret", "code", "codes", "otpauth", "passphrase", "keyHex", "token", "tokens"];
const HIDDEN: readonly string[] = [
  ...SECRETS,
  ...SECRETS.map((name) => `*.${name}`),
  "*.headers",
  "*.body",
  "*.query",
];

/** fastify's logger for these options. */
export function loggerOf(log: LogOptions | undefined): FastifyServerOptions["logger"] {
  if (log === undefined || log.level === "silent") return false;
  return {
    level: log.level,
    stream: { write: (line: string) => log.write(line) },
    base: { name: "oathbed" },
    redact: { paths: [...HIDDEN], censor: "[hidden]" },
    serializers: {
      req: ({ method, routeOptions }) => ({ method, route: routeOptions?.url ?? "none" }),
      res: ({ statusCode }) => ({ statusCode }),
    },
  };
}

/** A line and a count for each answer. */
export function logAnswers(
  app: FastifyInstance,
  metrics: ServiceMetrics,
  log: LogOptions | undefined,
): void {
  const isLogged = log?.level === "info" || log?.level === "debug";
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    const { statusCode: status } = reply;
    metrics.answered(request.method, route, status, reply.elapsedTime / 1000);
    if (!isLogged) return;
    const { id } = (request.params ?? {}) as { readonly id?: unknown };
    const subject = typeof id === "number" ? { id } : {};
    request.log.info(
      {
        method: request.method,
        route,
        ...subject,
        status,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        client: request.client?.name ?? null,
      },
      "answered",
    );
  });
}
