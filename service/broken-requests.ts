// Requests that no route sees: bytes that are no HTTP, headers too long, a request that does not
// arrive in time, an URL that cannot be read. Told as every other problem, without quoting them.

import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyReply } from "fastify";
import { Problem, problemBody } from "./problem.ts";

const BROKEN: Readonly<Record<string, Problem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: new Problem(408, "time-out", "the request did not arrive in time"),
  HPE_HEADER_OVERFLOW: new Problem(431, "headers", "the headers are too long", "send fewer"),
};
const NO_HTTP = new Problem(400, "http", "this is no HTTP request");
const NO_URL = new Problem(400, "url", "the URL cannot be read", "encode what is no ASCII");

/** fastify's clientErrorHandler: answers, and ends the connection. */
export function answerBroken(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const problem = BROKEN[error.code ?? ""] ?? NO_HTTP;
  const body = JSON.stringify(problemBody(problem));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "cache-control: no-store",
    "connection: close",
  ];
  if (socket.writable) socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  socket.destroy();
}

/** fastify's frameworkErrors: of an URL that it cannot read. */
export function answerBadUrl(_error: Error, _request: unknown, reply: FastifyReply): void {
  void reply.code(NO_URL.status).header("cache-control", "no-store").send(problemBody(NO_URL));
}
