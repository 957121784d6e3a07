// Whether a request comes from the page itself: no other site may send one for the person who is
// signed in, and no other host name may stand for this computer (DNS rebinding).

import type { FastifyRequest } from "fastify";
import { PageRefusal } from "../refusal.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** Whether an address to listen on is this computer's own. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host);
}

/** A server for this computer only answers to its names only. @throws {PageRefusal} */
export function assertHost({ headers }: FastifyRequest, isLocal: boolean): void {
  if (isLocal && !LOOPBACK.test(headers.host ?? "")) throw new PageRefusal("origin-refused");
}

/**
 * Browsers send Origin with every unsafe request. It must be the origin the request was sent to.
 *
 * @throws {PageRefusal} origin-refused
 */
export function assertSameOrigin({ headers, protocol }: FastifyRequest): void {
  const own = `${protocol}://${headers.host ?? ""}`.toLowerCase();
  const site = headers["sec-fetch-site"];
  const isSame = headers.origin?.toLowerCase() === own;
  if (isSame && (site === undefined || site === "same-origin")) return;
  throw new PageRefusal("origin-refused");
}
