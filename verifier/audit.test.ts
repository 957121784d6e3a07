// Who acted, and codes of tokens that nobody knows, in the audit log.

import { expect, test } from "vitest";
import { totpParameters } from "../core/oath/parameters.ts";
import { rfc4226Secret } from "../core/oath/vectors.ts";
import { policyOf } from "./policy.ts";
import { MemoryStore } from "./stores/memory.ts";
import { codeOf } from "./testing/codes.ts";
import { secondsUs, stepUs } from "./testing/desk.ts";
import { Verifier } from "./verifier.ts";

const PARAMETERS = totpParameters();
const NOW = 10_000;
const HOUR = 3600;
const code = (step: number) => codeOf(PARAMETERS, step);

function verifierOn(store = new MemoryStore()) {
  return { store, verifier: new Verifier({ store, policy: policyOf("rfc6238") }) };
}

test("each row names who acted: operators, and who sent the codes", async () => {
  const { store, verifier } = verifierOn();
  const input = { label: "T", parameters: PARAMETERS, secret: rfc4226Secret() };
  const id = await verifier.admin.as("ada").create(input);
  await verifier.enroll(id, [code(NOW - 1), code(NOW)], stepUs(NOW), "desk");
  await verifier.verify(id, code(NOW + 1), stepUs(NOW + 1), "web");
  await verifier.login(id, code(NOW + 1), stepUs(NOW + 1), "web");
  await verifier.loginMany([{ id, code: "1", receivedAtUs: stepUs(NOW + 2), by: "batch" }]);
  await verifier.resync(id, ["1", "2"], stepUs(NOW + 2));
  const secret = rfc4226Secret().fill(9);
  const next = await verifier.admin.as("bob").replace(id, { ...input, label: "U", secret }, 5);
  const { rows } = await store.auditPage({ limit: 99 });
  expect(rows.map(({ token, act, by }) => `${token} ${act} ${by}`).toReversed()).toEqual([
    `${id} create ada`,
    `${id} enroll desk`,
    `${id} verify web`,
    `${id} verify web`,
    `${id} verify batch`,
    `${id} resync null`,
    `${id} replace bob`,
    `${next} create bob`,
  ]);
});

test.each(["", "x".repeat(65), "a\nb"])("the name %j is refused", async (by) => {
  const { verifier } = verifierOn();
  expect(() => verifier.admin.as(by)).toThrow(/^by must be 1 to 64 characters/);
  await expect(verifier.login(1, "1", 0, by)).rejects.toThrow(/^by must be/);
  const submission = { id: 1, code: "1", receivedAtUs: 0, by };
  await expect(verifier.loginMany([submission])).rejects.toThrow(/^by must be/);
});

test("codes of tokens that nobody knows are logged, with the id that was asked for", async () => {
  const { store, verifier } = verifierOn();
  expect(await verifier.login(7, "123456", secondsUs(1), "web")).toEqual({ accepted: false });
  await verifier.enroll(8, ["1", "2"], secondsUs(2));
  await verifier.loginMany([{ id: 9, code: "123456", receivedAtUs: secondsUs(3) }]);
  const { rows } = await store.auditPage({ limit: 9 });
  const refused = { token: 0, outcome: "refused", reason: "not-enrolled" };
  expect(rows).toMatchObject([
    { ...refused, act: "verify", detail: "no token 9", atUs: secondsUs(3) },
    { ...refused, act: "enroll", detail: "no token 8" },
    { ...refused, act: "verify", detail: "no token 7", by: "web" },
  ]);
});

test("a flood of them fills no disk: a row a minute, which tells how many were left out", async () => {
  const { store, verifier } = verifierOn();
  const flood = (at: number, count: number) =>
    verifier.loginMany(
      Array.from({ length: count }, (_, nth) => ({
        id: 1_000_000 + nth,
        code: "123456",
        receivedAtUs: secondsUs(at),
      })),
    );
  await flood(0, 10_000);
  expect((await store.auditPage({ limit: 10_000 })).rows.length).toBe(100);
  await flood(HOUR, 10_000);
  const { rows } = await store.auditPage({ limit: 10_000 });
  expect(rows.length).toBe(160);
  expect(rows[59]?.detail).toBe("no token 1000000; 9900 more were left out before");
  await flood(HOUR - 600, 10);
  expect((await store.auditPage({ limit: 10_000 })).rows.length, "a clock set back").toBe(160);
});
