// What every store keeps when it is asked for many things at a time.

import { expect, test } from "vitest";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { newRecord, type TokenRecord } from "../../record.ts";
import { adminRow, verdictRow } from "../../views.ts";
import type { AuditRow, ImportedToken, NewToken, Peers, Store, Write } from "../store.ts";

const PARAMETERS = totpParameters();
const CREATED = adminRow(0, "create");

function newToken(label: string, given: Partial<NewToken> = {}): NewToken {
  const admit = () => newRecord(PARAMETERS);
  return { label, user: null, secret: Buffer.from(label.padEnd(20)), admit, ...given };
}

function imported(label: string, given: Partial<NewToken> = {}): ImportedToken {
  return { token: newToken(label, given), audit: CREATED };
}

function enabled(watermark: bigint): TokenRecord {
  return { ...newRecord(PARAMETERS), state: "enabled", watermark };
}

function row(token: number, movingFactor: bigint): AuditRow {
  const verdict = { outcome: "accepted", act: "verify", movingFactor } as const;
  return verdictRow(token, 0, { ...verdict, offsetSteps: 0, outOfSync: false });
}

function swap(id: number, version: number, factor: bigint): Write {
  return { kind: "swap", id, version, record: enabled(factor), audit: row(id, factor) };
}

/** Registers the tests. `open` gives an empty store of its own for each. */
export function testMany(open: () => Promise<Store>): void {
  testImports(open);
  testQueries(open);
  testWrites(open);
  testAuditPages(open);
  testUpkeep(open);
}

function testImports(open: () => Promise<Store>): void {
  test("an import stores all its tokens, in order, with their audit rows", async () => {
    await using store = await open();
    const labels = Array.from({ length: 600 }, (_, at) => `T${at}`);
    const ids = await store.importMany(labels.map((label) => imported(label)));
    expect(ids).toEqual(labels.map((_, at) => at + 1));
    expect((await store.list()).map(({ label }) => label)).toEqual(labels);
    expect((await store.load(600))?.secret).toEqual(
      Uint8Array.from(Buffer.from("T599".padEnd(20))),
    );
    expect(await store.auditOf(600, 9)).toEqual([{ ...CREATED, token: 600 }]);
    expect(await store.importMany([])).toEqual([]);
  });

  test.each([
    ["taken", ["B", "A", "C"]],
    ["given twice", ["B", "C", "B"]],
  ])("an import with a label that is %s stores nothing", async (_, labels) => {
    await using store = await open();
    await store.insert(newToken("A"), CREATED);
    const importing = store.importMany(labels.map((label) => imported(label)));
    await expect(importing).rejects.toMatchObject({ name: "StoreError", code: "duplicate" });
    expect((await store.list()).map(({ label }) => label)).toEqual(["A"]);
    expect((await store.auditPage({ limit: 9 })).rows.length).toBe(1);
    expect(await store.importMany([imported("B")])).toEqual([2]);
  });

  test("tokens of an import see those before them, and one refused refuses all", async () => {
    await using store = await open();
    const secret = new Uint8Array([1, 2, 3]);
    const seen: Peers[] = [];
    const admit = (peers: Peers) => {
      seen.push(peers);
      if (peers.sameSecret.length > 1) throw new RangeError("too many");
      return newRecord(PARAMETERS);
    };
    const given = { secret, user: "ada", admit };
    const three = ["A", "B", "C"].map((label) => imported(label, given));
    await expect(store.importMany(three)).rejects.toThrow("too many");
    expect(seen.map(({ sameUser }) => sameUser.length)).toEqual([0, 1, 2]);
    expect(seen[1]?.sameSecret.map(({ id, label }) => [id, label])).toEqual([[0, "A"]]);
    expect(await store.list()).toEqual([]);
    expect(await store.importMany(three.slice(0, 2))).toEqual([1, 2]);
  });
}

function testQueries(open: () => Promise<Store>): void {
  test("loads many in the order asked, null for those that are not there", async () => {
    await using store = await open();
    await store.importMany([imported("A"), imported("B")]);
    const tokens = await store.loadMany([2, 9, 1, 2, -1]);
    expect(tokens.map((token) => token?.label ?? null)).toEqual(["B", null, "A", "B", null]);
  });

  test("gives a user's tokens, and pages of all, by id", async () => {
    await using store = await open();
    const users = ["ada", "bob", "ada", null, "ada"];
    await store.importMany(users.map((user, at) => imported(`T${at}`, { user })));
    expect((await store.listOf("ada")).map(({ id }) => id)).toEqual([1, 3, 5]);
    expect(await store.listOf("nobody")).toEqual([]);
    expect((await store.listPage(0, 2)).map(({ id }) => id)).toEqual([1, 2]);
    expect((await store.listPage(2, 9)).map(({ id }) => id)).toEqual([3, 4, 5]);
    expect(await store.listPage(5, 9)).toEqual([]);
  });
}

function testWrites(open: () => Promise<Store>): void {
  test("of many writes each is stored or not for itself", async () => {
    await using store = await open();
    await store.importMany(["A", "B", "C"].map((label) => imported(label)));
    const writes: Write[] = [
      swap(1, 0, 5n),
      swap(2, 7, 6n),
      { kind: "audit", audit: row(2, 8n) },
      { ...swap(3, 0, 9n), kind: "bury" } as Write,
      { kind: "audit", audit: row(99, 8n) },
    ];
    expect(await store.writeMany(writes)).toEqual([true, false, true, true, false]);
    expect((await store.load(1))?.record.watermark).toBe(5n);
    expect(await store.load(2)).toMatchObject({ version: 0, record: { watermark: -1n } });
    expect(await store.load(3)).toMatchObject({ label: "", version: 1 });
    const factors = async (id: number) =>
      (await store.auditOf(id, 9)).map(({ movingFactor }) => movingFactor);
    expect(await Promise.all([1, 2, 3].map(factors))).toEqual([
      [5n, null],
      [8n, null],
      [9n, null],
    ]);
    expect(await store.writeMany([])).toEqual([]);
  });

  test("of two writes of one token at a time one is stored", async () => {
    await using store = await open();
    await store.insert(newToken("A"), CREATED);
    const won = await store.writeMany([swap(1, 0, 5n), swap(1, 0, 6n)]);
    expect(won.filter(Boolean).length).toBe(1);
    const factor = won[0] === true ? 5n : 6n;
    expect(await store.load(1)).toMatchObject({ version: 1, record: { watermark: factor } });
    expect((await store.auditOf(1, 9)).map((one) => one.movingFactor)).toEqual([factor, null]);
  });

  test("an audit row of no token is a caller's mistake", async () => {
    await using store = await open();
    await expect(store.audit(row(1, 1n))).rejects.toThrow(/there is no token 1/);
    expect((await store.auditPage({ limit: 9 })).rows).toEqual([]);
  });

  test("1,000 swaps of 10 tokens at a time: as many versions as swaps that won", async () => {
    await using store = await open();
    await store.importMany(Array.from({ length: 10 }, (_, at) => imported(`T${at}`)));
    const won = await Promise.all(
      Array.from({ length: 1000 }, async (_, at) => {
        const id = (at % 10) + 1;
        const version = (await store.load(id))?.version ?? -1;
        return store.swap(id, version, enabled(BigInt(at)), row(id, BigInt(at)));
      }),
    );
    const versions = (await store.list()).reduce((sum, { version }) => sum + version, 0);
    expect(versions).toBe(won.filter(Boolean).length);
    expect(versions).toBeGreaterThanOrEqual(10);
    const { rows } = await store.auditPage({ limit: 10_000 });
    expect(rows.length).toBe(10 + versions);
  });
}

function testAuditPages(open: () => Promise<Store>): void {
  test("the log is read in pages, of one token and of all, newest first", async () => {
    await using store = await open();
    await store.importMany([imported("A"), imported("B")]);
    for (let at = 0; at < 7; at++) {
      const two = [row(1, BigInt(at)), row(2, BigInt(100 + at)), row(1, BigInt(50 + at))];
      for (const audit of two) await store.writeMany([{ kind: "audit", audit }]);
    }
    const all = await pages(store, {});
    const one = await pages(store, { token: 1 });
    expect(all.length).toBe(23);
    expect(one).toEqual(all.filter(({ token }) => token === 1));
    expect(one.slice(0, 3).map(({ movingFactor }) => movingFactor)).toEqual([56n, 6n, 55n]);
    expect(await pages(store, { token: 3 })).toEqual([]);
    await expect(store.auditPage({ limit: 1, before: "x" })).rejects.toThrow(/earlier page/);
  });

  test("rows written at a time are all read back, in pages, too", async () => {
    await using store = await open();
    await store.importMany([imported("A"), imported("B")]);
    const audits = Array.from({ length: 40 }, (_, at) => row(1 + (at % 2), BigInt(at)));
    await store.writeMany(audits.map((audit) => ({ kind: "audit", audit })));
    const factors = (await pages(store, { token: 2 })).map(({ movingFactor }) => movingFactor);
    const odd = Array.from({ length: 20 }, (_, at) => BigInt(2 * at + 1));
    expect(factors.toSorted(byNumber)).toEqual([null, ...odd]);
  });
}

function testUpkeep(open: () => Promise<Store>): void {
  test("counts tokens, tombstones and writes", async () => {
    await using store = await open();
    await store.importMany([imported("A"), imported("B")]);
    await store.bury(1, 0, { ...enabled(1n), state: "deleted" }, row(1, 1n));
    const { tokens, tombstones, writes, transactions } = await store.statistics();
    expect({ tokens, tombstones }).toEqual({ tokens: 1, tombstones: 1 });
    expect(writes).toBeGreaterThan(0);
    expect(transactions).toBeGreaterThan(0);
  });

  test("a new key changes nothing of what is stored", async () => {
    await using store = await open();
    const [a, b] = await store.importMany([imported("A"), imported("B"), imported("C")]);
    await store.bury(a as number, 0, { ...enabled(1n), state: "deleted" }, row(1, 1n));
    const before = await store.list();
    const secrets = before.map(({ secret }) => secret.slice());
    await store.rotateKey(adminRow(0, "rotate-key"));
    await store.rotateKey(adminRow(0, "rotate-key"));
    const after = await store.list();
    expect(after).toEqual(before);
    expect(after.map(({ secret }) => secret)).toEqual(secrets);
    expect((await store.load(b as number))?.secret.length).toBe(20);
    await store.insert(newToken("D"), CREATED);
    expect((await store.find("D"))?.secret.length).toBe(20);
    let seen: Peers | undefined;
    const admit = (peers: Peers) => {
      seen = peers;
      return newRecord(PARAMETERS);
    };
    await store.insert(newToken("E", { secret: Buffer.from("A".padEnd(20)), admit }), CREATED);
    expect(
      seen?.sameSecret.map(({ id }) => id),
      "tombstones are known as before",
    ).toEqual([a]);
  });
}

async function pages(store: Store, query: { readonly token?: number }): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  let before: string | undefined;
  for (let page = 0; page < 100; page++) {
    const given = before === undefined ? {} : { before };
    const answer = await store.auditPage({ ...query, limit: 4, ...given });
    expect(answer.rows.length).toBeLessThanOrEqual(4);
    rows.push(...answer.rows);
    if (answer.next === null) return rows;
    before = answer.next;
  }
  throw new Error("the log has no end");
}

function byNumber(a: bigint | null, b: bigint | null): number {
  return Number((a ?? -1n) - (b ?? -1n));
}
