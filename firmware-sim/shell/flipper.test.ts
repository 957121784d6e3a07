// The Flipper's command line against protocols/serial-tokens.md §1.

import { expect, test } from "vitest";
import { createRandom } from "../../core/time/random.ts";
import { testToken } from "../testing/token.ts";
import { FLIPPER_PROMPT, FlipperShell, type FlipperShellOptions } from "./flipper.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

function flipper(options: Partial<FlipperShellOptions> = {}) {
  const { token } = testToken({ model: "flipper" });
  let sent = "";
  const send = (bytes: Uint8Array): void => {
    sent += Buffer.from(bytes).toString("utf8");
  };
  const shell = new FlipperShell({ token, send, ...options });
  const type = (text: string): string => {
    shell.receive(Buffer.from(text, "latin1"));
    const taken = sent;
    sent = "";
    return taken;
  };
  /** The answer without echo and prompt. */
  const ask = (line: string): string => {
    const answer = type(`${line}\r`);
    expect(answer.startsWith(`${line}\r\n`)).toBe(true);
    expect(answer.endsWith(FLIPPER_PROMPT)).toBe(true);
    return answer.slice(line.length + 2, -FLIPPER_PROMPT.length);
  };
  const add = (words: string): string => type(`totp add ${words}\r${SECRET}\r`);
  return { token, shell, type, ask, add };
}

test("the document's session is what happens", () => {
  const { type, ask } = flipper();
  expect(type('totp add "ACME bob" -d 8 -u\r')).toBe(
    'totp add "ACME bob" -d 8 -u\r\nEnter token secret and confirm with [ENTER]:\r\n',
  );
  expect(type(`${SECRET}\r`)).toBe(
    `${SECRET}\x1b[A\x1b[2K\r\x1b[92mToken "ACME bob" has been successfully added\r\n\x1b[0m\r\n>: `,
  );
  expect(ask("totp ls --tsv")).toBe("#\tName\tAlgo\tLn\tType\r\n1\tACME bob\tsha1\t8\ttotp\r\n");
});

test("a secret is masked, keys that are none of it are ignored, and it can be corrected", () => {
  const { type, token } = flipper();
  type("totp add a\r");
  expect(type("GE!Z \x1b[ADX\x7f")).toBe("*****\b \b");
  type(`${SECRET.slice(4)}\r`);
  expect(Buffer.from(token.list()[0]?.secret ?? []).toString()).toBe("12345678901234567890");
});

test("exports what the document computes, after the button only", () => {
  const { type, add, shell, token } = flipper({ confirms: false });
  add("ACME:bob -d 8");
  add("count -t hotp -i 7 -a sha256");
  expect(type("totp export\r")).not.toContain("otpauth");
  shell.confirm();
  const text = type("");
  expect(text).toContain(
    `otpauth://totp/ACME%3abob?secret=${SECRET}&algorithm=sha1&digits=8&period=30\r\n`,
  );
  expect(text).toContain(`/count?secret=${SECRET}&algorithm=sha256&digits=6&counter=7\r\n`);
  expect(token.list()).toHaveLength(2);
});

test("indexes count from 1 and change after a move and a removal", () => {
  const { ask, add, token } = flipper();
  for (const name of ["a", "b", "c"]) add(name);
  expect(ask("totp mv 3 1")).toContain("successfully updated");
  expect(token.list().map(({ name }) => name)).toEqual(["c", "a", "b"]);
  expect(ask("totp rm 2 -f")).toContain('Token "a" has been successfully deleted');
  expect(ask("totp update 2 -n z -l 60")).toContain('Token "z"');
  expect(ask("totp lsattr 2 --tsv")).toContain("Token lifetime\t60 seconds\r\n");
});

test.each([
  ["y", []],
  ["\r", []],
  ["n", ["a"]],
  ["\x03", ["a"]],
  ["\x1b", ["a"]],
])("a removal is asked about, and %j answers it", (key, left) => {
  const { type, add, token } = flipper();
  add("a");
  expect(type("totp rm 1\r")).toContain("[y/n]");
  expect(type(key)).toMatch(/>: $/);
  expect(token.list().map(({ name }) => name)).toEqual(left);
});

test.each([
  ["totp what", '\x1b[91mCommand "what" is unknown.'],
  ["totp lsattr 1", "\x1b[91mInvalid command arguments."],
  ["totp add", "\x1b[91mInvalid command arguments."],
  ["totp add a -x", 'Unknown argument "-x"\r\n\x1b[91mInvalid command arguments.'],
  ["totp add a -d", '\x1b[91mMissed or incorrect value for argument "-d"'],
  ["totp add a -d 9", '\x1b[91m"9" is incorrect value for argument "-d"'],
  ["totp add a -l 14", '\x1b[91m"14" is incorrect value for argument "-l"'],
  ["totp tz 15", "\x1b[91mInvalid timezone offset"],
  ["totp list", "There are no tokens\r\n"],
  ["date", "`date` command not found"],
])("%s: %j", (line, expected) => {
  expect(flipper().ask(line).startsWith(expected)).toBe(true);
});

test("invalid arguments end without a line end", () => {
  const answer = flipper().ask("totp lsattr 1");
  expect(answer.endsWith("\x1b[0m")).toBe(true);
  expect(answer).not.toContain("\n");
});

test("a secret that cannot be read is refused", () => {
  const { type, token } = flipper();
  expect(type("totp add a\r1\r")).toContain("Token secret seems to be invalid");
  expect(type("totp add a -e base64\rMTIzNDU=\r")).toContain("successfully added");
  expect(Buffer.from(token.list()[0]?.secret ?? []).toString()).toBe("12345");
});

test("without the app there is no totp command", () => {
  expect(flipper({ isAppOpen: false }).ask("totp ls")).toContain("`totp` command not found");
});

test("whatever is typed, Ctrl-C and a command bring it back", () => {
  const random = createRandom(7);
  const { type, ask } = flipper();
  const near = ["totp add a\r", "totp rm 1\r", "totp reset\r", "YES\r", '"', "\x1b", "totp mv 1 "];
  for (let round = 0; round < 3000; round++) {
    const bytes = Array.from({ length: random.integer(0, 12) }, () => random.integer(0, 255));
    const word = near[random.integer(0, near.length - 1)] ?? "";
    type(`${word}${String.fromCharCode(...bytes)}`);
  }
  type("ab\x03");
  type("\x03");
  expect(ask("totp version")).toBe("5.15.0\r\n");
});
