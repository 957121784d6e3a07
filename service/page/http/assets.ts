// The files of the page, each at its own path and nowhere else.

import type { FastifyInstance } from "fastify";
import type { PageAssets } from "../assets.ts";

/** Adds a route for each file; `index.html` is "/". */
export function addAssets(app: FastifyInstance, assets: PageAssets): void {
  for (const [path, asset] of assets) {
    const url = path === "index.html" ? "/" : `/${path}`;
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const { contentType, body, gzip, cacheControl } = asset;
      const isSmall = gzip !== null && takesGzip(request.headers["accept-encoding"]);
      reply.header("cache-control", cacheControl).type(contentType);
      if (gzip !== null) reply.header("vary", "accept-encoding");
      if (isSmall) reply.header("content-encoding", "gzip");
      return reply.send(isSmall ? gzip : body);
    });
  }
}

/** @see PageAsset.gzip */
export function takesGzip(accepted: string | undefined): boolean {
  return (accepted ?? "")
    .split(",")
    .some((one) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(one));
}
