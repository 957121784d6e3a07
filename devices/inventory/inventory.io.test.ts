import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Inventory, inventoryToken, readInventory } from "./inventory.ts";
import { type InventorySecret, inventorySecret, readSecretFile } from "./secret.ts";

const RFC_SECRET = Buffer.from("12345678901234567890");
const RFC_BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "oathbed-inventory-"));
  mkdirSync(join(folder, "secrets"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function inventoryWith(secret: object | undefined): Promise<Inventory> {
  const token = { name: "desk", driver: "virtual", address: "software", secret };
  return readInventory(write("t.json", JSON.stringify({ version: 1, tokens: [token] })));
}

async function secretOf(secret: object | undefined): Promise<InventorySecret> {
  const token = inventoryToken(await inventoryWith(secret), "desk");
  if (token === undefined) throw new Error("the token is there");
  return inventorySecret(token);
}

test("a secret is read from the file that the inventory names", async () => {
  write("secrets/desk.txt", ` ${RFC_BASE32.toLowerCase()}\n`);
  expect(await secretOf({ file: "secrets/desk.txt" })).toEqual({
    kind: "file",
    secret: Uint8Array.from(RFC_SECRET),
  });
  write("secrets/desk.hex", RFC_SECRET.toString("hex"));
  expect(await secretOf({ file: "secrets/desk.hex", encoding: "hex" })).toEqual({
    kind: "file",
    secret: Uint8Array.from(RFC_SECRET),
  });
  expect(await secretOf({ state: "ada" })).toEqual({ kind: "state", label: "ada" });
  expect(await secretOf(undefined)).toEqual({ kind: "none" });
});

test("an otpauth URI brings its parameters, and its counter when it has one", async () => {
  const totp = write("a", `otpauth://totp/x?secret=${RFC_BASE32}&digits=8&period=60\n`);
  expect(await readSecretFile(totp)).toEqual({
    secret: Uint8Array.from(RFC_SECRET),
    parameters: { kind: "totp", algorithm: "SHA1", digits: 8, stepSeconds: 60, t0: 0 },
  });
  const hotp = write("b", `otpauth://hotp/x?secret=${RFC_BASE32}&counter=5`);
  expect(await readSecretFile(hotp)).toMatchObject({ parameters: { kind: "hotp" }, counter: 5n });
});

test.each([
  ["", /secret must be 1 to 1024 bytes/],
  ["GEZDGNBVGY3TQOJ1", /no Base32 character/],
  ["otpauth://totp/x", /secret: /],
  ["A".repeat(20_000), /longer than 16384 bytes/],
])("a file with %j in it is refused, by name and without its text", async (text, message) => {
  const path = write("bad", text);
  const outcome = readSecretFile(path);
  await expect(outcome).rejects.toThrow(message);
  await expect(outcome).rejects.toThrow(path);
  if (text.length > 8) await expect(outcome).rejects.not.toThrow(text.slice(0, 15));
});

test("hex that is none is refused", async () => {
  await expect(readSecretFile(write("odd", "123"), "hex")).rejects.toThrow(/even number/);
  await expect(readSecretFile(write("not", "zz"), "hex")).rejects.toThrow(/even number/);
});

test("a secret that others can read, or nobody, is warned of", async () => {
  write("secrets/desk.txt", RFC_BASE32, 0o600);
  expect((await inventoryWith({ file: "secrets/desk.txt" })).warnings).toEqual([]);
  write("secrets/desk.txt", RFC_BASE32, 0o640);
  const path = join(folder, "secrets/desk.txt");
  expect((await inventoryWith({ file: "secrets/desk.txt" })).warnings).toEqual([
    `the secret of desk can be read by others: chmod 600 ${path}`,
  ]);
  const { warnings } = await inventoryWith({ file: "secrets/gone.txt" });
  expect(warnings).toEqual([expect.stringContaining("cannot be read (ENOENT)")]);
  await expect(secretOf({ file: "secrets/gone.txt" })).rejects.toThrow(/gone.txt: .*ENOENT/);
});

test("a missing, unreadable or endless inventory says so", async () => {
  await expect(readInventory(join(folder, "none.json"))).rejects.toThrow(
    /none\.json: there is no such file; name yours with --inventory FILE/,
  );
  await expect(readInventory(folder)).rejects.toThrow(/it cannot be read \(EISDIR\)/);
  await expect(readInventory(write("big", " ".repeat(8_388_609)))).rejects.toThrow(/split it/);
});
