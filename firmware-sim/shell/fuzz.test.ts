// Whatever a host sends, the shell goes on: it never throws, answers every LF by a prompt, and
// tells no secret beyond the echo of the line that set it.

import { expect, test } from "vitest";
import { createRandom } from "../../core/time/random.ts";
import { testShell } from "../testing/shell.ts";
import { fuzzFlipper, fuzzShell, nearCommand, pick } from "../testing/shell-fuzz.ts";

const CHUNKS = 10_000;
const SECRET = "zQ7vKp2mXw9RtB4n";
const SECRET_HEX = Buffer.from(SECRET).toString("hex");

test("complete: 10,000 random chunks are all answered, and the shell works as before", () => {
  const made = testShell("complete");
  fuzzShell(made, CHUNKS, 1);
  made.type("\n");
  made.ask("keyhex 3132333435363738393031323334353637383930");
  for (const line of ["digit 6", "algo SHA1"]) expect(made.ask(line)).toBe("ok\n");
  expect(made.ask("hotp 0")).toBe("Counter: 0\n755224\n");
});

test("arduino: 10,000 random chunks are all answered, and the shell works as before", () => {
  const made = testShell("arduino");
  fuzzShell(made, CHUNKS, 2);
  made.type("\n");
  made.ask("key 12345678901234567890");
  made.ask("digit 6");
  expect(made.ask("hotp 0")).toBe("755224");
});

test("flipper: after each of 10,000 random chunks Ctrl-C brings the prompt back", () => {
  expect(() => fuzzFlipper(CHUNKS, 3)).not.toThrow();
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
