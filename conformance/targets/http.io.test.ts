// The HTTP target over servers: our own by its template, and small ones that are wrong.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { startTestService } from "../../service/test-service.ts";
import { policyOf } from "../../verifier/policy.ts";
import { expectedCode } from "../oracle.ts";
import { run } from "../runner.ts";
import { SUITES } from "../suites/index.ts";
import { httpTarget, readHttpTarget } from "./http.ts";
import { parseHttpTarget } from "./http-template.ts";

const TEMPLATES = new URL("./templates/", import.meta.url);
const SECRET = new TextEncoder().encode("12345678901234567890");
const TOTP = totpParameters();

test("our service passes by its template as it does by its own target", async () => {
  await using service = await startTestService(policyOf("rfc6238"));
  process.env.OATHBED_URL = service.url;
  process.env.OATHBED_TOKEN = service.token;
  const target = await readHttpTarget(fileURLToPath(new URL("oathbed.json", TEMPLATES)));
  const report = await run({
    suites: SUITES,
    selection: { sections: ["refusals"] },
    targets: [target],
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
  });
  const wrong = report.results.filter(({ status }) => status !== "pass" && status !== "skip");
  expect(wrong.map(({ id, status, reason }) => `${id} ${status} ${reason}`)).toEqual([]);
  const passed = report.results.filter(({ status }) => status === "pass");
  expect(passed.length).toBeGreaterThan(12);
});

test.each(["oathbed", "privacyidea", "multiotp"])("%s.json is as its schema says", async (name) => {
  const text = await readFile(new URL(`${name}.json`, TEMPLATES), "utf8");
  expect(parseHttpTarget(text, name).name).toBe(`http:${name}`);
});

interface Heard {
  readonly url: string;
  readonly body: string;
}

/** A server that answers by `answer`, and what it heard. */
async function server(answer: (heard: Heard) => object) {
  const heard: Heard[] = [];
  const listener: RequestListener = async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    heard.push({ url: request.url ?? "", body });
    response.end(JSON.stringify(answer({ url: request.url ?? "", body })));
  };
  const http = createServer(listener).listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    [Symbol.asyncDispose]: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
}

function template(url: string) {
  return {
    name: "small",
    description: "a small server",
    url,
    freshSecrets: false,
    abilities: ["state", "delete"] as const,
    create: { path: "/new", json: { key: "{secretHex}", digits: "{digits}" }, id: "/id" },
    submit: {
      path: "/check/{id}",
      form: { otp: "{code}" },
      accepted: { pointer: "/ok", equals: true },
    },
    delete: { method: "DELETE", path: "/token/{id}" },
  } as const;
}

test("a server that lives now is asked for codes of now, and its tokens are removed", async () => {
  await using small = await server(({ url }) => (url === "/new" ? { id: "a b" } : { ok: true }));
  const clock = new SimulatedClock(1_800_000_005_000_000);
  const factory = httpTarget(template(small.url), { clock, maxWaitSeconds: 60 });
  const target = await factory.open({ preset: "rfc6238" });
  const id = await target.create({ secret: SECRET, parameters: TOTP });
  const first = target.submit(id, expectedCode(SECRET, TOTP, 1000n), 1000 * 30e6 + 7e6);
  await clock.advance(2e6);
  expect(await first).toEqual({ accepted: true });
  const next = target.submit(id, expectedCode(SECRET, TOTP, 1001n), 1001 * 30e6);
  await clock.advance(23e6);
  await next;
  await target[Symbol.asyncDispose]();
  const step = BigInt(Math.floor(1_800_000_007 / 30));
  const codes = [step, step + 1n].map((one) => expectedCode(SECRET, TOTP, one));
  expect(small.heard.map(({ url, body }) => `${url} ${body}`)).toEqual([
    `/new {"key":"${Buffer.from(SECRET).toString("hex")}","digits":6}`,
    `/check/a%20b otp=${codes[0]}`,
    `/check/a%20b otp=${codes[1]}`,
    "/token/a%20b ",
  ]);
});

test("real time does not go back, and no wait is longer than was allowed", async () => {
  await using small = await server(({ url }) => (url === "/new" ? { id: 7 } : { ok: true }));
  const clock = new SimulatedClock(1_800_000_000_000_000);
  const target = await httpTarget(template(small.url), { clock, maxWaitSeconds: 20 }).open({
    preset: "rfc6238",
  });
  const id = await target.create({ secret: SECRET, parameters: TOTP });
  await target.submit(id, "000000", 1000 * 30e6);
  await expect(target.submit(id, "000000", 990 * 30e6)).rejects.toThrow("does not go back");
  await expect(target.submit(id, "000000", 1001 * 30e6)).rejects.toThrow("would wait 30 s more");
});

test("a policy the server is not set up for skips the case, saying which field", async () => {
  const factory = httpTarget(template("http://127.0.0.1:1"));
  const policy = { preset: "rfc6238", throttleLimit: 5 } as const;
  await expect(factory.open(policy)).rejects.toThrow("its throttleLimit is not known");
});

test.each([
  ["{", "not JSON"],
  ['{"name":"x"}', 'at the top: add "description"'],
  [JSON.stringify({ ...template("http://x"), abilities: ["resync"] }), "come together"],
  [JSON.stringify({ ...template("http://x"), colour: "red" }), "unknown property"],
])("a template that is %s is refused by the place", (text, message) => {
  expect(() => parseHttpTarget(text, "my.json")).toThrow(message);
});

test("a placeholder that stands for nothing is refused by its name", async () => {
  const bad = { ...template("http://127.0.0.1:1"), headers: { key: "{env:OATHBED_NOT_SET}" } };
  const target = await httpTarget(bad).open({ preset: "rfc6238" });
  await expect(target.create({ secret: SECRET, parameters: TOTP })).rejects.toThrow(
    "{env:OATHBED_NOT_SET} stands for nothing here",
  );
});
