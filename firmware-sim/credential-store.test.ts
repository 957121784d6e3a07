import { expect, test } from "vitest";
import { hotpParameters } from "../core/oath/parameters.ts";
import { CredentialStore } from "./credential-store.ts";
import type { StoredCredential } from "./emulated-token.ts";
import { NonVolatileMemory, PowerFailure } from "./memory.ts";
import { refusalOf } from "./testing/token.ts";

function credential(name: string, counter = 0n): StoredCredential {
  return { name, secret: Uint8Array.of(1, 2, 3), parameters: hotpParameters(), counter };
}

function names(store: CredentialStore): readonly string[] {
  return store.all().map(({ name }) => name);
}

test("takes as many credentials as there are slots, and says when they are used up", () => {
  const store = new CredentialStore(new NonVolatileMemory(2));
  store.put(credential("a"));
  store.put(credential("b"));
  expect(refusalOf(() => store.put(credential("c")))).toBe("full");
  expect(names(store)).toEqual(["a", "b"]);
});

test("replaces a credential in its place, also when all slots are used", () => {
  const store = new CredentialStore(new NonVolatileMemory(2));
  store.put(credential("a"));
  store.put(credential("b"));
  store.put(credential("a", 7n));
  expect(names(store)).toEqual(["a", "b"]);
  expect(store.find("a")?.counter).toBe(7n);
});

test("a slot that was freed is used again", () => {
  const store = new CredentialStore(new NonVolatileMemory(2));
  store.put(credential("a"));
  store.put(credential("b"));
  store.remove("a");
  expect(store.find("a")).toBeUndefined();
  store.put(credential("c"));
  expect(names(store)).toEqual(["c", "b"]);
  expect(refusalOf(() => store.remove("a"))).toBe("no-credential");
});

test("what is in memory is there after the power comes back", () => {
  const memory = new NonVolatileMemory(3);
  const store = new CredentialStore(memory);
  store.put(credential("a", 5n));
  store.put(credential("b"));
  store.remove("b");
  expect(new CredentialStore(memory).all()).toEqual([credential("a", 5n)]);
});

test("RAM does not show what power failed to write", () => {
  const memory = new NonVolatileMemory(1);
  const store = new CredentialStore(memory);
  store.put(credential("a", 1n));
  memory.failWrite(1, 0.5);
  expect(() => store.put(credential("a", 2n))).toThrow(PowerFailure);
  expect(store.find("a")?.counter).toBe(1n);
  memory.failWrite(1, 1);
  expect(() => store.remove("a")).toThrow(PowerFailure);
  store.load();
  expect(store.all()).toEqual([]);
});
