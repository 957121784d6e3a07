// The endpoint as a fastify plugin: POST / with a raw body. The signature covers the bytes as they
// came, so nothing here parses them; and it covers the Host header: no proxy may rewrite that.

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../../core/time/clock.ts";
import { type EndpointAnswer, type IamEndpoint, MAX_BODY_BYTES } from "./endpoint.ts";

/** @see iamPlugin */
export interface IamPluginOptions {
  readonly endpoint: IamEndpoint;
  /** By which signatures and sessions are judged: the time of day. */
  readonly clock: Pick<Clock, "nowUs">;
  /** By which codes are judged; default the same. Tests move it alone. */
  readonly codeClock?: Pick<Clock, "nowUs">;
}

/** `app.register(iamPlugin, { endpoint, clock })`. */
export function iamPlugin(app: FastifyInstance, options: IamPluginOptions, done: () => void): void {
  const { endpoint, clock, codeClock = clock } = options;
  app.removeAllContentTypeParsers();
  const parser = { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES } as const;
  app.addContentTypeParser("*", parser, (_request, body, parsed) => parsed(null, body));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error.code !== "FST_ERR_CTP_BODY_TOO_LARGE") throw error;
    return send(reply, endpoint.tooLarge());
  });
  app.post("/", { bodyLimit: MAX_BODY_BYTES }, async (request: FastifyRequest, reply) => {
    const [path = "/", ...query] = request.raw.url?.split("?") ?? [];
    const { body, method, headers } = request;
    const bytes = body instanceof Uint8Array ? body : new Uint8Array(0);
    const moment = { nowUs: clock.nowUs(), codesAtUs: codeClock.nowUs() };
    const given = { method, path, query: query.join("?"), headers, body: bytes };
    return send(reply, await endpoint.handle(given, moment));
  });
  done();
}

function send(reply: FastifyReply, { status, headers, body }: EndpointAnswer): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}
