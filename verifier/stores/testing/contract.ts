// What every store keeps, alone and under a verifier.

import { describe, expect, test } from "vitest";
import {
  hotpParameters,
  MAX_MOVING_FACTOR,
  totpParameters,
} from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { type Policy, policyOf } from "../../policy.ts";
import { newRecord, type TokenRecord } from "../../record.ts";
import { codeOf, otherCode } from "../../testing/codes.ts";
import { outcomeOf, stepUs } from "../../testing/desk.ts";
import { Verifier } from "../../verifier.ts";
import { adminRow, verdictRow } from "../../views.ts";
import type { AuditRow, NewToken, Peers, Store } from "../store.ts";
import { testActs } from "./contract-acts.ts";
import { testMany } from "./contract-many.ts";

const PARAMETERS = totpParameters();
const NOW = 10_000;
const code = (step: number) => codeOf(PARAMETERS, step);
const CREATED = adminRow(0, "create");

/** A token to insert; everything overridable. */
function newToken(label: string, given: Partial<NewToken> = {}): NewToken {
  const admit = () => newRecord(PARAMETERS);
  return { label, user: null, secret: rfc4226Secret(), admit, ...given };
}

function enabled(watermark: bigint): TokenRecord {
  return { ...newRecord(PARAMETERS), state: "enabled", watermark };
}

function acceptedRow(token: number, movingFactor: bigint, atUs = 0): AuditRow {
  const verdict = { outcome: "accepted", act: "verify", movingFactor } as const;
  return verdictRow(token, atUs, { ...verdict, offsetSteps: -1, outOfSync: false });
}

/** A verifier over the store, and a token of the RFC's secret, enrolled at step NOW. */
async function enrolled(store: Store, given: Partial<Omit<Policy, "name">> = {}) {
  const verifier = new Verifier({ store, policy: policyOf("rfc6238", given) });
  const secret = rfc4226Secret();
  const id = await verifier.create({ label: "T", user: "ada", parameters: PARAMETERS, secret });
  const verdict = await verifier.enroll(id, [code(NOW - 1), code(NOW)], stepUs(NOW));
  expect(outcomeOf(verdict)).toBe("accepted");
  return { verifier, id };
}

/** Registers the contract's tests. `open` gives an empty store of its own for each. */
export function testStore(name: string, open: () => Promise<Store>): void {
  describe(`store ${name}`, () => {
    testRecords(open);
    testSwaps(open);
    testAudit(open);
    testPeers(open);
    testVerifierOn(open);
    testMany(open);
    testActs(open);
  });
}

function testRecords(open: () => Promise<Store>): void {
  test("gives back what was inserted, by id and by label", async () => {
    await using store = await open();
    const id = await store.insert(newToken("A", { user: "ada" }), CREATED);
    const other = await store.insert(newToken("B", { secret: new Uint8Array([1]) }), CREATED);
    const record = newRecord(PARAMETERS);
    const token = { id, label: "A", user: "ada", secret: rfc4226Secret(), record, version: 0 };
    expect(await store.load(id)).toEqual(token);
    expect(await store.find("A")).toEqual(token);
    expect((await store.list()).map((at) => at.id)).toEqual([id, other]);
    expect((await store.load(other))?.user).toBeNull();
  });

  test("gives null for what is not there", async () => {
    await using store = await open();
    for (const id of [0, 1, -1, 1.5, 2 ** 53]) expect(await store.load(id)).toBeNull();
    expect(await store.find("A")).toBeNull();
    expect(await store.list()).toEqual([]);
    expect(await store.auditOf(1, 10)).toEqual([]);
    expect(await store.swap(1, 0, enabled(1n), acceptedRow(1, 1n))).toBe(false);
    expect(await store.bury(1, 0, enabled(1n), acceptedRow(1, 1n))).toBe(false);
  });

  test("keeps a copy of the secret: the caller may wipe his", async () => {
    await using store = await open();
    const secret = rfc4226Secret();
    const id = await store.insert(newToken("A", { secret }), CREATED);
    secret.fill(0);
    expect((await store.load(id))?.secret).toEqual(rfc4226Secret());
  });

  test("refuses a label that is taken, and stores nothing of it", async () => {
    await using store = await open();
    const id = await store.insert(newToken("A"), CREATED);
    await expect(store.insert(newToken("A"), CREATED)).rejects.toMatchObject({
      name: "StoreError",
      code: "duplicate",
      message: 'there is a token "A" already',
    });
    expect((await store.list()).length).toBe(1);
    expect((await store.auditOf(id, 10)).length).toBe(1);
  });

  test.each([2n ** 53n + 1n, 2n ** 63n, MAX_MOVING_FACTOR])("keeps %s exactly", async (factor) => {
    await using store = await open();
    const parameters = hotpParameters();
    const admit = () => newRecord(parameters);
    const id = await store.insert(newToken("A", { admit }), CREATED);
    const record = { ...newRecord(parameters), watermark: factor };
    expect(await store.swap(id, 0, record, acceptedRow(id, factor))).toBe(true);
    expect((await store.load(id))?.record).toEqual(record);
    expect((await store.auditOf(id, 1))[0]?.movingFactor).toBe(factor);
  });

  test("after it was closed every operation says so, and closing again is no error", async () => {
    const store = await open();
    await store.insert(newToken("A"), CREATED);
    await store.close();
    await store.close();
    const row = acceptedRow(1, 1n);
    const operations = [
      () => store.insert(newToken("B"), CREATED),
      () => store.load(1),
      () => store.find("A"),
      () => store.list(),
      () => store.swap(1, 0, enabled(1n), row),
      () => store.audit(row),
      () => store.bury(1, 0, enabled(1n), row),
      () => store.auditOf(1, 1),
    ];
    for (const operation of operations) {
      await expect(operation()).rejects.toMatchObject({ name: "StoreError", code: "closed" });
    }
  });
}

function testSwaps(open: () => Promise<Store>): void {
  test("of two writes from one version the first wins, the other stores nothing", async () => {
    await using store = await open();
    const id = await store.insert(newToken("A"), CREATED);
    expect(await store.swap(id, 0, enabled(7n), acceptedRow(id, 7n))).toBe(true);
    expect(await store.swap(id, 0, enabled(6n), acceptedRow(id, 6n))).toBe(false);
    expect(await store.bury(id, 0, enabled(6n), acceptedRow(id, 6n))).toBe(false);
    expect(await store.load(id)).toMatchObject({ version: 1, record: { watermark: 7n } });
    expect((await store.auditOf(id, 10)).map((row) => row.movingFactor)).toEqual([7n, null]);
    expect(await store.swap(id, 1, enabled(8n), acceptedRow(id, 8n))).toBe(true);
  });

  test("a buried token loses secret and label, its record and its audit stay", async () => {
    await using store = await open();
    const id = await store.insert(newToken("A", { user: "ada" }), CREATED);
    const record: TokenRecord = { ...enabled(9n), state: "deleted" };
    expect(await store.bury(id, 0, record, { ...adminRow(1, "delete"), token: id })).toBe(true);
    const buried = { id, label: "", user: "ada", secret: new Uint8Array(0), record, version: 1 };
    expect(await store.load(id)).toEqual(buried);
    expect(await store.find("A")).toBeNull();
    expect(await store.find("")).toBeNull();
    expect((await store.auditOf(id, 10)).map((row) => row.act)).toEqual(["delete", "create"]);
  });

  test("ids are never used again, labels of buried tokens are", async () => {
    await using store = await open();
    const id = await store.insert(newToken("A"), CREATED);
    await store.bury(id, 0, { ...enabled(9n), state: "deleted" }, acceptedRow(id, 9n));
    expect(await store.insert(newToken("A"), CREATED)).toBe(id + 1);
    expect((await store.find("A"))?.id).toBe(id + 1);
  });
}

function testAudit(open: () => Promise<Store>): void {
  test("tells of one token, newest first, as many as asked", async () => {
    await using store = await open();
    const id = await store.insert(newToken("A"), CREATED);
    const other = await store.insert(newToken("B"), CREATED);
    for (let at = 0; at < 5; at++) await store.audit(acceptedRow(id, BigInt(at), at));
    await store.audit(acceptedRow(other, 77n));
    const rows = await store.auditOf(id, 3);
    expect(rows).toEqual([4, 3, 2].map((at) => acceptedRow(id, BigInt(at), at)));
    expect((await store.auditOf(id, 100)).length).toBe(6);
  });

  test("gives back refusals and times before 1970 as they were", async () => {
    await using store = await open();
    const id = await store.insert(newToken("A"), { ...CREATED, atUs: -1 });
    const verdict = { outcome: "refused", act: "resync", reason: "replayed" } as const;
    const row = verdictRow(id, 2 ** 53 + 2, verdict);
    await store.audit(row);
    expect(await store.auditOf(id, 9)).toEqual([row, { ...CREATED, atUs: -1, token: id }]);
  });
}

function testPeers(open: () => Promise<Store>): void {
  test("shows a new token those of its secret and of its user, tombstones too", async () => {
    await using store = await open();
    const secret = new Uint8Array([1, 2, 3]);
    const buried = await store.insert(newToken("A", { secret, user: "ada" }), CREATED);
    await store.bury(buried, 0, { ...enabled(9n), state: "deleted" }, acceptedRow(buried, 9n));
    const same = await store.insert(newToken("B", { secret }), CREATED);
    await store.insert(newToken("C"), CREATED);
    let seen: Peers | undefined;
    const admit = (peers: Peers) => {
      seen = peers;
      return newRecord(PARAMETERS);
    };
    await store.insert(newToken("D", { secret, user: "ada", admit }), CREATED);
    expect(seen?.sameSecret.map((peer) => peer.id)).toEqual([buried, same]);
    expect(seen?.sameSecret[0]?.record.watermark).toBe(9n);
    expect(seen?.sameUser.map((peer) => peer.id)).toEqual([buried]);
    await store.insert(newToken("E", { secret: new Uint8Array([9]), admit }), CREATED);
    expect(seen).toEqual({ sameSecret: [], sameUser: [] });
  });

  test("a token that is not admitted is not there, and the next one can be", async () => {
    await using store = await open();
    const admit = () => {
      throw new RangeError("not this one");
    };
    await expect(store.insert(newToken("A", { admit }), CREATED)).rejects.toThrow("not this one");
    expect(await store.list()).toEqual([]);
    await store.insert(newToken("A"), CREATED);
    expect((await store.list()).length).toBe(1);
  });
}

function testVerifierOn(open: () => Promise<Store>): void {
  test("of 50 identical logins at a time one is accepted, 49 are replays (R10)", async () => {
    await using store = await open();
    const { verifier, id } = await enrolled(store);
    const logins = Array.from({ length: 50 }, () =>
      verifier.verify(id, code(NOW + 1), stepUs(NOW + 1)),
    );
    const outcomes = (await Promise.all(logins)).map(outcomeOf);
    expect(outcomes.filter((outcome) => outcome === "accepted").length).toBe(1);
    expect(outcomes.filter((outcome) => outcome === "replayed").length).toBe(49);
    const rows = await verifier.history(id);
    expect(rows.filter((row) => row.outcome === "refused").length, "replays are logged").toBe(49);
  });

  test("of two codes 25 times at a time each is accepted once at most (R12)", async () => {
    await using store = await open();
    const { verifier, id } = await enrolled(store);
    const logins = Array.from({ length: 50 }, async (_, at) => {
      const step = NOW + 1 + (at % 2);
      const verdict = await verifier.verify(id, code(step), stepUs(NOW + 1));
      return verdict.outcome === "accepted" ? step : null;
    });
    const accepted = (await Promise.all(logins)).filter((step) => step !== null);
    expect(new Set(accepted).size).toBe(accepted.length);
    expect((await verifier.state(id)).watermark).toBe(BigInt(Math.max(...accepted)));
  });

  test("of 20 identical resyncs at a time one is accepted (S14)", async () => {
    await using store = await open();
    const { verifier, id } = await enrolled(store);
    const pair = [code(NOW + 200), code(NOW + 201)];
    const resyncs = Array.from({ length: 20 }, () => verifier.resync(id, pair, stepUs(NOW + 1)));
    const outcomes = (await Promise.all(resyncs)).map(outcomeOf);
    expect(outcomes.filter((outcome) => outcome === "accepted").length).toBe(1);
    expect(outcomes.filter((outcome) => outcome === "replayed").length).toBe(19);
  });

  test("100 wrong codes at a time are evaluated up to the limit, and lock (T03)", async () => {
    await using store = await open();
    const { verifier, id } = await enrolled(store, { throttleLimit: 5 });
    const near = Array.from({ length: 2000 }, (_, at) => code(NOW - 1000 + at));
    const logins = Array.from({ length: 100 }, () =>
      verifier.verify(id, otherCode(...near), stepUs(NOW + 1)),
    );
    const outcomes = (await Promise.all(logins)).map(outcomeOf);
    expect(outcomes.filter((outcome) => outcome === "no-match").length).toBe(5);
    expect(outcomes.filter((outcome) => outcome === "locked").length).toBe(95);
    expect(await verifier.state(id)).toMatchObject({ failures: 5, locked: true });
  });

  test("of two tokens with one secret at a time one is created", async () => {
    await using store = await open();
    const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
    const create = (label: string) =>
      verifier.create({ label, parameters: PARAMETERS, secret: rfc4226Secret() });
    const results = await Promise.allSettled([create("A"), create("B")]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect((await verifier.list()).map(({ label }) => label)).toEqual(["A"]);
  });

  test("a secret set up again has still spent what it had (tombstones)", async () => {
    await using store = await open();
    const { verifier, id } = await enrolled(store);
    await verifier.deactivate(id);
    await verifier.delete(id);
    const secret = rfc4226Secret();
    const again = await verifier.create({ label: "T", parameters: PARAMETERS, secret });
    const pair = (step: number) => [code(step), code(step + 1)];
    expect(outcomeOf(await verifier.enroll(again, pair(NOW - 1), stepUs(NOW)))).toBe("replayed");
    expect(outcomeOf(await verifier.enroll(again, pair(NOW), stepUs(NOW)))).toBe("replayed");
    expect(outcomeOf(await verifier.enroll(again, pair(NOW + 1), stepUs(NOW)))).toBe("accepted");
  });
}
