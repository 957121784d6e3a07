import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeBase32 } from "../../core/oath/base32.ts";
import { rfc6238Secret } from "../../core/oath/vectors.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { loadAgainst, parseTokens, slicesOf } from "./against.ts";
import { parseTemplate } from "./template.ts";

const URI = `otpauth://totp/ada?secret=${encodeBase32(rfc6238Secret("SHA1"))}&digits=8`;
const TEMPLATE = parseTemplate(
  '{"path":"/check/{id}","body":{"otp":"{code}"},"expect":{"status":201,"text":"good"}}',
  "login.json",
);

let server: Server;
let received: string[];
let status: number;

beforeEach(async () => {
  received = [];
  status = 201;
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      received.push(`${request.url} ${body}`);
      response.writeHead(status).end('{"is":"good"}');
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

function load(tokens: number) {
  const lines = Array.from({ length: tokens }, (_, at) => `${at} ${URI}`);
  const clock = new SimulatedClock(59_000_000);
  return loadAgainst({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    template: TEMPLATE,
    tokens: parseTokens(`# two tokens\n\n${lines.join("\n")}`, "keys.txt"),
    shapes: [
      { kind: "closed", connections: 2 },
      { kind: "open", perSecond: 20 },
    ],
    clock,
  });
}

describe("a load on any service", () => {
  it("sends each code once, and tells rates and latencies", async () => {
    const measured = await load(20);
    const expected = Array.from({ length: 20 }, (_, at) => `/check/${at} {"otp":"94287082"}`);
    expect(received.toSorted()).toEqual(expected.toSorted());
    expect(measured.map(({ name, unit, slices }) => [name, unit, slices])).toEqual([
      ["closed load, 2 connections", "operations/s", 5],
      ["closed load, 2 connections, p50", "ms", 5],
      ["closed load, 2 connections, p99", "ms", 5],
      ["open load, 20 requests a second", "operations/s", 1],
      ["open load, 20 requests a second, p50", "ms", 1],
      ["open load, 20 requests a second, p99", "ms", 1],
    ]);
    for (const { low, median } of measured) expect(median).toBeGreaterThanOrEqual(low);
  });

  it("fails with what to do when an answer is not good", async () => {
    status = 401;
    await expect(load(4)).rejects.toThrow(/answered with status 401/);
    await expect(load(1)).rejects.toThrow(/2 loads take at least as many tokens/);
  });
});

it.each([
  [4, { kind: "closed", connections: 2 }, 1],
  [10, { kind: "closed", connections: 2 }, 5],
  [100_000, { kind: "closed", connections: 64 }, 50],
  [100_000, { kind: "open", perSecond: 200 }, 25],
] as const)(
  "deals %d logins so that codes outlast a slice: %j, %d slices",
  (logins, shape, slices) => {
    expect(slicesOf(logins, shape)).toBe(slices);
  },
);

describe("tokens of a file", () => {
  it("go by their account when nothing stands before the URI", () => {
    expect(parseTokens(URI, "keys.txt")).toMatchObject([{ id: "ada", account: "ada", issuer: "" }]);
  });

  it("are refused when there are none, or they count presses", () => {
    expect(() => parseTokens("# none\n", "keys.txt")).toThrow(
      /keys.txt must have 1 to .* it has 0/,
    );
    const hotp = URI.replace("totp", "hotp").concat("&counter=1");
    expect(() => parseTokens(hotp, "keys.txt")).toThrow("keys.txt, line 1: ada counts presses");
    const broken = `# good\n${URI}\n\nada GEZDGNBV`;
    expect(() => parseTokens(broken, "keys.txt")).toThrow(
      /^keys.txt, line 4: uri: not of the form/,
    );
  });
});
