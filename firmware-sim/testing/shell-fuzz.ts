// Random bytes, and commands that are nearly right, for command lines, for tests: every line is
// answered by a prompt, and no answer is without bounds.

import { createRandom, type Random } from "../../core/time/random.ts";
import { COMPLETE_COMMANDS } from "../shell/complete.ts";
import { FLIPPER_PROMPT, FlipperShell } from "../shell/flipper.ts";
import type { TestShell } from "./shell.ts";
import { testToken } from "./token.ts";

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
/** Words of a Flipper's command line. */
const FLIPPER_WORDS = [
  ...["add", "ls", "lsattr", "update", "delete", "move", "pin", "notify", "timezone"],
  ...["automation", "reset", "export", "help", "--tsv", "-t", "-a", "-d", "-l", "-i", "-u", "-f"],
  ...["set", "remove", "YES", "totp", "hotp", "steam", "sha512", "1", "2", "99", "-12.75", '"a b"'],
  ...["GEZDGNBVGY3TQOJQ", "=", "y", "n", "\x1b[A", "\x03", '"', ""],
] as const;
/** Most characters that one answer has beyond what was sent. */
const ANSWER_CHARACTERS = 4096;
/** Help, and tables of what is on the token. */
const FLIPPER_ANSWER_CHARACTERS = 65_536;

/** One of them. */
export function pick<T>(random: Random, all: readonly T[]): T {
  return all[random.integer(0, all.length - 1)] as T;
}

/** A line that is nearly right. */
export function nearCommand(random: Random): string {
  const word = pick(random, COMPLETE_COMMANDS);
  const words = Array.from({ length: random.integer(0, 8) }, () => pick(random, WORDS));
  return `${[word, ...words].join(" ")}\n`;
}

function nearFlipper(random: Random): string {
  const words = Array.from({ length: random.integer(0, 7) }, () => pick(random, FLIPPER_WORDS));
  return `${["totp", ...words].join(" ")}\r`;
}

/** Bytes of any value, with line ends among them. */
function noise(random: Random, end: number): string {
  const bytes = random.bytes(random.integer(1, 60));
  return Buffer.from(bytes.map((byte) => (byte % 23 === 0 ? end : byte))).toString("latin1");
}

/** A chunk: noise, a command, or a command cut short. */
function chunk(random: Random, near: (random: Random) => string, end: number): string {
  switch (random.integer(0, 3)) {
    case 0:
      return noise(random, end);
    case 1:
      return near(random).slice(0, -random.integer(1, 4));
    default:
      return near(random);
  }
}

/** How often `part` is in `text`. */
function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** Chunks for a line shell; LFs it was sent against prompts it gave. @throws {Error} */
export function fuzzShell({ type }: TestShell, chunks: number, randomSeed: number): void {
  const random = createRandom(randomSeed);
  for (let at = 0; at < chunks; at++) {
    const sent = chunk(random, nearCommand, 0x0a);
    const answer = type(sent);
    const label = `random seed ${randomSeed}, chunk ${at}: ${JSON.stringify(sent)}`;
    const lines = count(sent, "\n");
    if (count(answer, "\n$ ") < lines) throw new Error(`a prompt is missing: ${label}`);
    if (sent.endsWith("\n") && !answer.endsWith("\n$ ")) throw new Error(`no prompt: ${label}`);
    if (answer.length > 2 * sent.length + ANSWER_CHARACTERS * (lines + 1)) {
      throw new Error(`an answer without bounds: ${label}`);
    }
  }
}

/**
 * Chunks for a Flipper's command line: Ctrl-C brings the prompt back whatever it waits for, and its
 * list stays bounded.
 *
 * @throws {Error} when it does not
 */
export function fuzzFlipper(chunks: number, randomSeed: number): void {
  const random = createRandom(randomSeed);
  const { token } = testToken({ model: "flipper" });
  let answer = "";
  const send = (bytes: Uint8Array): void => {
    answer += Buffer.from(bytes).toString("latin1");
  };
  const shell = new FlipperShell({ token, send });
  for (let at = 0; at < chunks; at++) {
    const sent = chunk(random, nearFlipper, 0x0d);
    answer = "";
    shell.receive(Buffer.from(sent, "latin1"));
    const label = `random seed ${randomSeed}, chunk ${at}: ${JSON.stringify(sent)}`;
    if (answer.length > FLIPPER_ANSWER_CHARACTERS * (count(sent, "\r") + 1)) {
      throw new Error(`an answer without bounds: ${label}`);
    }
    // Two bytes for an escape sequence that swallows, then the cancel.
    shell.receive(Buffer.from("  \x03", "latin1"));
    if (!answer.endsWith(FLIPPER_PROMPT)) throw new Error(`no prompt after Ctrl-C: ${label}`);
  }
}
