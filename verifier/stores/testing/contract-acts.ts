// What every store keeps of operators' acts: a device in the place of another, a new key, rows of
// the log that belong to no token, and who acted.

import { expect, test } from "vitest";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { newRecord, type TokenRecord } from "../../record.ts";
import { adminRow } from "../../views.ts";
import type { NewToken, RecordWrite, Store } from "../store.ts";

const PARAMETERS = totpParameters();
const CREATED = adminRow(0, "create", "ada");
const RETIRED: TokenRecord = { ...newRecord(PARAMETERS), state: "deactivated", watermark: 7n };

function newToken(label: string, given: Partial<NewToken> = {}): NewToken {
  const admit = () => newRecord(PARAMETERS);
  return { label, user: "bob", secret: Buffer.from(label.padEnd(20)), admit, ...given };
}

function retired(id: number, version: number): RecordWrite {
  return { id, version, record: RETIRED, audit: { ...adminRow(1, "replace", "ada"), token: id } };
}

/** Registers the tests. `open` gives an empty store of its own for each. */
export function testActs(open: () => Promise<Store>): void {
  testReplacements(open);
  testLog(open);
}

function testReplacements(open: () => Promise<Store>): void {
  test("a replacement retires one token and adds the other, each with its audit row", async () => {
    await using store = await open();
    const old = await store.insert(newToken("A"), CREATED);
    const id = await store.replace(retired(old, 0), newToken("B"), CREATED);
    expect(id).toBe(old + 1);
    expect(await store.load(old)).toMatchObject({ version: 1, record: RETIRED });
    expect(await store.load(id ?? 0)).toMatchObject({ label: "B", user: "bob", version: 0 });
    const acts = async (of: number) => (await store.auditOf(of, 9)).map(({ act }) => act);
    expect([await acts(old), await acts(old + 1)]).toEqual([["replace", "create"], ["create"]]);
    const { rows } = await store.auditPage({ limit: 9 });
    expect(rows.length).toBe(3);
  });

  test("a replacement that cannot be stored leaves the old one as it was", async () => {
    await using store = await open();
    const old = await store.insert(newToken("A"), CREATED);
    await store.insert(newToken("taken", { user: null }), CREATED);
    const admit = () => {
      throw new RangeError("not this one");
    };
    await expect(store.replace(retired(old, 0), newToken("taken"), CREATED)).rejects.toMatchObject({
      code: "duplicate",
    });
    const refused = store.replace(retired(old, 0), newToken("B", { admit }), CREATED);
    await expect(refused).rejects.toThrow("not this one");
    expect(await store.replace(retired(old, 1), newToken("B"), CREATED), "stale").toBeNull();
    expect(await store.replace(retired(99, 0), newToken("B"), CREATED), "unknown").toBeNull();
    expect(await store.load(old)).toMatchObject({ version: 0, record: { state: "created" } });
    expect((await store.list()).map(({ label }) => label)).toEqual(["A", "taken"]);
    expect((await store.auditPage({ limit: 9 })).rows.length).toBe(2);
  });

  test.each(["bob", null])("of 10 replacements of a token of %s at a time one is", async (user) => {
    await using store = await open();
    const old = await store.insert(newToken("A", { user }), CREATED);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        store.replace(retired(old, 0), newToken(`B${at}`, { user }), CREATED),
      ),
    );
    expect(answers.filter((id) => id !== null)).toEqual([old + 1]);
    expect((await store.list()).length).toBe(2);
    expect((await store.auditPage({ limit: 99 })).rows.length).toBe(3);
  });
}

function testLog(open: () => Promise<Store>): void {
  test("the log tells who acted, and what else there is to say", async () => {
    await using store = await open();
    const id = await store.insert(newToken("A"), CREATED);
    const said = { by: "Größe 😀 & co", detail: "zone, +1 h" };
    const rows = [said, { by: null, detail: null }, { ...said, by: null }].map((texts) => ({
      ...adminRow(3, "tracking"),
      ...texts,
      token: id,
    }));
    await store.writeMany(rows.map((audit) => ({ kind: "audit", audit })));
    expect((await store.auditOf(id, 3)).toReversed()).toEqual(rows);
  });

  test("rows of no token are kept, beside those of tokens", async () => {
    await using store = await open();
    const id = await store.insert(newToken("A"), CREATED);
    const ofNone = { ...adminRow(2, "rotate-key", "ada", "of none"), token: 0 };
    await store.audit(ofNone);
    const both = [0, id].map((token) => ({ ...adminRow(3, "unlock"), token }));
    const writes = both.map((audit) => ({ kind: "audit", audit }) as const);
    expect(await store.writeMany(writes)).toEqual([true, true]);
    const { rows } = await store.auditPage({ limit: 9 });
    expect(rows).toEqual(expect.arrayContaining([ofNone, ...both]));
    expect(rows.length).toBe(4);
    expect((await store.auditOf(id, 9)).map(({ act }) => act)).toEqual(["unlock", "create"]);
  });

  test("a new key is logged, by stores that seal anything", async () => {
    await using store = await open();
    const row = adminRow(5, "rotate-key", "ada");
    const keyId = await store.rotateKey(row);
    const { rows } = await store.auditPage({ limit: 9 });
    expect(rows).toEqual(store.name === "memory" ? [] : [{ ...row, token: 0 }]);
    if (store.name === "memory") expect(keyId).toBeNull();
    else expect(keyId).toMatch(/^[0-9a-f]{8}$/);
  });
}
