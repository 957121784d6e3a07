// Limits, rates, TLS, draining and a store that fails.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { policyOf } from "../verifier/policy.ts";
import { MemoryStore } from "../verifier/stores/memory.ts";
import { type Store, StoreError } from "../verifier/stores/store.ts";
import { BearerTokens } from "./bearer-tokens.ts";
import { startService } from "./server.ts";
import { serviceBench } from "./testing/bench.ts";

test("which engine computes codes is logged at the start, and why that one", async () => {
  await using bench = await serviceBench();
  const line = bench.log.find((text) => text.includes("the engine that computes codes"));
  expect(JSON.parse(line ?? "{}")).toMatchObject({
    engine: "simd",
    reason: "WebAssembly SIMD loads here and passes its self-test",
  });
});

/** Sends bytes as they are; what came back until the service ended the connection. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text) => {
    answer += text;
  });
  socket.write(bytes);
  await once(socket, "close");
  return answer;
}

describe("sizes and rates", () => {
  test("a body above its limit is refused, but for imports, which have their own", async () => {
    await using bench = await serviceBench({ limits: { bodyBytes: 1000, importBytes: 5000 } });
    const pad = "x".repeat(2000);
    const large = await bench.ask("POST", "/v1/tokens", { label: pad });
    expect(large).toMatchObject({ status: 413, body: { error: { code: "too-large" } } });
    expect((await bench.ask("POST", "/v1/import", { text: pad })).status).toBe(422);
    const file = await bench.ask("POST", "/v1/import", { text: pad.repeat(3) });
    expect(file.status).toBe(413);
  });

  test("a body that is no JSON is refused, and not quoted", async () => {
    await using bench = await serviceBench();
    const answer = await fetch(`${bench.service.url}/v1/tokens`, {
      method: "POST",
      headers: { authorization: `Bearer ${bench.token}`, "content-type": "text/plain" },
      body: "JBSWY3DPEHPK3PXP",
    });
    expect(answer.status).toBe(415);
    expect(await answer.text()).not.toContain("JBSWY3DP");
  });

  test.each([
    ["its headers", "POST /v1/tokens HTTP/1.1\r\nHo"],
    ["its body", "POST /v1/tokens HTTP/1.1\r\nhost: a\r\nAUTH\r\ncontent-length: 9\r\n\r\n{"],
  ])("a request that keeps back %s is ended in time", async (_what, bytes) => {
    await using bench = await serviceBench({ limits: { requestMs: 100 } });
    const bearer = `content-type: application/json\r\nauthorization: Bearer ${bench.token}`;
    const answer = await exchange(bench.service.port, bytes.replace("AUTH", bearer));
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  test.each([
    ["no HTTP", "HELO there\r\n\r\n", 400, "http"],
    [
      "a header line that ends early",
      "GET / HTTP/1.1\r\nhost: a\r\nx: a\nset-cookie: b=c\r\n\r\n",
      400,
      "http",
    ],
    ["a length below 0", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n", 400, "http"],
    ["a header of 20 KB", `GET / HTTP/1.1\r\nx: ${"a".repeat(20_000)}\r\n\r\n`, 431, "headers"],
    [
      "an URL that is none",
      "GET /%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
      400,
      "url",
    ],
  ])("%s is told as any problem, and not quoted", async (_what, bytes, status, code) => {
    await using bench = await serviceBench();
    const [head = "", body = ""] = (await exchange(bench.service.port, bytes)).split("\r\n\r\n");
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(JSON.parse(body)).toMatchObject({ error: { code } });
    expect(body).not.toMatch(/zz|set-cookie|HELO/);
  });

  test("codes of one token are limited by the minute, those of others not", async () => {
    await using bench = await serviceBench({ limits: { tokenRequests: 3 } });
    const submit = (id: number): Promise<number> =>
      bench.ask("POST", `/v1/tokens/${id}/verify`, { code: "1" }).then(({ status }) => status);
    for (let tries = 0; tries < 3; tries++) expect(await submit(7)).toBe(200);
    expect(await submit(7)).toBe(429);
    expect(await submit(8)).toBe(200);
    const listed = await bench.ask("GET", "/v1/tokens/7");
    expect(listed.status).toBe(404);
  });

  test("an address is limited, whatever it asks, before its token is looked at", async () => {
    await using bench = await serviceBench({ limits: { clientRequests: 2 } });
    const statuses: number[] = [];
    for (let tries = 0; tries < 4; tries++) {
      statuses.push((await bench.ask("GET", "/v1/users", undefined, "")).status);
    }
    expect(statuses).toEqual([401, 401, 429, 429]);
    const limited = await bench.ask("GET", "/v1/users");
    expect(limited.body.error.code).toBe("rate");
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("limits out of range are named", async () => {
    await expect(serviceBench({ limits: { bodyBytes: 0 } })).rejects.toThrow("limit bodyBytes");
  });
});

/** A store in memory whose writes of decisions go through `before`. */
function storeWith(before: () => Promise<void>): Store {
  const store = new MemoryStore();
  return {
    name: store.name,
    durability: store.durability,
    insert: (token, audit) => store.insert(token, audit),
    importMany: (tokens) => store.importMany(tokens),
    replace: (retired, token, audit) => store.replace(retired, token, audit),
    load: (id) => store.load(id),
    loadMany: (ids) => store.loadMany(ids),
    find: (label) => store.find(label),
    list: () => store.list(),
    listPage: (afterId, limit) => store.listPage(afterId, limit),
    listOf: (user) => store.listOf(user),
    swap: (...words) => before().then(() => store.swap(...words)),
    audit: (row) => before().then(() => store.audit(row)),
    bury: (...words) => store.bury(...words),
    writeMany: (writes) => before().then(() => store.writeMany(writes)),
    auditOf: (id, limit) => store.auditOf(id, limit),
    auditPage: (query) => store.auditPage(query),
    statistics: () => store.statistics(),
    rotateKey: () => store.rotateKey(),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

test("closing answers what is in flight, then refuses", async () => {
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const store = storeWith(() => {
    started.resolve();
    return gate.promise;
  });
  await using bench = await serviceBench({ store });
  const made = { label: "h", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
  await bench.ask("POST", "/v1/tokens", { ...made, parameters: { kind: "hotp" } });
  const asking = bench.ask("POST", "/v1/tokens/1/enroll", { codes: ["755224", "287082"] });
  await started.promise;
  let isClosed = false;
  const closing = bench.service.close().then(() => {
    isClosed = true;
  });
  await expect(bench.ask("GET", "/healthz")).rejects.toThrow();
  expect(isClosed).toBe(false);
  gate.resolve();
  expect((await asking).body).toEqual({ accepted: true });
  await closing;
});

test("a request that never ends does not hold up the end", async () => {
  await using bench = await serviceBench({ limits: { drainMs: 50 } });
  const socket = connect(bench.service.port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  const head = `POST /v1/tokens HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${bench.token}\r\n`;
  await new Promise<void>((resolve) => {
    socket.write(`${head}content-type: application/json\r\ncontent-length: 99\r\n\r\n{`, () =>
      resolve(),
    );
  });
  await bench.ask("GET", "/healthz"); // so that the server has seen the other one
  await bench.service.close();
});

test("a code that cannot be stored is not accepted: 503, and the place stays in the log", async () => {
  const hint = "free some at /secret/place";
  const full = (): Promise<never> =>
    Promise.reject(new StoreError("full", "/secret/place is full", hint));
  await using bench = await serviceBench({ store: storeWith(full) });
  const made = { label: "h", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
  await bench.ask("POST", "/v1/tokens", { ...made, parameters: { kind: "hotp" } });
  const failed = await bench.ask("POST", "/v1/tokens/1/enroll", { codes: ["755224", "287082"] });
  expect(failed).toMatchObject({ status: 503, body: { error: { code: "store-full" } } });
  expect(failed.text).not.toContain("place");
  expect(bench.log.join("")).toContain("/secret/place is full");
});

test("is not ready when its store is closed", async () => {
  const store = new MemoryStore();
  await using bench = await serviceBench({ store });
  await store.close();
  expect((await bench.ask("GET", "/readyz")).status).toBe(503);
  expect((await bench.ask("GET", "/healthz")).status).toBe(200);
});

test("refused codes are answered after even times, known token or not", async () => {
  await using bench = await serviceBench({ limits: { refusalMs: 40 } });
  await bench.ask("POST", "/v1/tokens", { label: "t" });
  for (const id of [1, 999]) {
    const before = performance.now();
    await bench.ask("POST", `/v1/tokens/${id}/verify`, { code: "000000" });
    expect(performance.now() - before).toBeGreaterThan(38);
  }
});

test("outside of test mode nobody sets the clock", async () => {
  await using bench = await serviceBench({ testMode: false });
  const { status } = await bench.ask("PUT", "/v1/test/clock", { mode: "real" });
  expect(status).toBe(404);
});

test("warns of clear text and test mode on a public address, and of a clock nobody keeps", async () => {
  await using bench = await serviceBench({ host: "0.0.0.0", hostClock: "unsynchronized" });
  expect(bench.service.warnings.join("\n")).toMatch(/in clear to 0\.0\.0\.0/);
  expect(bench.service.warnings.join("\n")).toMatch(/test mode on 0\.0\.0\.0/);
  expect(bench.service.warnings.join("\n")).toMatch(/no time server/);
});

test("speaks TLS with the certificate that it is given", async () => {
  const folder = mkdtempSync(join(tmpdir(), "oathbed-tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const files = ["-nodes", "-days", "1", "-keyout", key, "-out", cert];
  execFileSync("openssl", [...words, ...files, ...subject], { stdio: "ignore", timeout: 20_000 });
  const { tokens: bearers } = BearerTokens.draw();
  await using service = await startService({
    store: new MemoryStore(),
    policy: policyOf("rfc6238"),
    bearers,
    tls: { cert: readFileSync(cert), key: readFileSync(key) },
    hostClock: "unknown",
  });
  expect(service.url).toMatch(/^https:/);
  const status = await new Promise((resolve, reject) => {
    const asking = httpsRequest(`${service.url}/healthz`, { ca: readFileSync(cert), agent: false });
    asking.on("response", (response) => resolve(response.resume().statusCode));
    asking.on("error", reject);
    asking.end();
  });
  expect(status).toBe(200);
});

test("plugins add routes of their own, which they guard themselves", async () => {
  await using bench = await serviceBench({
    plugins: [
      (app, core) => {
        app.get("/own", async () => ({ tokens: (await core.verifier.list()).length }));
      },
    ],
  });
  const { status, body } = await bench.ask("GET", "/own", undefined, "");
  expect({ status, body }).toEqual({ status: 200, body: { tokens: 0 } });
});
