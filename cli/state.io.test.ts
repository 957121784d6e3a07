// enroll, verify and resync over state files, in this process.

import { mkdir, stat } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectedCode } from "../conformance/oracle.ts";
import { timeStepAt } from "../core/drift/steps.ts";
import { parseOtpauthUri } from "../core/oath/otpauth.ts";
import { totpParameters } from "../core/oath/parameters.ts";
import { SystemClock } from "../core/time/system-clock.ts";
import { type Ended, oathbed } from "./testing/oathbed.ts";
import { type Scratch, scratch } from "./testing/scratch.ts";

/** RFC 4226 Appendix D: the secret and its first codes. */
const RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const HOTP_CODES = ["755224", "287082", "359152", "969429"] as const;

let folder: Scratch;
let state: string;

beforeAll(async () => {
  folder = await scratch();
  state = folder.at("state.db");
  const words = ["enroll", "carl", "--secret-stdin", "--hotp", HOTP_CODES[0], HOTP_CODES[1]];
  const enrolled = await oathbed([...words, "--state", state], { input: `${RFC_SECRET}\n` });
  expect(enrolled).toMatchObject({ exitCode: 0, out: "accepted  carl, moving factor 1\n" });
});

afterAll(() => folder[Symbol.asyncDispose]());

const run = (command: string, ...words: readonly string[]): Promise<Ended> =>
  oathbed([command, "--state", state, ...words]);

describe("a made secret", () => {
  test("is shown once, and its codes enable the token", async () => {
    const made = await run("enroll", "alice", "--user", "Alice", "--issuer", "Bench");
    const { secret, issuer, account } = parseOtpauthUri(made.out);
    expect({ issuer, account, bytes: secret.length }).toEqual({
      issuer: "Bench",
      account: "alice",
      bytes: 20,
    });
    expect(made.err).toContain("oathbed enroll alice CODE CODE enables it");
    const step = timeStepAt(new SystemClock().nowUs(), totpParameters());
    const code = (at: bigint): string => expectedCode(secret, totpParameters(), at);
    const enrolled = await run("enroll", "alice", code(step - 1n), code(step));
    expect(enrolled).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^accepted {2}alice/),
    });
    const replayed = await run("verify", "alice", code(step), "--json");
    expect(replayed.exitCode).toBe(1);
    expect(JSON.parse(replayed.out)).toMatchObject({ label: "alice", reason: "replayed" });
    expect(replayed.out + replayed.err + enrolled.out).not.toContain("secret");
  });

  test("is refused when codes of it are given already", async () => {
    const { exitCode, err } = await run("enroll", "nobody", "123456", "234567");
    expect(exitCode).toBe(2);
    expect(err).toContain("give its secret with --secret-file");
  });

  test("is drawn as a QR code for a person", async () => {
    const seen = await oathbed(["enroll", "qr", "--state", state], { isTerminal: true });
    expect(seen.out).toMatch(/[█▀▄]{3}/);
  });
});

test("an emulated token gets the secret and gives the codes", async () => {
  const enrolled = await run("enroll", "emu", "--device", "drifting-clock", "--json");
  expect(JSON.parse(enrolled.out)).toMatchObject({ act: "enroll", outcome: "accepted" });
});

test("codes count in their order: verify, and resync with two", async () => {
  expect((await run("verify", "carl", HOTP_CODES[2])).exitCode).toBe(0);
  expect((await run("verify", "carl", HOTP_CODES[2])).out).toBe("refused  carl: replayed\n");
  expect((await run("resync", "carl", "254676", "287922")).exitCode).toBe(0); // counters 5 and 6
  expect((await run("verify", "carl", HOTP_CODES[3])).exitCode).toBe(1);
});

test.each([
  ["a plus sign", "+12345"],
  ["a minus sign", "-12345"],
  ["a space before", " 12345"],
  ["a space within", "123 456"],
  ["five digits", "12345"],
  ["full-width digits", "１２３４５６"],
  ["hexadecimal", "0x1234"],
  ["nothing", ""],
  ["4 KiB of digits", "9".repeat(4096)],
])("a code of %s is refused as malformed", async (_what, code) => {
  const { exitCode, out, err } = await run("verify", "carl", "--", code);
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: "refused  carl: malformed\n" });
  expect(err).toContain("hint: a code is its digits alone");
});

describe("what cannot be carried out", () => {
  test.each([
    [["verify", "nobody", "123456"], 2, 'holds no token "nobody"'],
    [["verify", "carl"], 2, "verify takes one code, got 0"],
    [["resync", "carl", "123456"], 2, "resync takes two consecutive codes, got 1"],
    [["verify", "carl", "123456", "--device", "virtual"], 2, "exclude each other"],
    [["verify", "carl", "--device", "virtul"], 2, 'there is no "virtul"'],
    [["verify", "carl", "--device", "serial:/dev/none"], 3, "/dev/none"],
    [["enroll", "x", "--digits", "5"], 2, "--digits must be a whole number from 6 to 8"],
    [["enroll", "x", "--algorithm", "MD5"], 2, "--algorithm must be SHA1, SHA256 or SHA512"],
    [["enroll", "x", "--counter", "7"], 2, "--counter belongs to event-based tokens"],
    [["enroll", "x", "--hotp", "--period", "60"], 2, "--period belongs to time-based tokens"],
    [["enroll", " "], 2, "the label is empty"],
    [["enroll", "carl", "--secret-stdin"], 2, 'there is a token "carl" already'],
    [["enroll", "x", "--device", "serial:/dev/none"], 2, "is not known"],
    [["enroll", "x", "--secret-file", "/none"], 2, "there is no /none"],
  ] as const)("%j", async (words, exitCode, message) => {
    const [command, ...rest] = words;
    const ended = await run(command, ...rest);
    expect(ended).toMatchObject({ exitCode, out: "" });
    expect(ended.err).toContain(message);
    expect(ended.err).toMatch(/^error: /);
  });

  test.each([
    ["with a wrong character", "GEZDGNBVGY3TQOJ1", '"1" (U+0031) at 16 is no Base32 character'],
    ["that is missing", "", "holds no secret"],
    ["of a bad URI", "otpauth://totp/a?secret=QWERTYUI&digits=99", "digits: must be a whole"],
    ["of 20 KB", "QWERTYUI".repeat(2500), "is longer than"],
  ])("a secret %s, and it is not quoted", async (_what, secret, message) => {
    const file = await folder.write("secret.txt", secret);
    const ended = await run("enroll", "x", "--secret-file", file);
    expect(ended).toMatchObject({ exitCode: 2, out: "" });
    expect(ended.err).toContain(message);
    expect(ended.err).not.toMatch(/GEZDGNBV|QWERTYUI/);
  });

  test("state files that are missing, no store, or a folder", async () => {
    const missing = await oathbed(["verify", "a", "123456", "--state", folder.at("none.db")]);
    expect(missing).toMatchObject({ exitCode: 2, out: "" });
    expect(missing.err).toContain("hint: oathbed enroll makes it; --state names another one");
    const junk = await folder.write(
      "junk.db",
      "this is no database, however long it is ".repeat(99),
    );
    const corrupt = await oathbed(["verify", "a", "123456", "--state", junk]);
    expect(corrupt).toMatchObject({ exitCode: 2, out: "" });
    expect(corrupt.err).toContain("no oathbed state file");
    await mkdir(folder.at("folder.db"));
    const taken = await oathbed(["verify", "a", "123456", "--state", folder.at("folder.db")]);
    expect(taken.out).toBe("");
    expect(taken.exitCode).toBeGreaterThan(1);
    expect(taken.err).toContain("hint: ");
    const nowhere = await oathbed(["enroll", "a", "--state", folder.at("none/state.db")]);
    expect(nowhere).toMatchObject({ exitCode: 3, out: "" });
  });

  test("an inventory that is no JSON, or names a thing twice", async () => {
    const words = (file: string): readonly [string, ...string[]] => [
      "verify",
      "carl",
      "--device",
      "front",
      "--inventory",
      file,
    ];
    const broken = await run(...words(await folder.write("broken.json", "{")));
    expect(broken).toMatchObject({ exitCode: 2, err: expect.stringContaining("it is not JSON") });
    const entry = { name: "front", driver: "virtual", address: "software" };
    const text = JSON.stringify({ version: 1, tokens: [entry, entry] });
    const twice = await run(...words(await folder.write("twice.json", text)));
    expect(twice).toMatchObject({ exitCode: 2, err: expect.stringContaining("rename one") });
    const good = JSON.stringify({ version: 1, tokens: [entry] });
    const named = await run(...words(await folder.write("good.json", good)));
    expect(named.err).not.toContain("error:");
  });
});

test("a token of the inventory is enrolled with the secret that the inventory points to", async () => {
  await folder.write("front.txt", "4142434445464748494a4b4c4d4e4f5051525354");
  const secret = { file: "front.txt", encoding: "hex" };
  const token = { name: "front", driver: "virtual", address: "software", secret };
  const inventory = await folder.write("t.json", JSON.stringify({ version: 1, tokens: [token] }));
  const words = ["--device", "front", "--inventory", inventory] as const;
  expect(await run("enroll", "front", ...words)).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/^accepted {2}front/), // and no secret is shown
  });
});

test.skipIf(process.platform === "win32")("the state file is its owner's alone", async () => {
  expect((await stat(state)).mode & 0o777).toBe(0o600);
});
