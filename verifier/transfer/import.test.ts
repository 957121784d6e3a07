import { beforeEach, describe, expect, it } from "vitest";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { policyOf } from "../policy.ts";
import { MemoryStore } from "../stores/memory.ts";
import { Verifier } from "../verifier.ts";
import { exportTokens } from "./export.ts";
import { type ImportOptions, type ImportSink, importFile, storeSink } from "./import.ts";
import { readTokens, secretIdentity } from "./read.ts";
import { container, K20_HEX, keyPackage, problemsOf, utf8 } from "./testing/files.ts";
import { transferTokenOf } from "./token.ts";

const OTHER_HEX = "00112233445566778899aabbccddeeff00112233";
const FILE = `serial,secret_hex,type,counter,user\nA,${K20_HEX},hotp,0,ada\nB,${OTHER_HEX},totp,,bob\n`;
const POLICY = policyOf("rfc6238");
const AT = { atUs: 1_000_000 };

let store: MemoryStore;
let verifier: Verifier;
let sink: ImportSink;

beforeEach(() => {
  store = new MemoryStore();
  verifier = new Verifier({ store, policy: POLICY });
  sink = storeSink(store, POLICY);
});

function run(text: string, options: Partial<ImportOptions> = {}) {
  return importFile(utf8(text), sink, { ...AT, ...options });
}

describe("an import", () => {
  it("stores all tokens, not enabled yet, and reports them without secrets", async () => {
    const report = await run(FILE);
    expect(report.ids).toEqual([1, 2]);
    expect(report.rows).toMatchObject([
      { line: 2, label: "A", user: "ada", kind: "hotp", counter: "0", stepSeconds: null },
      { line: 3, label: "B", user: "bob", kind: "totp", counter: null, stepSeconds: 30 },
    ]);
    expect(JSON.stringify(report)).not.toContain(K20_HEX.slice(0, 6));
    expect(await verifier.find("A")).toMatchObject({ state: "created", user: "ada" });
    expect(await verifier.history(1)).toMatchObject([{ act: "create", atUs: 1_000_000 }]);
    const verdict = await verifier.enroll(1, ["755224", "287082"], 2_000_000);
    expect(verdict.outcome).toBe("accepted");
  });

  it("stores nothing in a dry run, whose report is the same", async () => {
    const dry = await run(FILE, { dryRun: true });
    expect(await verifier.list()).toEqual([]);
    expect(dry).toEqual({ ...(await run(FILE)), ids: null });
  });

  it("wipes the file and the secrets, also when it is refused", async () => {
    const seen: Uint8Array[] = [];
    const watched: ImportSink = {
      known: () => Promise.resolve([]),
      importTokens(batch) {
        seen.push(...batch.map(({ secret }) => secret));
        expect(seen[0]).toEqual(rfc4226Secret());
        return Promise.reject(new Error("the store is gone"));
      },
    };
    const bytes = utf8(FILE);
    await expect(importFile(bytes, watched, AT)).rejects.toThrow("gone");
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    expect(seen.flatMap((secret) => [...secret]).every((byte) => byte === 0)).toBe(true);
    const bad = utf8("serial,secret_hex\nA,1\n");
    await expect(importFile(bad, watched, AT)).rejects.toThrow("odd");
    expect(bad.every((byte) => byte === 0)).toBe(true);
  });

  it("keeps the dates of a key, which are written again", async () => {
    const rest = `<Policy><StartDate>2026-01-01T00:00:00Z</StartDate>
      <ExpiryDate>2027-01-01T00:00:00Z</ExpiryDate></Policy>`;
    const nowUs = Date.UTC(2025, 6) * 1000;
    await run(container(keyPackage({ rest })), { nowUs });
    const [token] = await store.list();
    if (token === undefined) throw new Error("no token");
    const dates = { validFromUs: Date.UTC(2026, 0) * 1000, validUntilUs: Date.UTC(2027, 0) * 1000 };
    expect(token.record).toMatchObject(dates);
    expect((await verifier.enroll(token.id, ["1", "2"], nowUs)).outcome).toBe("refused");
    const file = await exportTokens([transferTokenOf(token)], { format: "pskc", plain: true });
    expect((await readTokens(file)).tokens[0]?.token).toMatchObject(dates);
  });

  it("keeps a clock's known drift", async () => {
    const data = "<TimeDrift><PlainValue>3</PlainValue></TimeDrift>";
    await run(container(keyPackage({ algorithm: "totp", data })));
    expect(await verifier.state(1)).toMatchObject({ offsetSteps: 3 });
  });
});

describe("an import is refused as a whole", () => {
  it("when a label or a secret is stored already", async () => {
    await run(FILE);
    const again = `serial,secret_hex\nA,${"ab".repeat(20)}\nC,${OTHER_HEX}\nD,${"cd".repeat(20)}\n`;
    expect(await problemsOf(run(again))).toMatchObject([
      { line: 2, field: "label", token: "A" },
      { line: 3, field: "secret", token: "C", message: expect.stringContaining('"B"') },
    ]);
    expect(await verifier.list()).toHaveLength(2);
  });

  it("when a user would have more devices than the policy allows", async () => {
    const policy = policyOf("rfc6238", { devicesPerUser: 1 });
    const text = FILE.replace("bob", "ada");
    const work = importFile(utf8(text), storeSink(store, policy), AT);
    await expect(work).rejects.toMatchObject({ code: "device-limit" });
    await expect(work).rejects.toThrow('token "B"');
    expect(await verifier.list()).toEqual([]);
  });

  it("when another one came between", async () => {
    const late: ImportSink = { ...sink, known: () => Promise.resolve([]) };
    await run(FILE);
    const text = `serial,secret_hex\nE,${"ef".repeat(20)}\nA,${"ab".repeat(20)}\n`;
    await expect(importFile(utf8(text), late, AT)).rejects.toMatchObject({ code: "duplicate" });
    expect(await verifier.list()).toHaveLength(2);
  });
});

it("sets a device up again, and what it consumed stays consumed", async () => {
  await run(FILE);
  await verifier.enroll(1, ["755224", "287082"], 2_000_000);
  await verifier.deactivate(1);
  const { notes } = await run(`serial,secret_hex,type,counter\nA2,${K20_HEX},hotp,0\n`);
  expect(notes).toEqual(["1 tokens were set up before; what its codes consumed stays consumed"]);
  expect((await verifier.find("A2"))?.watermark).toBe(1n);
});

it("exports a store's tokens with the next counter, and imports them elsewhere", async () => {
  await run(FILE);
  await verifier.enroll(1, ["755224", "287082"], 2_000_000);
  const tokens = (await store.list()).map(transferTokenOf);
  expect(tokens[0]?.counter).toBe(2n);
  const passphrase = utf8("correct horse");
  const protection = { kind: "passphrase", passphrase, iterations: 10 } as const;
  const bytes = await exportTokens(tokens, { format: "pskc", protection });
  const elsewhere = new MemoryStore();
  const options = { ...AT, credentials: { passphrase } };
  await importFile(bytes, storeSink(elsewhere, POLICY), options);
  const there = new Verifier({ store: elsewhere, policy: POLICY });
  expect(await there.enroll(1, ["755224", "287082"], 3_000_000)).toMatchObject({
    outcome: "refused",
  });
  const verdict = await there.enroll(1, ["359152", "969429"], 3_000_000);
  expect(verdict.outcome).toBe("accepted");
});

it("knows keys that HMAC cannot tell apart", () => {
  const short = Uint8Array.of(1, 2);
  expect(secretIdentity(Uint8Array.of(1, 2, 0))).toBe(secretIdentity(short));
  expect(secretIdentity(Uint8Array.of(1, 2, 1))).not.toBe(secretIdentity(short));
  const long = new Uint8Array(70).fill(1, 0, 69);
  expect(secretIdentity(long)).not.toBe(secretIdentity(long.subarray(0, 69)));
});

it("refuses files that are too large, empty or unreadable", async () => {
  const large = new Uint8Array(16 * 1024 * 1024 + 1).fill(0x20);
  expect((await problemsOf(readTokens(large)))[0]?.message).toContain("16777216");
  expect((await problemsOf(readTokens(utf8(" \n"))))[0]?.message).toContain("empty");
});
