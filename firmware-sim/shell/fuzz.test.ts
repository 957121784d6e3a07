// Whatever a host sends, the shell goes on: it never throws, answers every LF by a prompt, and
// tells no secret beyond the echo of the line that set it.

import { expect, test } from "vitest";
import { createRandom, type Random } from "../../core/time/random.ts";
import { type TestShell, testShell } from "../testing/shell.ts";
import { COMPLETE_COMMANDS } from "./complete.ts";

const CHUNKS = 10_000;
const SECRET = "zQ7vKp2mXw9RtB4n";
const SECRET_HEX = Buffer.from(SECRET).toString("hex");
/** Arguments near what commands take. */
const WORDS = [
  "default",
  "totp",
  "hotp",
  "next",
  "SHA1",
  "SHA512",
  "6",
  "8",
  "30",
  "0",
  "-1",
  "18446744073709551615",
  "18446744073709551616",
  "%24%20",
  "%0A%24%20",
  "%ZZ",
  "",
  "1767225600",
] as const;

function pick<T>(random: Random, all: readonly T[]): T {
  return all[random.integer(0, all.length - 1)] as T;
}

/** A line that is nearly right. */
function nearCommand(random: Random): string {
  const word = pick(random, COMPLETE_COMMANDS);
  const words = Array.from({ length: random.integer(0, 8) }, () => pick(random, WORDS));
  return `${[word, ...words].join(" ")}\n`;
}

/** Bytes of any value, with line ends among them. */
function noise(random: Random): string {
  const bytes = random.bytes(random.integer(1, 60));
  return Buffer.from(bytes.map((byte) => (byte % 23 === 0 ? 0x0a : byte))).toString("latin1");
}

/** A chunk: noise, a command, or a command cut short. */
function chunk(random: Random): string {
  switch (random.integer(0, 3)) {
    case 0:
      return noise(random);
    case 1:
      return nearCommand(random).slice(0, -random.integer(1, 4));
    default:
      return nearCommand(random);
  }
}

/** LFs the shell was sent, against prompts it gave: an answer holds none of its own. */
function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

function fuzz({ type }: TestShell, randomSeed: number): void {
  const random = createRandom(randomSeed);
  for (let at = 0; at < CHUNKS; at++) {
    const sent = chunk(random);
    const answer = type(sent);
    const label = `random seed ${randomSeed}, chunk ${at}: ${JSON.stringify(sent)}`;
    if (count(answer, "\n$ ") < count(sent, "\n")) expect.fail(`a prompt is missing: ${label}`);
    if (sent.endsWith("\n") && !answer.endsWith("\n$ "))
      expect.fail(`no prompt at the end: ${label}`);
    if (answer.length > 2 * sent.length + 4096 * (count(sent, "\n") + 1)) {
      expect.fail(`an answer without bounds: ${label}`);
    }
  }
}

test("complete: 10,000 random chunks are all answered, and the shell works as before", () => {
  const made = testShell("complete");
  fuzz(made, 1);
  made.type("\n");
  made.ask("keyhex 3132333435363738393031323334353637383930");
  for (const line of ["digit 6", "algo SHA1"]) expect(made.ask(line)).toBe("ok\n");
  expect(made.ask("hotp 0")).toBe("Counter: 0\n755224\n");
});

test("arduino: 10,000 random chunks are all answered, and the shell works as before", () => {
  const made = testShell("arduino");
  fuzz(made, 2);
  made.type("\n");
  made.ask("key 12345678901234567890");
  made.ask("digit 6");
  expect(made.ask("hotp 0")).toBe("755224");
});

test("complete: a secret is in the echo of its own line and in no answer", () => {
  const random = createRandom(3);
  const { type } = testShell("complete");
  const writes = [
    `key ${SECRET}`,
    `keyhex ${SECRET_HEX}`,
    `keyput default totp SHA1 6 30 0 0 ${SECRET_HEX}`,
    `keyput a hotp SHA1 6 0 0 0 ${SECRET_HEX}`,
    `keyput a hotp SHA1 6 0 0 ${SECRET_HEX}`,
    `keyput a hotp SHA1 66 0 0 0 ${SECRET_HEX}`,
    `keyput a hotp SHA1 6 0 0 0 ${SECRET_HEX}0`,
    `keyput a totp SHA1 ${SECRET_HEX} 30 0 0 00`,
    `keyput a totp ${SECRET_HEX} 6 30 0 0 00`,
    `keyhex ${SECRET}`,
    `digit ${SECRET}`,
    `algo ${SECRET}`,
    `step ${SECRET}`,
    `t0 ${SECRET}`,
    `time ${SECRET}`,
    `hotp ${SECRET}`,
    `${SECRET} ${SECRET}`,
  ];
  for (let turn = 0; turn < 3000; turn++) {
    const line = turn % 4 === 0 ? `${pick(random, writes)}\n` : nearCommand(random);
    const answer = type(line);
    expect(answer.startsWith(line)).toBe(true);
    const beyondEcho = answer.slice(line.length).toLowerCase();
    expect(beyondEcho).not.toContain(SECRET.toLowerCase());
    expect(beyondEcho).not.toContain(SECRET_HEX);
  }
});
