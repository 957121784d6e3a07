// docs/serial-shell.md: what is refused, by which word, and that no answer tells a secret.

import type { ConformanceCase } from "../../case.ts";
import { KEY, KEY_HEX, shellCase } from "./commands.ts";

const REASONS = {
  text: "Refused by one line: error: REASON: TEXT. REASON is a word for programs.",
  of: "complete",
} as const;

const badParameters = shellCase(
  "errors/bad-parameters",
  "a value missing, malformed or out of range is refused, and nothing was changed",
  { ...REASONS, needs: ["provision"] },
  async (_t, shell) => {
    const put = (...words: readonly (string | number)[]): string => `keyput ${words.join(" ")}`;
    await shell.answers(put("held", "totp", "SHA1", 6, 30, 0, 0, KEY_HEX), "ok");
    await shell.refuses(
      "bad-parameters",
      "keyput",
      "rm",
      "key ",
      put("held"),
      put("held", "totp", "SHA1", 6, 30, 0, KEY_HEX),
      put("held", "totp", "SHA1", 6, 30, 0, 0, KEY_HEX, "more"),
      put("held", "motp", "SHA1", 6, 30, 0, 0, KEY_HEX),
      put("held", "totp", "MD5", 6, 30, 0, 0, KEY_HEX),
      put("held", "totp", "SHA1", 5, 30, 0, 0, KEY_HEX),
      put("held", "totp", "SHA1", 6, 0, 0, 0, KEY_HEX),
      put("held", "hotp", "SHA1", 6, 0, 0, "18446744073709551616", KEY_HEX),
      put("held", "totp", "SHA1", 6, 30, 0, 0, `${KEY_HEX}0`),
      put("held", "totp", "SHA1", 6, 30, 0, 0, "00".repeat(129)),
      put("h%zz", "totp", "SHA1", 6, 30, 0, 0, KEY_HEX),
      put("n".repeat(65), "totp", "SHA1", 6, 30, 0, 0, KEY_HEX),
      "hotp x",
      "hotp 18446744073709551616",
    );
    await shell.answers("list", "held totp SHA1 6 30 0\nok");
  },
);

const noCredential = shellCase(
  "errors/no-credential",
  "a name that nobody has, and no credential at all, are told",
  REASONS,
  async (_t, shell) => {
    await shell.refuses("no-credential", "totp nobody", "hotp next nobody", "rm nobody");
    await shell.refuses("no-credential", "hotp 0 nobody");
  },
);

const wrongKind = shellCase(
  "errors/wrong-kind",
  "a code of the other kind is refused by that word",
  { ...REASONS, needs: ["provision"] },
  async (_t, shell) => {
    await shell.ask(`keyput by-time totp SHA1 6 30 0 0 ${KEY_HEX}`);
    await shell.ask(`keyput by-event hotp SHA1 6 0 0 0 ${KEY_HEX}`);
    await shell.refuses("wrong-kind", "totp by-event", "hotp next by-time");
  },
);

const full = shellCase(
  "errors/full",
  "one credential more than there are slots is refused, and the others stay",
  { ...REASONS, needs: ["provision", "rig"] },
  async (t, shell) => {
    const slots = Number(/credentials=(\d+)/.exec(await shell.ask("version"))?.[1] ?? 0);
    for (let at = 0; at < slots; at++) {
      await shell.answers(`keyput c${at} totp SHA1 6 30 0 0 ${KEY_HEX}`, "ok");
    }
    await shell.refuses("full", `keyput more totp SHA1 6 30 0 0 ${KEY_HEX}`);
    await shell.answers(`keyput c0 totp SHA1 8 30 0 0 ${KEY_HEX}`, "ok");
    t.equal("lines of the list", (await shell.ask("list")).trimEnd().split("\n").length, slots + 1);
  },
);

const exhausted = shellCase(
  "errors/counter-exhausted",
  "after 2^64 - 1 there is no next code, and the counter does not wrap",
  { ...REASONS, needs: ["provision"] },
  async (t, shell) => {
    await shell.ask(`keyput last hotp SHA1 6 0 0 18446744073709551615 ${KEY_HEX}`);
    const answer = await shell.ask("hotp next last");
    t.holds("the last code", answer.startsWith("Counter: 18446744073709551615\n"), answer);
    await shell.refuses("counter-exhausted", "hotp next last", "hotp next last");
  },
);

const times = shellCase(
  "errors/times",
  "a clock before T0 gives no code, and a time it cannot hold is refused",
  { ...REASONS, needs: ["provision", "set-time"] },
  async (_t, shell) => {
    await shell.ask(`keyput later totp SHA1 6 30 1000 0 ${KEY_HEX}`);
    await shell.ask("time 999");
    await shell.refuses("before-t0", "totp later");
    await shell.refuses("time-out-of-range", "time 253402300800");
    await shell.answers("time", "Date: 1970/1/1 - 0:16:39\nTimestamp: 999");
  },
);

const arduinoErrors = shellCase(
  "errors/arduino",
  "whatever the generic dialect refuses is answered by Error! and changes nothing",
  {
    text: "What is refused is answered by LF Error! LF, whatever the reason.",
    of: "arduino",
    needs: ["provision", "set-time"],
  },
  async (_t, shell) => {
    await shell.refuses("no secret yet", "totp", "hotp 0");
    await shell.ask(`key ${KEY}`);
    await shell.ask("digit 8");
    await shell.ask("time 59");
    await shell.refuses("out of range", "digit 5", "digit 11", "digit x", "time 4294967296");
    await shell.refuses("out of range", "hotp x", "hotp 18446744073709551616", "hotp");
    await shell.refuses("too long", `key ${"k".repeat(123)}`);
    await shell.answers("totp", "Timestamp: 59\nCounter: 1\n94287082");
  },
);

const secrets = shellCase(
  "errors/no-secret-shown",
  "no answer and no error of the complete dialect holds a secret",
  {
    text: "TEXT never holds a secret; key: never the secret.",
    of: "complete",
    needs: ["provision"],
  },
  async (t, shell) => {
    const lines = [
      `key ${KEY}`,
      "key",
      "list",
      `keyhex ${KEY_HEX}0`,
      `keyhex ${KEY_HEX}zz`,
      `keyput x totp SHA1 99 30 0 0 ${KEY_HEX}`,
      `keyput x totp SHA1 6 30 0 0 ${KEY_HEX} more`,
      `keyput ${KEY} totp MD5 6 30 0 0 ${KEY_HEX}`,
      `keys ${KEY}`,
      `KEY ${KEY_HEX}`,
      "version",
      "help",
    ];
    for (const line of lines) {
      const answer = (await shell.ask(line)).toUpperCase();
      const isTold = answer.includes(KEY) || answer.includes(KEY_HEX.toUpperCase());
      t.holds(`"${line.split(" ")[0]}": no secret in its answer`, !isTold);
    }
  },
);

/** Cases of this section. */
export const ERROR_CASES: readonly ConformanceCase[] = [
  badParameters,
  noCredential,
  wrongKind,
  full,
  exhausted,
  times,
  arduinoErrors,
  secrets,
];
