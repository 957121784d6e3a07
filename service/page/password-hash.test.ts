import { describe, expect, it } from "vitest";
import { decoyOf, hashPassword, isPassword, isPasswordHash } from "./password-hash.ts";
import { Gate } from "./sign-in/gate.ts";

const COST = { ln: 10, p: 1 } as const;
/** By Python's hashlib.scrypt: "gr\u00fcn", salt 00 to 0f, n=1024, r=8, p=2, 32 bytes. */
const PYTHON_HASH =
  "$scrypt$ln=10,r=8,p=2$AAECAwQFBgcICQoLDA0ODw$MErN4hh541azKlLQ1+u" + "AdEtEqpNKdPt4MJE4XqRRrcE";

describe("a password's hash", () => {
  it("takes that password and no other, its letters composed or not", async () => {
    const hash = await hashPassword("gr\u00fcn", COST);
    expect(await isPassword("gru\u0308n", hash)).toBe(true);
    expect(await isPassword("grun", hash)).toBe(false);
    expect(await isPassword("x".repeat(1025), hash)).toBe(false);
  });

  it("has a salt of its own each time, and its cost in clear", async () => {
    const [one, two] = [await hashPassword("same", COST), await hashPassword("same", COST)];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^\$scrypt\$ln=10,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  });

  it("is scrypt's as Python computes it, in the form of PHC strings", async () => {
    expect(await isPassword("gr\u00fcn", PYTHON_HASH)).toBe(true);
    expect(await isPassword("gr\u00fcn", PYTHON_HASH.replace("p=2", "p=1"))).toBe(false);
  });

  it.each([
    ["", "empty"],
    ["x".repeat(1025), "too long"],
  ])("is not made of a password that is %$2", async (password) => {
    await expect(hashPassword(password, COST)).rejects.toThrow("1 to 1024 bytes");
  });

  it.each([
    "demo",
    "$scrypt$ln=09,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$ln=20,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$ln=15,r=8,p=99$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  ])("%s is none that is used", async (text) => {
    expect(isPasswordHash(text)).toBe(false);
    expect(await isPassword("demo", text)).toBe(false);
  });

  it("has a decoy of the same cost", async () => {
    const hash = await hashPassword("x", { ln: 11, p: 2 });
    expect(decoyOf(hash)).toMatch(/^\$scrypt\$ln=11,r=8,p=2\$/);
    expect(isPasswordHash(decoyOf(null))).toBe(true);
  });
});

it("hashes run two at a time, some wait, and more are refused", async () => {
  const gate = new Gate(2, 3);
  let running = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => ends.push(resolve));
    running--;
  };
  const all = Array.from({ length: 5 }, () => gate.run(work));
  await expect(gate.run(work)).rejects.toMatchObject({ id: "busy" });
  for (let ended = 0; ended < 5; ended++) {
    while (ends.length === 0) await Promise.resolve();
    ends.shift()?.();
  }
  await Promise.all(all);
  expect(most).toBe(2);
  const failed = gate.run(() => Promise.reject(new Error("no")));
  await expect(failed).rejects.toThrow("no");
  expect(await gate.run(async () => "free")).toBe("free");
});
