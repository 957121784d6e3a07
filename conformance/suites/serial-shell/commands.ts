// docs/serial-shell.md: the commands of both dialects, and what each answers.

import { hotpParameters, totpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import type { TokenContext } from "../../token-context.ts";
import { type Dialect, Shell } from "./shell.ts";

/** The RFCs' key of 20 bytes, as characters and in hexadecimal. */
export const KEY = "12345678901234567890";
export const KEY_HEX: string = Buffer.from(KEY).toString("hex");
const WRITES = ["provision", "set-time"] as const;

/** A case about a dialect, or about both. */
export function shellCase(
  what: string,
  title: string,
  { text, of, needs = [] }: { text: string; of?: Dialect; needs?: TokenCase["needs"] },
  run: (t: TokenContext, shell: Shell) => Promise<void>,
): TokenCase {
  const section = of === "arduino" ? "Dialect arduino" : "Dialect complete";
  return {
    id: `serial-shell/${what}`,
    subject: "token",
    title,
    requirement: { text, source: `docs/serial-shell.md, ${section}` },
    level: "MUST",
    needs: ["shell-line", ...needs],
    run: async (t) => run(t, await Shell.of(t, of)),
  };
}

const version = shellCase(
  "commands/version",
  "version tells dialect, model and all limits in one line",
  { text: "version: one line: oathbed-shell 1, then profile=, firmware=, …", of: "complete" },
  async (t, shell) => {
    const form = new RegExp(
      "^oathbed-shell 1 profile=\\S+ firmware=\\S+ credentials=\\d+ algorithms=[A-Z0-9,]+ " +
        "digits=[\\d,]+ step=\\d+-\\d+ secret=\\d+-\\d+ time=\\d+-\\d+ button=(yes|no)\\n$",
    );
    const answer = await shell.ask("version");
    t.holds("its form", form.test(answer), answer);
    await shell.refuses("bad-parameters", "version 1", "help me", "list all");
  },
);

const WORDS: Readonly<Record<Dialect, readonly string[]>> = {
  complete: "version help time key keyhex keyput digit algo step t0 totp hotp list rm".split(" "),
  arduino: "key digit hotp totp time help".split(" "),
};

const help = shellCase(
  "commands/help",
  "help names every command",
  { text: "help: a line a command." },
  async (t, shell) => {
    const words = (await shell.ask("help")).split(/[^a-z0-9]+/);
    const missing = WORDS[shell.dialect].filter((word) => !words.includes(word));
    t.equal("commands it does not name", missing, []);
  },
);

const DATES: readonly (readonly [seconds: number, date: string])[] = [
  [59, "1970/1/1 - 0:0:59"],
  [951_782_400, "2000/2/29 - 0:0:0"],
  [1_830_297_599, "2027/12/31 - 23:59:59"],
  [2_147_483_648, "2038/1/19 - 3:14:8"],
  [4_107_542_400, "2100/3/1 - 0:0:0"],
];

const time = shellCase(
  "commands/time",
  "time tells date and seconds in UTC, without leading zeros, past 2038",
  { text: "Date: Y/M/D - h:m:s LF Timestamp: SECONDS LF, in UTC.", needs: ["set-time"] },
  async (_t, shell) => {
    for (const [seconds, date] of DATES) {
      await shell.answers(`time ${seconds}`, `Date: ${date}\nTimestamp: ${seconds}`);
    }
  },
);

const codes = shellCase(
  "commands/codes",
  "totp and hotp give the codes of the key, the digits and the time that were set",
  { text: "totp: Timestamp: SECONDS LF Counter: STEP LF and the code.", needs: WRITES },
  async (t, shell) => {
    await shell.ask(`key ${KEY}`);
    for (const digits of [6, 8]) {
      await shell.ask(`digit ${digits}`);
      for (const seconds of [59, 1_111_111_109, 2_000_000_000]) {
        await shell.ask(`time ${seconds}`);
        const step = Math.floor(seconds / 30);
        const code = expectedCode(rfc4226Secret(), totpParameters({ digits }), BigInt(step));
        await shell.answers("totp", `Timestamp: ${seconds}\nCounter: ${step}\n${code}`);
      }
      for (const counter of [0n, 9n, 2n ** 32n, 2n ** 64n - 1n]) {
        const code = expectedCode(rfc4226Secret(), hotpParameters({ digits }), counter);
        const answer = (await shell.ask(`hotp ${counter}`)).trimEnd();
        t.equal(`"hotp ${counter}"`, answer.split("\n").at(-1), code);
      }
    }
  },
);

const keys = shellCase(
  "commands/key",
  "key with spaces, and keyhex, write the bytes they were given",
  { text: "key CHARACTERS / keyhex HEX: ok; writes the default credential.", needs: WRITES },
  async (t, shell) => {
    const spaced = " a key  with spaces ";
    await shell.ask("time 59");
    await shell.ask("digit 8");
    const codeOf = (secret: string): string =>
      expectedCode(Buffer.from(secret, "latin1"), totpParameters({ digits: 8 }), 1n);
    const shown = async (): Promise<string> => (await shell.ask("totp")).trimEnd().slice(-8);
    await shell.ask(`key ${spaced}`);
    t.equal("spaces count", await shown(), codeOf(spaced));
    if (shell.dialect === "arduino") return;
    await shell.answers("keyhex 00ff80", "ok");
    t.equal("any bytes", await shown(), codeOf("\x00\xff\x80"));
    await shell.refuses("bad-parameters", "keyhex 0", "keyhex 0g", "keyhex", "keyhex 00 ff");
    t.equal("kept when it is refused", await shown(), codeOf("\x00\xff\x80"));
  },
);

const settings = shellCase(
  "commands/settings",
  "digit, algo, step and t0 change the default credential, or nothing when they are refused",
  { text: "digit, algo, step and t0 change it; both or none.", of: "complete", needs: WRITES },
  async (_t, shell) => {
    await shell.ask(`key ${KEY}`);
    const rows = [
      { word: "digit", good: ["8", "6"], bad: ["5", "11", "x"] },
      { word: "algo", good: ["SHA256", "SHA512", "SHA1"], bad: ["MD5", "sha1", "SHA-1"] },
      { word: "step", good: ["60", "30"], bad: ["0", "3601", "-1"] },
      { word: "t0", good: ["100", "0"], bad: ["4294967296", "x"] },
    ] as const;
    for (const { word, good, bad } of rows) {
      for (const value of good) {
        await shell.answers(`${word} ${value}`, "ok");
        await shell.answers(word, value);
        await shell.refuses("bad-parameters", ...bad.map((one) => `${word} ${one}`));
        await shell.answers(word, value);
      }
    }
    await shell.answers("list", "default totp SHA1 6 30 0\nok");
  },
);

const named = shellCase(
  "commands/named-credentials",
  "keyput writes, list tells, hotp next counts and rm removes credentials by name",
  { text: "keyput: ok; writes a credential, or replaces the one.", of: "complete", needs: WRITES },
  async (_t, shell) => {
    await shell.answers(`keyput ACME%20bob hotp SHA1 6 0 0 7 ${KEY_HEX}`, "ok");
    await shell.answers(`keyput g%C3%A4mma totp SHA256 8 60 100 0 ${KEY_HEX}`, "ok");
    const rows = "ACME%20bob hotp SHA1 6 0 0\ng%C3%A4mma totp SHA256 8 60 100";
    await shell.answers("list", `${rows}\nok`);
    const parameters = hotpParameters();
    for (const counter of [7n, 8n, 9n]) {
      const code = expectedCode(rfc4226Secret(), parameters, counter);
      await shell.answers("hotp next ACME%20bob", `Counter: ${counter}\n${code}`);
    }
    await shell.answers("rm ACME%20bob", "ok");
    await shell.answers("list", "g%C3%A4mma totp SHA256 8 60 100\nok");
  },
);

const noPrompt = shellCase(
  "commands/no-prompt-in-answers",
  "no answer holds a prompt, whatever a credential is called",
  {
    text: "No answer holds a prompt, whatever a credential is called.",
    of: "complete",
    needs: WRITES,
  },
  async (_t, shell) => {
    await shell.answers(`keyput %24%20x totp SHA1 6 30 0 0 ${KEY_HEX}`, "ok");
    await shell.answers("list", "%24%20x totp SHA1 6 30 0\nok");
    await shell.refuses("wrong-kind", "hotp next %24%20x");
    await shell.refuses("bad-parameters", `keyput a%0A%24%20 totp SHA1 6 30 0 0 ${KEY_HEX}`);
    await shell.answers("rm %24%20x", "ok");
  },
);

/** Cases of this section. */
export const COMMAND_CASES: readonly ConformanceCase[] = [
  version,
  help,
  time,
  codes,
  keys,
  settings,
  named,
  noPrompt,
];
