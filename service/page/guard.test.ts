import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PageAsset } from "./assets.ts";
import { takesGzip } from "./http/assets.ts";
import { readCookie } from "./http/cookie.ts";
import { isLoopback } from "./http/origin.ts";
import { PageBench } from "./testing/bench.ts";
import { type Browser, idOf } from "./testing/browser.ts";
import { signInOf } from "./testing/config.ts";

const asset = (text: string, contentType: string, cacheControl: string): PageAsset => ({
  contentType,
  body: Buffer.from(text),
  gzip: Buffer.from("small"),
  cacheControl,
});
const assets = new Map([
  ["index.html", asset("<!doctype html>", "text/html; charset=utf-8", "no-cache")],
  ["assets/a-1.js", asset("let a;", "text/javascript; charset=utf-8", "max-age=31536000")],
]);

let bench: PageBench;
let browser: Browser;
beforeAll(async () => {
  bench = await PageBench.open({ assets, isWhole: true });
  browser = await bench.signedIn("alice");
});
afterAll(() => bench[Symbol.asyncDispose]());

const made = { name: "phone", holder: null };
const ask = async (headers: Readonly<Record<string, string | undefined>>, body: unknown = made) =>
  idOf(await browser.post("/devices", body, { headers }));

describe("an unsafe request", () => {
  it.each([
    ["from another site", { origin: "https://evil.example" }],
    ["from another port", { origin: "http://127.0.0.1:9999" }],
    ["from a sandbox", { origin: "null" }],
    ["of another scheme", { origin: "https://127.0.0.1:4226" }],
    ["that tells no origin", { origin: undefined }],
    ["that a browser calls cross-site", { "sec-fetch-site": "cross-site" }],
    ["that a browser calls same-site", { "sec-fetch-site": "same-site" }],
    ["to another name of this computer", { host: "evil.example", origin: "http://evil.example" }],
  ])("%s is refused", async (_what, headers) => {
    expect(await ask(headers)).toBe("origin-refused");
  });

  it.each([
    ["without the csrf value", { "x-oathbed-csrf": undefined }],
    ["with another", { "x-oathbed-csrf": "x".repeat(43) }],
    ["with a longer one", { "x-oathbed-csrf": `${"x".repeat(43)}y` }],
    ["without a cookie", { cookie: undefined }],
    ["with a cookie of another form", { cookie: "oathbed_console=s.short" }],
  ])("%s is refused", async (_what, headers) => {
    expect(await ask(headers)).toBe("csrf-refused");
  });

  it("with another session's csrf value is refused", async () => {
    const other = await bench.signedIn("bob");
    expect(await ask({ "x-oathbed-csrf": other.csrf })).toBe("csrf-refused");
  });

  it("signs nobody in for another site", async () => {
    const victim = bench.browser();
    await victim.get("/session");
    const headers = { "x-oathbed-csrf": browser.csrf };
    const forged = await victim.post("/sign-in", signInOf("alice"), { headers });
    expect(idOf(forged)).toBe("csrf-refused");
  });
});

describe("a request of another form", () => {
  it.each([
    ["no JSON", {}, "{", undefined],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, "name=x", undefined],
    ["plain text", { "content-type": "text/plain" }, JSON.stringify(made), undefined],
    ["a field too many", {}, { ...made, more: 1 }, undefined],
    ["a field too few", {}, { name: "phone" }, "holder"],
    ["a number for a text", {}, { name: 1, holder: null }, "name"],
  ])("%s is refused", async (_what, headers, body, field) => {
    const refused = await browser.post("/devices", body, { headers });
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({
      error: { id: "request-invalid", ...(field === undefined ? {} : { field }) },
    });
  });

  it("that is none of two alternatives is refused as a whole", async () => {
    const given = { kind: "root", email: "root@mail.example" };
    const refused = await browser.post("/sign-in", given);
    expect(refused.body.error).toEqual({ id: "request-invalid" });
  });

  it("of more than 16 KiB is not read", async () => {
    const refused = await browser.post("/devices", { name: "x".repeat(17_000), holder: null });
    expect(refused.status).toBe(413);
    expect(idOf(refused)).toBe("request-too-large");
  });

  it("to nowhere is told so", async () => {
    expect(idOf(await browser.get("/nothing"))).toBe("not-found");
    expect(idOf(await browser.get("/devices?after=-1"))).toBe("request-invalid");
  });
});

it("without a session is told to sign in", async () => {
  for (const path of ["/users", "/devices"]) {
    const refused = await bench.browser().get(path);
    expect([refused.status, idOf(refused)]).toEqual([401, "signed-out"]);
  }
});

it("too many requests of one address are refused for a while", async () => {
  await using busy = await PageBench.open({ isWhole: true, clientRequests: 3 });
  const client = busy.browser();
  for (let times = 0; times < 3; times++) await client.get("/about");
  const refused = await client.get("/about");
  expect(refused.status).toBe(429);
  expect(refused.body.error).toEqual({ id: "too-many-requests", retryAfterSeconds: 60 });
});

describe("the page", () => {
  it("allows what comes from itself only, and no frame around it", async () => {
    const { status, headers, text } = await browser.get("/:/");
    expect([status, text]).toEqual([200, "<!doctype html>"]);
    expect(headers).toMatchObject({
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-cache",
      "content-type": "text/html; charset=utf-8",
    });
  });

  it("has the same headers on refusals, which no cache keeps", async () => {
    const { headers } = await browser.get("/nothing");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["cache-control"]).toBe("no-store");
  });

  it("sends its files compressed to who takes it, and nothing beside them", async () => {
    const script = await browser.get("/:/assets/a-1.js");
    expect([script.text, script.headers["cache-control"]]).toEqual(["let a;", "max-age=31536000"]);
    const headers = { "accept-encoding": "br, gzip" };
    const small = await browser.get("/:/assets/a-1.js", { headers });
    expect([small.text, small.headers["content-encoding"]]).toEqual(["small", "gzip"]);
    for (const path of ["/assets/", "/assets/../open.ts", "/assets/%2e%2e/open.ts", "/open.ts"]) {
      expect((await browser.get(`/:${path}`)).status).toBe(404);
    }
  });

  it("does not answer to another host name", async () => {
    const headers = { host: "evil.example" };
    expect(idOf(await browser.get("/session", { headers }))).toBe("origin-refused");
    expect((await browser.get("/:/", { headers })).status).toBe(403);
  });
});

describe("the cookie", () => {
  it("is not for scripts nor for other sites", async () => {
    const { headers } = await bench.browser().get("/session");
    expect(headers["set-cookie"]).toMatch(
      /^oathbed_console=v\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it("is for TLS and this host only, under TLS", async () => {
    await using secure = await PageBench.open({ isTls: true });
    const { headers } = await secure.browser().get("/session");
    expect(headers["set-cookie"]).toMatch(/^__Host-oathbed_console=.*; Secure$/);
    expect(headers["strict-transport-security"]).toBeUndefined();
    await using open = await PageBench.open({ isTls: true, isLocal: false, hasMailbox: false });
    const told = await open.browser().get("/session");
    expect(told.headers["strict-transport-security"]).toBe("max-age=31536000");
  });

  it("is found among others, and of no other form", () => {
    const value = `s.${"x".repeat(43)}`;
    expect(readCookie(`a=1; oathbed_console=${value}; b=2`, false)).toBe(value);
    expect(readCookie(`oathbed_console=${value}`, true)).toBeNull();
    expect(readCookie(`oathbed_console=${value}x`, false)).toBeNull();
    expect(readCookie(`${"a=1; ".repeat(2000)}oathbed_console=${value}`, false)).toBeNull();
  });
});

it.each([
  ["gzip", true],
  ["br;q=1.0, gzip;q=0.8", true],
  ["gzip;q=0", false],
  ["br", false],
  [undefined, false],
])("Accept-Encoding %j: gzip %s", (accepted, isTaken) => {
  expect(takesGzip(accepted)).toBe(isTaken);
});

it.each([
  ["127.0.0.1", true],
  ["::1", true],
  ["localhost", true],
  ["0.0.0.0", false],
  ["192.168.1.2", false],
])("%s is this computer's own: %s", (host, isOwn) => {
  expect(isLoopback(host)).toBe(isOwn);
});

it("a server that others can reach shows no fobs, no mailbox, no clock", async () => {
  await expect(PageBench.open({ isLocal: false })).rejects.toThrow("listen on 127.0.0.1");
  await using open = await PageBench.open({ isLocal: false, hasMailbox: false });
  const client = open.browser();
  expect((await client.get("/about")).body.lab).toEqual({
    fobs: false,
    mailbox: false,
    clock: false,
  });
  for (const path of ["/lab/fobs", "/lab/mail"]) {
    expect(idOf(await client.get(path))).toBe("lab-absent");
  }
  const set = await client.post("/lab/clock", { mode: "freeze" });
  expect(idOf(set)).toBe("clock-not-settable");
});
