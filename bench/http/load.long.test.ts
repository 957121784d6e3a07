import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LoadError, type LoadOptions, runLoad } from "./load.ts";

const GOOD = '{"accepted":true}';

let server: Server;
let received: { readonly path: string; readonly body: string; readonly atMs: number }[];
let delayMs: (path: string) => number;
let answer: (path: string) => { readonly status: number; readonly body: string };

beforeEach(async () => {
  received = [];
  delayMs = () => 0;
  answer = () => ({ status: 200, body: GOOD });
  server = createServer((request, response) => {
    const path = request.url ?? "";
    const atMs = performance.now();
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      received.push({ path, body, atMs });
      const { status, body: text } = answer(path);
      const send = (): void => {
        response.writeHead(status, { "content-length": text.length }).end(text);
      };
      setTimeout(send, delayMs(path));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

function load(count: number, shape: LoadOptions["shape"]): LoadOptions {
  const { port } = server.address() as AddressInfo;
  const requests = Array.from({ length: count }, (_, at) => ({
    path: `/${at}`,
    body: `{"n":${at}}`,
  }));
  return { url: `http://127.0.0.1:${port}`, requests, shape, expectBody: GOOD };
}

describe("a closed load", () => {
  it("sends each request once, with its own body, and times every answer", async () => {
    const result = await runLoad(load(50, { kind: "closed", connections: 7 }));
    const sent = received.map(({ path, body }) => `${path} ${body}`).toSorted();
    expect(sent).toEqual(Array.from({ length: 50 }, (_, at) => `/${at} {"n":${at}}`).toSorted());
    expect(result.latenciesMs).toHaveLength(50);
    expect(Math.min(...result.latenciesMs)).toBeGreaterThan(0);
    expect(result.seconds).toBeGreaterThan(0);
    expect(result.busy).toBeGreaterThan(0);
  });

  it("gives the latencies in the order of its requests", async () => {
    delayMs = (path) => (path === "/7" ? 300 : 0);
    const { latenciesMs } = await runLoad(load(20, { kind: "closed", connections: 3 }));
    expect(latenciesMs.indexOf(Math.max(...latenciesMs))).toBe(7);
  });

  it("fails when one answer is another, whatever its status", async () => {
    answer = (path) => ({ status: 200, body: path === "/3" ? '{"accepted":false}' : GOOD });
    const refused = runLoad(load(8, { kind: "closed", connections: 2 }));
    await expect(refused).rejects.toThrow('answered {"accepted":false}');
    answer = (path) => ({ status: path === "/3" ? 429 : 200, body: GOOD });
    const limited = runLoad(load(8, { kind: "closed", connections: 2 }));
    await expect(limited).rejects.toThrow(LoadError);
  });

  it("fails when nobody listens", async () => {
    const options = load(4, { kind: "closed", connections: 2 });
    server.close();
    await expect(runLoad(options)).rejects.toThrow("ECONNREFUSED");
  });

  it("stops when it is aborted, and says why", async () => {
    const stop = new AbortController();
    answer = () => {
      stop.abort(new Error("enough"));
      return { status: 200, body: GOOD };
    };
    const options = load(10_000, { kind: "closed", connections: 1 });
    await expect(runLoad({ ...options, signal: stop.signal })).rejects.toThrow("enough");
  });
});

describe("a load that fails", () => {
  it.each([
    { kind: "closed", connections: 2 },
    { kind: "open", perSecond: 20 },
  ] as const)("says how, and ends at once: $kind", async (shape) => {
    const options = load(5000, shape);
    delayMs = () => 60_000;
    const hanging = runLoad({ ...options, timeoutMs: 200 });
    await expect(hanging).rejects.toMatchObject({ kind: "timed-out" });
    delayMs = () => 0;
    answer = () => ({ status: 500, body: "no database" });
    const received500 = received.length;
    await expect(runLoad(options)).rejects.toThrow("answered with status 500: no database");
    expect(received.length - received500).toBeLessThan(5000);
    server.close();
    server.closeAllConnections();
    await expect(runLoad(options)).rejects.toMatchObject({ kind: "unreachable" });
  });

  it("knows a connection that was closed without an answer", async () => {
    server.prependListener("request", (request) => request.socket.resetAndDestroy());
    const cut = runLoad(load(4, { kind: "closed", connections: 2 }));
    await expect(cut).rejects.toMatchObject({ kind: "closed" });
  });
});

describe("an open load", () => {
  it("keeps to its rate when there are fewer requests than a second takes", async () => {
    const { seconds } = await runLoad(load(10, { kind: "open", perSecond: 20 }));
    expect(seconds).toBeGreaterThan(0.4);
  });

  it("spreads its requests over the second, whatever the answers take", async () => {
    const { latenciesMs } = await runLoad(load(100, { kind: "open", perSecond: 50 }));
    const times = received.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
    const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
    expect(received).toHaveLength(100);
    expect(spanMs).toBeGreaterThan(1400);
    // The first ones had to connect.
    expect(latenciesMs.slice(0, 50).every(Number.isNaN)).toBe(true);
    expect(latenciesMs.slice(50).every((ms) => ms > 0)).toBe(true);
  });
});

it("takes no load without requests or connections", async () => {
  const none = load(0, { kind: "closed", connections: 1 });
  await expect(runLoad(none)).rejects.toThrow(RangeError);
  const half = load(1, { kind: "open", perSecond: 0.5 });
  await expect(runLoad(half)).rejects.toThrow(RangeError);
});
