// The operators' commands over a state file, in this process.

import { readFile, stat, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseOtpauthUri } from "../../core/oath/otpauth.ts";
import { totpParameters } from "../../core/oath/parameters.ts";
import { codeOf } from "../../verifier/testing/codes.ts";
import { type Ended, oathbed } from "../testing/oathbed.ts";
import { type Scratch, scratch } from "../testing/scratch.ts";

/** RFC 4226 Appendix D: the secret and its first codes. */
const RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const RFC_HEX = "3132333435363738393031323334353637383930";
const CODES = ["755224", "287082", "359152", "969429", "338314"] as const;

let folder: Scratch;
let state: string;

beforeAll(async () => {
  folder = await scratch();
  state = folder.at("state.db");
  const words = [
    "enroll",
    "carl",
    "--user",
    "Carl",
    "--secret-stdin",
    "--hotp",
    CODES[0],
    CODES[1],
  ];
  const enrolled = await oathbed([...words, "--state", state], { input: RFC_SECRET });
  expect(enrolled.exitCode).toBe(0);
});

afterAll(() => folder[Symbol.asyncDispose]());

const admin = (command: string, ...words: readonly string[]): Promise<Ended> =>
  oathbed(["admin", command, ...words, "--state", state]);

/** Every line of the audit log, newest first. */
async function acts(...words: readonly string[]): Promise<readonly string[]> {
  const { out } = await admin("audit", ...words, "--json");
  return JSON.parse(out).rows.map(
    (row: { act: string; outcome: string }) => `${row.act} ${row.outcome}`,
  );
}

test("lists tokens, for people and for scripts", async () => {
  expect((await admin("list")).out).toMatch(/1 {3}carl {3}Carl {2}enabled {2}hotp SHA1, 6 digits/);
  const { tokens } = JSON.parse((await admin("list", "--json")).out);
  expect(tokens).toMatchObject([{ id: 1, label: "carl", user: "Carl", watermark: "1" }]);
  expect(JSON.parse((await admin("list", "--user", "no", "--json")).out)).toEqual({ tokens: [] });
});

test("shows why codes were refused since the last accepted one", async () => {
  await oathbed(["verify", "carl", CODES[1], "--state", state]);
  await oathbed(["verify", "carl", "000000", "--state", state]);
  const { out } = await admin("show", "carl");
  expect(out).toContain("carl (id:1)");
  expect(out).toMatch(/verify +replayed +\S+ +the code was used before/);
  const { refusals, drift } = JSON.parse((await admin("show", "id:1", "--json")).out);
  expect(drift).toBeNull();
  const by = userInfo().username;
  expect(refusals).toMatchObject([
    { reason: "no-match", by },
    { reason: "replayed", by },
  ]);
});

test("unlocks a token that too many failures locked, and audits it", async () => {
  const { out } = await admin("unlock", "carl", "--json");
  expect(JSON.parse(out)).toMatchObject({ failures: 0, locked: false });
  expect((await acts("carl", "--limit", "1"))[0]).toBe("unlock done");
});

describe("a time-based token", () => {
  test("is created by an import, shown with its drift, and its offset set", async () => {
    const file = await folder.write("in.csv", `serial,secret_hex\nT1,${"ab".repeat(20)}\n`);
    const dry = await admin("import", file, "--dry-run");
    expect(dry.err).toContain("1 tokens of a csv file would be imported");
    expect((await admin("list")).out).not.toContain("T1");
    const taken = await admin("import", file, "--json");
    expect(JSON.parse(taken.out)).toMatchObject({ format: "csv", ids: [2] });
    expect(taken.out).not.toContain("abab");
    const refused = await admin("offset", "T1", "-3");
    expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining("is created") });
    expect((await admin("show", "T1")).out).not.toContain("may leave window");
  });

  test("twice is refused, with its line", async () => {
    const file = await folder.write("again.csv", `serial,secret_hex\nT1,${"cd".repeat(20)}\n`);
    const { exitCode, err } = await admin("import", file);
    expect(exitCode).toBe(2);
    expect(err).toContain('2:1: token "T1"');
    expect(err).not.toContain("cdcd");
  });
});

test("a new key is made by command, the old one opens nothing, and the log tells who did it", async () => {
  const before = await readFile(`${state}.key`);
  const { out, exitCode } = await admin("rotate-key", "--json", "--operator", "Ada L.");
  expect(exitCode).toBe(0);
  const { keyId } = JSON.parse(out);
  const after = await readFile(`${state}.key`);
  expect(after.toString()).toContain(keyId);
  const { rows } = JSON.parse((await admin("audit", "--limit", "1", "--json")).out);
  expect(rows).toMatchObject([{ act: "rotate-key", token: 0, by: "Ada L.", outcome: "done" }]);
  await writeFile(`${state}.key`, before);
  const refused = await admin("list");
  expect(refused.exitCode).not.toBe(0);
  expect(refused.err).toContain("put the key file back");
  await writeFile(`${state}.key`, after);
  expect((await admin("list")).exitCode).toBe(0);
  const none = await oathbed(["admin", "rotate-key", "--state", "memory"]);
  expect(none).toMatchObject({ exitCode: 2, err: expect.stringContaining("seals nothing") });
});

test("each command leaves its line in the log, those that only look, too", async () => {
  await admin("list", "--operator", "eve");
  await admin("show", "carl", "--operator", "eve");
  await admin("tracking", "T1", "off", "--operator", "eve");
  await admin("export", "--drift", "--operator", "eve");
  await admin("audit", "--operator", "eve");
  const { rows } = JSON.parse((await admin("audit", "--limit", "5", "--json")).out);
  const told = (row: { act: string; by: string; detail: string }) =>
    `${row.by} ${row.act} ${row.detail}`;
  expect(rows.map(told).toReversed()).toEqual([
    "eve read list",
    "eve read show of id:1",
    "eve tracking null",
    "eve read drift table",
    "eve read audit",
  ]);
  const refused = await admin("tracking", "T1", "maybe");
  expect(refused).toMatchObject({ exitCode: 2, out: "" });
});

test("acts are logged as the operator's, by default the user's of this computer", async () => {
  await admin("unlock", "carl");
  await admin("unlock", "carl", "--operator", "grace");
  const { rows } = JSON.parse((await admin("audit", "carl", "--limit", "2", "--json")).out);
  expect(rows.map(({ by }: { by: string }) => by)).toEqual(["grace", userInfo().username]);
  expect((await admin("audit", "carl", "--limit", "1")).out).toContain("grace");
  const refused = await admin("unlock", "carl", "--operator", "x".repeat(65));
  expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining("--operator takes") });
});

describe("secrets in a file", () => {
  test("are not given out in clear unless that is said, and never to a terminal", async () => {
    expect(await admin("export")).toMatchObject({ exitCode: 2, out: "" });
    const words = ["admin", "export", "--plain", "--format", "csv", "--state", state];
    const seen = await oathbed(words, { isTerminal: true });
    expect(seen).toMatchObject({ exitCode: 2, out: "", err: expect.stringContaining("--out") });
    expect((await acts()).filter((line) => line.startsWith("export"))).toEqual([]);
  });

  test("go to a new file of mode 0600, and each is audited", async () => {
    const out = folder.at("out.csv");
    const done = await admin("export", "carl", "--plain", "--format", "csv", "--out", out);
    expect(done).toMatchObject({ exitCode: 0, out: "" });
    expect(await readFile(out, "utf8")).toContain(RFC_HEX);
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    expect((await acts("carl", "--limit", "1"))[0]).toBe("export done");
    const again = await admin("export", "carl", "--plain", "--format", "csv", "--out", out);
    expect(again).toMatchObject({ exitCode: 2, err: expect.stringContaining("already") });
  });

  test("come back from PSKC under a key", async () => {
    const key = await folder.write("key.txt", `${"0f".repeat(16)}\n`);
    const out = folder.at("sealed.xml");
    await admin("export", "carl", "--key-file", key, "--out", out);
    const text = await readFile(out, "utf8");
    expect(text).toContain("KeyContainer");
    expect(text).not.toContain("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA="); // Base64 of the secret
    const other = folder.at("other.db");
    const words = ["admin", "import", out, "--key-file", key, "--state", other, "--json"];
    const report = JSON.parse((await oathbed(words)).out);
    expect(report.rows).toMatchObject([{ label: "carl", kind: "hotp", counter: "2" }]);
  });
});

test("the drift table holds no secret", async () => {
  const { out } = await admin("export", "--drift");
  expect(out).toMatch(/^id,token,user,first,last,offset_low_seconds/);
});

test("replaces a lost device: the old one is out of use, the new one shown once", async () => {
  const { out, err, exitCode } = await admin("replace", "carl", "carl-2");
  expect(exitCode).toBe(0);
  const uri = parseOtpauthUri(out.split("\n")[1] ?? "");
  expect(uri).toMatchObject({ account: "carl-2", parameters: { kind: "hotp" } });
  expect(err).toContain("shown this once");
  const { tokens } = JSON.parse((await admin("list", "--json")).out);
  expect(
    tokens.map(({ label, state: now, user }: Record<string, string>) => [label, now, user]),
  ).toContainEqual(["carl-2", "created", "Carl"]);
  expect((await acts("carl", "--limit", "1"))[0]).toBe("replace done");
});

test("deletes what was deactivated; its label is free, its audit log stays", async () => {
  expect((await admin("delete", "carl-2")).exitCode).toBe(0);
  expect((await admin("show", "carl-2")).exitCode).toBe(2);
  expect(await acts("id:3")).toEqual(["delete done", "create done"]);
  expect((await admin("list", "--all")).out).toMatch(/id:3 +Carl +deleted/);
});

test.each([
  [["unlock", "nobody"], 'no token "nobody"'],
  [["offset", "T1", "x"], "whole number"],
  [["delete", "id:999"], 'no token "id:999"'],
  [["audit", "--limit", "0"], "from 1 to 10000"],
  [["list", "--set", "nothing=1"], 'no policy setting "nothing"'],
  [["import", "/nowhere/at/all"], "there is no /nowhere/at/all"],
] as const)("%j is refused in words", async ([command, ...words], message) => {
  const { exitCode, err, out } = await admin(command, ...words);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
  expect(err).toContain(message);
});

test("a state that is not there is not made by looking", async () => {
  const { exitCode, err } = await oathbed(["admin", "list", "--state", folder.at("none.db")]);
  expect(exitCode).toBe(2);
  expect(err).toContain("there is no state file");
});

describe("an enabled time-based token", () => {
  const parameters = totpParameters();
  const secret = new Uint8Array(20).fill(0x33);
  const codes = (first: number) =>
    [first, first + 1].map((step) => codeOf(parameters, step, secret));
  const now = () => Math.floor(Date.now() / 30_000);

  test("tells which parameters fit when its codes are of others", async () => {
    const file = await folder.write("clock.csv", `serial,secret_hex\nT3,${"33".repeat(20)}\n`);
    await admin("import", file);
    const minute = Math.floor(Date.now() / 60_000);
    const wrong = await oathbed(["enroll", "T3", ...codes(minute - 1), "--state", state]);
    expect(wrong).toMatchObject({ exitCode: 1 });
    expect(wrong.out).toContain("wrong-parameters, the codes fit TOTP SHA1, 6 digits, 60 s");
  });

  test("shows when it may leave its window, and how its clock jumped", async () => {
    const enrolled = await oathbed(["enroll", "T3", ...codes(now() - 1), "--state", state]);
    expect(enrolled.exitCode).toBe(0);
    expect((await admin("show", "T3")).out).toMatch(/may leave window +\d{4}-\d\d-\d\d/);
    const jumped = await oathbed(["resync", "T3", ...codes(now() + 120), "--state", state]);
    expect(jumped).toMatchObject({ exitCode: 0, err: expect.stringContaining("zone, +1 h") });
    expect((await admin("show", "T3")).out).toMatch(/clock fault +\S+ \S+ +zone, \+1 h/);
    const [line] = JSON.parse((await admin("audit", "T3", "--json")).out).rows;
    expect(line).toMatchObject({ act: "resync", detail: "zone, +1 h", by: userInfo().username });
  });
});

test("after a restored backup steps count as used, and event-based tokens are named", async () => {
  await oathbed(["enroll", "dora", "--hotp", "--state", state]);
  const { out, err } = await admin("after-restore", "--json", "--operator", "ops");
  expect(JSON.parse(out)).toEqual({ raised: 2, eventBased: ["dora"] });
  expect(err).toContain("replace them: dora");
  const { rows } = JSON.parse((await admin("audit", "T1", "--limit", "1", "--json")).out);
  expect(rows).toMatchObject([{ act: "raise-watermark", by: "ops" }]);
});
