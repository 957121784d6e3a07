import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { newRecord } from "../record.ts";
import { adminRow } from "../views.ts";
import { MemoryStore } from "./memory.ts";
import { testStore } from "./testing/contract.ts";

testStore("memory", async () => new MemoryStore());

test("wipes its secrets when a token is buried, and when it is closed", async () => {
  const store = new MemoryStore();
  const record = newRecord(totpParameters());
  const admit = () => record;
  const insert = (label: string) =>
    store.insert({ label, user: null, secret: new Uint8Array([7]), admit }, adminRow(0, "create"));
  const [first, second] = [await insert("A"), await insert("B")];
  const [a, b] = [await store.load(first), await store.load(second)];
  await store.bury(first, 0, record, { ...adminRow(0, "delete"), token: first });
  expect([a?.secret, b?.secret]).toEqual([new Uint8Array([0]), new Uint8Array([7])]);
  await store.close();
  expect(b?.secret).toEqual(new Uint8Array([0]));
});

test("tells what the keys of tokens that are not deleted are made of", async () => {
  const store = new MemoryStore();
  const parameters = totpParameters({ algorithm: "SHA256", digits: 8 });
  const record = newRecord(parameters);
  const admit = () => record;
  const ids: number[] = [];
  for (const label of ["A", "B", "C"]) {
    const secret = new TextEncoder().encode(label);
    ids.push(await store.insert({ label, user: null, secret, admit }, adminRow(0, "create")));
  }
  const [a, b, c] = ids as [number, number, number];
  await store.load(a);
  const deleted = { ...record, state: "deleted" } as const;
  await store.bury(b, 0, deleted, { ...adminRow(0, "delete"), token: b });
  const keys = [...store.keysNow()].map(({ id, secret, parameters: of }) => ({
    id,
    of,
    secret: new TextDecoder().decode(secret),
  }));
  expect(keys).toEqual([
    { id: a, of: parameters, secret: "A" },
    { id: c, of: parameters, secret: "C" },
  ]);
});
