// token provision: a script in the place of the person and the phone, and a token on our USB/IP.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { generateSync } from "otplib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { oathbed, startOathbed } from "../testing/oathbed.ts";
import { type Scratch, scratch } from "../testing/scratch.ts";

const LAUNCHER = fileURLToPath(new URL("../../bin/oathbed.js", import.meta.url));
const BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const URI = `otpauth://totp/Bench:a?secret=${BASE32}&period=60&digits=8`;

let folder: Scratch;
beforeAll(async () => {
  folder = await scratch();
  await folder.write("key.txt", URI);
});
afterAll(() => folder[Symbol.asyncDispose]());

const words = (...more: readonly string[]) =>
  ["token", "provision", "Bench:a", "--secret-file", folder.at("key.txt"), ...more] as const;

test("a script scans and types, and is told what the app ignores", async () => {
  const args = [LAUNCHER, ...words("--codes", "2", "--json")];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
  const epoch = Math.floor(Date.now() / 1000);
  const code = (at: number) => generateSync({ secret: BASE32, epoch: at, digits: 6, period: 30 });
  // A person who types before the display has changed is told to wait.
  child.stdin.end(`\n${code(epoch)}\n${code(epoch)}\n${code(epoch + 30)}\n`);
  const ended = once(child, "close");
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(JSON.parse(out)).toMatchObject({
    asked: { algorithm: "SHA1", digits: 8, stepSeconds: 60 },
    verdict: "ignores",
    ignored: ["period", "digits"],
    summary: expect.stringMatching(/^the app ignores period .* and digits \(it uses 6 digits\)/),
  });
  expect(err).toMatch(/█.*Scan it into the token as "Bench:a".*wait for the next one/s);
  expect(out + err).not.toContain(BASE32);
  expect(await ended).toEqual([1, null]);
});

test("a token on a wire is judged in the same way", async () => {
  await using running = startOathbed(["token", "run", "--attach", "usbip", "--address", "[::1]:0"]);
  const spec = `usb:usbip://${await running.says(/^ready (\S+)$/m)}`;
  const judged = await oathbed(words("--device", spec));
  expect(judged).toMatchObject({ exitCode: 0, out: `${spec} follows the parameters\n` });
  const again = await oathbed(words("--device", spec));
  expect(again.exitCode).toBe(3);
  expect(again.err).toContain('has a credential "Bench:a" already');
});

test.each([
  [["--secret-stdin"], 2, "stdin is the operator's"],
  [["--codes", "0"], 2, "--codes must be a whole number from 1 to 20"],
  [["--taps", "21"], 2, "--taps must be a whole number from 0 to 20"],
  [["--device", "virtual"], 2, "is fresh each time it is opened"],
  [["--device", "operator:file:none"], 3, "none cannot be read"],
] as const)("%j is refused in words", async (more, exitCode, message) => {
  const ended = await oathbed(["token", "provision", "a", ...more]);
  expect(ended).toMatchObject({ exitCode, out: "" });
  expect(ended.err).toContain(message);
});

test("an event-based key is refused: it has no period to ignore", async () => {
  const file = await folder.write("hotp.txt", `otpauth://hotp/a?secret=${BASE32}&counter=0`);
  const ended = await oathbed(["token", "provision", "a", "--secret-file", file]);
  expect(ended).toMatchObject({ exitCode: 2, out: "" });
  expect(ended.err).toContain("time-based keys are judged");
});
