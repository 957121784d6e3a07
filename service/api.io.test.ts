// The routes of the service, over HTTP on this computer.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeBase32 } from "../core/oath/base32.ts";
import { parseOtpauthUri } from "../core/oath/otpauth.ts";
import { SCOPED, type ServiceBench, serviceBench } from "./testing/bench.ts";

/** RFC 4226 Appendix D: the secret and its first codes. */
const RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const HOTP_CODES = ["755224", "287082", "359152", "969429", "338314"] as const;

let bench: ServiceBench;

beforeAll(async () => {
  bench = await serviceBench();
  const parameters = { kind: "hotp" };
  await bench.ask("POST", "/v1/tokens", {
    label: "h",
    user: "ada",
    secret: RFC_SECRET,
    parameters,
  });
  await bench.ask("POST", "/v1/tokens/1/enroll", { codes: [HOTP_CODES[0], HOTP_CODES[1]] });
});

afterAll(() => bench[Symbol.asyncDispose]());

describe("a login", () => {
  test("is accepted once", async () => {
    const right = await bench.ask("POST", "/v1/tokens/1/verify", { code: HOTP_CODES[2] });
    expect(right).toMatchObject({ status: 200, body: { accepted: true } });
    const again = await bench.ask("POST", "/v1/tokens/1/verify", { code: HOTP_CODES[2] });
    expect(again).toMatchObject({ status: 200, body: { accepted: false } });
  });

  test("is refused alike, whatever is wrong", async () => {
    const answers = [
      await bench.ask("POST", "/v1/tokens/1/verify", { code: HOTP_CODES[1] }), // replayed
      await bench.ask("POST", "/v1/tokens/1/verify", { code: "000000" }), // wrong
      await bench.ask("POST", "/v1/tokens/1/verify", { code: "12" }), // malformed
      await bench.ask("POST", "/v1/tokens/1/verify", { code: "x".repeat(4096) }),
      await bench.ask("POST", "/v1/tokens/999/verify", { code: HOTP_CODES[1] }), // unknown
    ];
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const names = answers.map(({ headers }) => [...headers.keys()].join());
    expect(new Set(names).size).toBe(1);
  });

  test("is logged with the name of the bearer token, of unknown tokens too", async () => {
    await bench.ask("POST", "/v1/tokens/1/verify", { code: "1" }, SCOPED.verify);
    await bench.ask("POST", "/v1/tokens/998/verify", { code: "1" }, SCOPED.verify);
    const { body } = await bench.ask("GET", "/v1/audit?limit=2");
    const [unknown, known] = body.rows;
    expect(unknown).toMatchObject({ token: 0, by: "verify", detail: "no token 998" });
    expect(known).toMatchObject({ token: 1, by: "verify", reason: "malformed" });
    await bench.ask("POST", "/v1/tokens/1/unlock", undefined, SCOPED.admin);
    const { body: last } = await bench.ask("GET", "/v1/audit?limit=1");
    expect(last.rows).toMatchObject([{ act: "unlock", by: "admin" }]);
  });

  test("takes no number for a code: its leading zeros are part of it", async () => {
    const { status, body } = await bench.ask("POST", "/v1/tokens/1/verify", { code: 969429 });
    expect(status).toBe(400);
    expect(body.error.message).toBe("body.code must be string");
  });

  test("tells operators the reason", async () => {
    const path = "/v1/operator/tokens/1/verify";
    const { body } = await bench.ask("POST", path, { code: HOTP_CODES[0] });
    expect(body).toMatchObject({ accepted: false, act: "verify", reason: "replayed" });
    const accepted = await bench.ask("POST", path, { code: HOTP_CODES[3] });
    expect(accepted.body).toMatchObject({ accepted: true, reason: null, movingFactor: "3" });
  });

  test("of fifty parallel ones with one code, one is accepted", async () => {
    const codes = Array.from({ length: 50 }, () =>
      bench.ask("POST", "/v1/tokens/1/verify", { code: HOTP_CODES[4] }),
    );
    const answers = await Promise.all(codes);
    expect(answers.filter(({ body }) => body.accepted === true)).toHaveLength(1);
  });
});

describe("a new token", () => {
  test("gets a secret that is shown this once", async () => {
    const body = { label: "made", issuer: "Bench" };
    const made = await bench.ask("POST", "/v1/tokens", body);
    expect(made.status).toBe(201);
    const uri = parseOtpauthUri(made.body.otpauth);
    expect(uri).toMatchObject({ account: "made", issuer: "Bench" });
    expect(decodeBase32(made.body.secret)).toEqual(uri.secret);
    const shown = await bench.ask("GET", `/v1/tokens/${made.body.token.id}`);
    expect(shown.text).not.toContain(made.body.secret);
  });

  test("with a given secret shows none", async () => {
    const otpauth = "otpauth://totp/A:b?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&period=60";
    const { body } = await bench.ask("POST", "/v1/tokens", { label: "given", otpauth });
    expect(body).toMatchObject({ secret: null, otpauth: null });
    expect(body.token.parameters).toMatchObject({ stepSeconds: 60 });
  });

  test.each([
    [{}, 400, "body must have required property 'label'"],
    [{ label: "" }, 400, "body.label must NOT have fewer than 1 characters"],
    [{ label: "x", [RFC_SECRET]: 1 }, 400, "body has a field that is not known"],
    [{ label: "x", parameters: { digits: 5 } }, 400, "body.parameters.digits must be >= 6"],
    [{ label: "x", parameters: { kind: "hotp", t0: 1 } }, 400, "t0 belong to kind totp"],
    [{ label: "x", secret: "0189" }, 400, "is no Base32 character"],
    [{ label: "x", secret: RFC_SECRET, otpauth: "otpauth:" }, 400, "otpauth says secret"],
    [{ label: "x", factorySetAt: "yesterday" }, 400, "factorySetAt must be a date"],
    [{ label: "h" }, 409, 'there is a token "h" already'],
    [{ label: "x", user: "ada" }, 409, 'user "ada" has 1 of 1 devices'],
    [{ label: "x", secret: RFC_SECRET }, 409, "this secret belongs to a token in use"],
    ["{", 400, "the body is not JSON"],
    ["[]", 400, "body must be object"],
  ])("%j is refused with %d", async (body, status, message) => {
    const refused = await bench.ask("POST", "/v1/tokens", body);
    expect(refused.status).toBe(status);
    expect(refused.body.error.message).toContain(message);
    expect(refused.text).not.toContain(RFC_SECRET);
  });
});

describe("operators", () => {
  test("list tokens page by page, by user and by label", async () => {
    const { body } = await bench.ask("GET", "/v1/tokens?limit=1");
    expect(body).toMatchObject({ tokens: [{ id: 1, label: "h" }], next: 1 });
    const second = await bench.ask("GET", "/v1/tokens?limit=1000&after=1");
    expect(second.body.next).toBeNull();
    expect((await bench.ask("GET", "/v1/tokens?user=ada")).body.tokens).toHaveLength(1);
    expect((await bench.ask("GET", "/v1/tokens?label=nobody")).body.tokens).toEqual([]);
    expect((await bench.ask("GET", "/v1/users")).body.users).toEqual([{ user: "ada", tokens: 1 }]);
  });

  test("see why codes were refused", async () => {
    await bench.ask("POST", "/v1/tokens/1/verify", { code: HOTP_CODES[0] });
    const { body } = await bench.ask("GET", "/v1/tokens/1");
    expect(body.refusals[0]).toMatchObject({ act: "verify", reason: "replayed" });
    expect(body.refusals[0].explanation).toContain("used before");
  });

  test("replace, unlock and delete, and each act is in the audit log", async () => {
    const replaced = await bench.ask("POST", "/v1/tokens/1/replace", { label: "h2" });
    expect(replaced).toMatchObject({ status: 201, body: { token: { user: "ada" } } });
    const { id } = replaced.body.token;
    expect((await bench.ask("POST", `/v1/tokens/${id}/unlock`)).body.label).toBe("h2");
    expect((await bench.ask("DELETE", `/v1/tokens/${id}`)).body.state).toBe("deleted");
    const refused = await bench.ask("DELETE", `/v1/tokens/${id}`);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "wrong-state" } } });
    const { body } = await bench.ask("GET", `/v1/audit?token=${id}&limit=10`);
    expect(body.rows.map(({ act }: { act: string }) => act)).toEqual([
      "delete",
      "unlock",
      "create",
    ]);
    const page = await bench.ask("GET", "/v1/audit?limit=1");
    const next = await bench.ask("GET", `/v1/audit?limit=1&before=${page.body.next}`);
    expect(next.body.rows).not.toEqual(page.body.rows);
  });

  test("set an offset and switch tracking of an enabled time-based token", async () => {
    await bench.ask("PUT", "/v1/test/clock", { mode: "frozen", nowUs: 59_000_000 });
    const body = { label: "t", secret: "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U" };
    const { id } = (await bench.ask("POST", "/v1/tokens", body)).body.token;
    const offset = await bench.ask("PUT", `/v1/tokens/${id}/offset`, { steps: 1 });
    expect(offset.body.error.message).toContain("is created; offset needs one that is enabled");
    const tracked = await bench.ask("PUT", `/v1/tokens/${id}/tracking`, { isTracked: false });
    expect(tracked.body.isTracked).toBe(false);
    await bench.ask("PUT", "/v1/test/clock", { mode: "real" });
  });

  test("take a file in, all or none, and give one out", async () => {
    const text = "serial,secret_hex,type\nI1,0102030405060708090a0b0c0d0e0f1011121314,totp\n";
    expect((await bench.ask("POST", "/v1/import", { text, dryRun: true })).body.ids).toBeNull();
    const taken = await bench.ask("POST", "/v1/import", { base64: btoa(text) });
    expect(taken.body).toMatchObject({ format: "csv", rows: [{ label: "I1" }] });
    expect(taken.text).not.toContain("0102030405");
    const again = await bench.ask("POST", "/v1/import", { text });
    expect(again.status).toBe(422);
    expect(again.body.error.problems[0]).toMatchObject({ line: 2, field: "label" });
    const ids = taken.body.ids;
    const open = await bench.ask("POST", "/v1/export", { format: "csv", ids });
    expect(open).toMatchObject({ status: 400, body: { error: { code: "range" } } });
    const file = await bench.ask("POST", "/v1/export", { format: "csv", ids, plain: true });
    expect(file.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(file.headers.get("cache-control")).toBe("no-store");
    expect(file.text).toContain("0102030405060708090a0b0c0d0e0f1011121314");
    const { body } = await bench.ask("GET", `/v1/audit?token=${ids[0]}&limit=1`);
    expect(body.rows[0].act).toBe("export");
    const table = await bench.ask("GET", "/v1/drift?format=csv");
    expect(table.text).toMatch(/^id,token,user,first/);
  });
});

describe("scopes", () => {
  test.each([
    ["verify", "POST", "/v1/tokens/1/verify", { code: "1" }],
    ["verify", "POST", "/v1/tokens/1/resync", { codes: ["1", "2"] }],
    ["enroll", "POST", "/v1/tokens/1/enroll", { codes: ["1", "2"] }],
    ["enroll", "POST", "/v1/tokens", { label: "h" }],
    ["read", "GET", "/v1/tokens", undefined],
    ["read", "GET", "/v1/audit", undefined],
    ["read", "GET", "/metrics", undefined],
    ["admin", "POST", "/v1/export", { format: "pskc" }],
    ["admin", "PUT", "/v1/test/clock", { mode: "real" }],
  ] as const)("%s is what %s %s needs, and no other", async (scope, method, path, body) => {
    for (const [name, token] of Object.entries(SCOPED)) {
      const { status } = await bench.ask(method, path, body, token);
      if (name === scope) expect(status).not.toBe(403);
      else expect(status).toBe(403);
    }
  });

  test("without a token, or with an unknown one, nothing is told", async () => {
    for (const token of ["", "no-such-token-is-in-the-file"]) {
      const refused = await bench.ask("GET", "/v1/tokens/1", undefined, token);
      expect(refused.status).toBe(401);
      expect(refused.headers.get("www-authenticate")).toContain("Bearer");
    }
  });

  test("an operator's reason needs two scopes", async () => {
    const path = "/v1/operator/tokens/1/verify";
    expect((await bench.ask("POST", path, { code: "1" }, SCOPED.verify)).status).toBe(403);
  });
});

describe("the document", () => {
  test("lists every route with what it takes and who may use it", async () => {
    const { body } = await bench.ask("GET", "/openapi.json", undefined, "");
    expect(body.openapi).toBe("3.1.0");
    const verify = body.paths["/v1/tokens/{id}/verify"].post;
    expect(verify.description).toBe("Needs the scope verify.");
    expect(verify.requestBody.content["application/json"].schema.required).toEqual(["code"]);
    expect(Object.keys(body.paths)).toContain("/v1/import");
    for (const operations of Object.values<Record<string, { summary: string }>>(body.paths)) {
      for (const { summary } of Object.values(operations)) expect(summary).toMatch(/\.$/);
    }
  });
});

test("metrics count requests and decisions, and name no token", async () => {
  const { text } = await bench.ask("GET", "/metrics");
  expect(text).toMatch(/oathbed_decisions_total\{act="verify",outcome="accepted"\} \d/);
  expect(text).toContain('route="/v1/tokens/:id/verify",status="200"');
  expect(text).toMatch(/oathbed_tokens \d/);
  expect(text).not.toContain("ada");
});

test("is alive and ready without a token", async () => {
  expect((await bench.ask("GET", "/healthz", undefined, "")).body).toEqual({ status: "ok" });
  const { body } = await bench.ask("GET", "/readyz", undefined, "");
  expect(body).toMatchObject({ status: "ready", store: "memory" });
  expect((await bench.ask("GET", "/nothing", undefined, "")).status).toBe(404);
});

test("the log of all this holds no secret, no code and no bearer token", () => {
  const log = bench.log.join("");
  expect(bench.log.length).toBeGreaterThan(100);
  expect(log).toContain('"route":"/v1/tokens/:id/verify"');
  for (const hidden of [RFC_SECRET, ...HOTP_CODES, bench.token, ...Object.values(SCOPED)]) {
    expect(log).not.toContain(hidden);
  }
  expect(log).not.toContain("JBSWY3DP");
  expect(log).not.toContain("0102030405");
});
