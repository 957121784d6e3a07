import { expect, test } from "vitest";
import published from "../inventory-schema.json" with { type: "json" };
import { InventoryError, inventoryToken, parseInventory } from "./inventory.ts";
import { INVENTORY_SCHEMA } from "./schema.ts";

const FULL = {
  name: "desk-token",
  driver: "serial",
  address: "/dev/ttyACM0",
  serial: "A17",
  lot: "2026-04",
  firmware: "1.2",
  credential: "work",
  note: "on Ada's desk",
  secret: { file: "secrets/desk.txt", encoding: "hex" },
  clock: { class: "xtal", ppm: 20 },
  timeRange: { fromSeconds: 946_684_800, toSeconds: 4_102_444_799 },
};

function inventoryOf(...tokens: readonly object[]): string {
  return JSON.stringify({ version: 1, tokens });
}

function refusal(text: string): string {
  try {
    parseInventory(text, "bench/oathbed.tokens.json");
  } catch (error) {
    if (error instanceof InventoryError) return error.message;
    throw error;
  }
  throw new Error("it was taken");
}

test("the schema for editors is the one that is checked", () => {
  expect(published).toEqual(INVENTORY_SCHEMA);
});

test("reads every field, and makes paths of secrets absolute", () => {
  const inventory = parseInventory(inventoryOf(FULL), "/bench/oathbed.tokens.json");
  expect(inventoryToken(inventory, "desk-token")).toEqual({
    ...FULL,
    secret: { file: "/bench/secrets/desk.txt", encoding: "hex" },
  });
  expect(inventoryToken(inventory, "other")).toBeUndefined();
});

test("reads the least there can be", () => {
  const least = { name: "t", driver: "virtual", address: "software" };
  expect(parseInventory(inventoryOf(least), "f").tokens).toEqual([least]);
  expect(parseInventory(inventoryOf(), "f").tokens).toEqual([]);
});

test.each([
  ["", "it is not JSON"],
  ['{"version":1,', "it is not JSON"],
  ["[]", "at the top: must be object"],
  ['{"version":2,"tokens":[]}', "at /version: must be 1"],
  ['{"tokens":[]}', 'at the top: add "version"'],
  ['{"version":1,"tokens":{}}', "at /tokens: must be array"],
  [inventoryOf({ ...FULL, pin: 1 }), 'at /tokens/0: unknown property "pin"; remove it'],
  [inventoryOf({ ...FULL, name: "a:b" }), "at /tokens/0/name: must match pattern"],
  [inventoryOf({ ...FULL, name: "virtual" }), "at /tokens/0/name: "],
  [inventoryOf(FULL, FULL), 'at /tokens/1/name: "desk-token" is also /tokens/0; rename one'],
  [inventoryOf({ ...FULL, driver: "Serial" }), "at /tokens/0/driver: must match pattern"],
  [inventoryOf({ ...FULL, address: "" }), "at /tokens/0/address: must NOT have fewer"],
  [inventoryOf({ ...FULL, clock: { class: "sundial" } }), "at /tokens/0/clock/class: must be one"],
  [inventoryOf({ ...FULL, clock: { class: "xtal", ppm: -1 } }), "at /tokens/0/clock/ppm: must be"],
  [
    inventoryOf({ ...FULL, timeRange: { fromSeconds: 2, toSeconds: 1 } }),
    "at /tokens/0/timeRange: fromSeconds must not be after toSeconds",
  ],
  [inventoryOf({ ...FULL, secret: { file: "a", state: "b" } }), "at /tokens/0/secret: must be"],
])("refuses %s and says where and what", (text, message) => {
  expect(refusal(text)).toContain(message);
  expect(refusal(text)).toMatch(/^bench\/oathbed\.tokens\.json: /);
});

test("a secret in the file itself is refused and not repeated", () => {
  const secret = "JBSWY3DPEHPK3PXP";
  const message = refusal(inventoryOf({ ...FULL, secret }));
  expect(message).toContain("a secret itself has no place here");
  expect(message).not.toContain(secret);
  expect(refusal(`{"version":1,"tokens":[{"secret":${secret}}]}`)).not.toContain(secret);
});
