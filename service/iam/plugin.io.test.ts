// The endpoint over HTTP: bodies as they came, sizes, what is not served.

import { sign } from "aws4";
import { type FastifyInstance, fastify } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAX_BODY_BYTES } from "./endpoint.ts";
import { iamPlugin } from "./plugin.ts";
import { ADMIN, Bench, type Keys } from "./testing/bench.ts";

let bench: Bench;
let app: FastifyInstance;
let url: URL;
beforeEach(async () => {
  bench = await Bench.open();
  app = fastify();
  const clock = { nowUs: () => bench.nowUs };
  await app.register(iamPlugin, { endpoint: bench.iam.endpoint, clock });
  url = new URL(await app.listen({ port: 0, host: "127.0.0.1" }));
});
afterEach(async () => {
  await app.close();
  await bench[Symbol.asyncDispose]();
});

/** Signs and sends; `fetch` adds the Host header as it was signed. */
async function post(who: Keys, body: string, headers: Record<string, string> = {}) {
  const date = new Date(bench.nowUs / 1000).toISOString().replace(/[-:]|\.\d+/g, "");
  const common = { host: url.host, method: "POST", path: "/", service: "iam", body };
  const given = { Host: url.host, "X-Amz-Date": date, ...headers };
  const signed = sign({ ...common, region: "us-east-1", headers: given }, who);
  const { Host: _, "Content-Length": __, ...rest } = (signed.headers ?? {}) as typeof headers;
  return fetch(url, { method: "POST", body, headers: rest });
}

describe("the endpoint over HTTP", () => {
  it("answers XML with the request's id in a header", async () => {
    const answer = await post(ADMIN, "Action=ListUsers&Version=2010-05-08");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^text\/xml/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const id = answer.headers.get("x-amzn-requestid") ?? "none";
    expect(await answer.text()).toContain(`<RequestId>${id}</RequestId>`);
  });

  it.each(["+", "%20"])("takes a space as %s, the body hashed as it came", async (space) => {
    const tag = `Tags.member.1.Key=k&Tags.member.1.Value=two${space}words`;
    const user = `Action=CreateUser&Version=2010-05-08&UserName=dave&${tag}`;
    const answer = await post(ADMIN, user);
    expect(await answer.text()).toContain("<Value>two words</Value>");
  });

  it("takes any content type: it is signed, not believed", async () => {
    const body = "Action=ListUsers&Version=2010-05-08";
    const answer = await post(ADMIN, body, { "Content-Type": "application/json" });
    expect(answer.status).toBe(200);
  });

  it("refuses a body over the limit, without reading on", async () => {
    const body = "a".repeat(MAX_BODY_BYTES + 1);
    const answer = await post(ADMIN, body);
    expect(answer.status).toBe(413);
    expect(await answer.text()).toContain("<Code>RequestEntityTooLarge</Code>");
  });

  it("answers an empty, unsigned request with a fault in XML", async () => {
    const answer = await fetch(url, { method: "POST" });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("<Code>MissingAuthenticationToken</Code>");
  });
});
