// docs/serial-shell.md, "The line": prompt, echo, line ends, erasing, limits, numbers.

import type { ConformanceCase, TokenCase } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import { Shell } from "./shell.ts";

const SOURCE = "docs/serial-shell.md, The line";
const REFUSED_WHOLE =
  "A line that is too long, or holds another byte, is refused as a whole; never cut and executed.";

function lineCase(
  what: string,
  title: string,
  text: string,
  needs: TokenCase["needs"],
  run: (t: TokenContext, shell: Shell) => Promise<void>,
): TokenCase {
  return {
    id: `serial-shell/line/${what}`,
    subject: "token",
    title,
    requirement: { text, source: SOURCE },
    level: "MUST",
    needs: ["shell-line", ...needs],
    run: async (t) => run(t, await Shell.of(t)),
  };
}

/** The time that the token tells, for "nothing was executed". */
async function timestamp(shell: Shell): Promise<string> {
  return /Timestamp: (\d+)/.exec(await shell.ask("time"))?.[1] ?? "none";
}

const emptyLine = lineCase(
  "empty",
  "an empty line is answered by the prompt",
  "nothing happens on an empty line; an empty line is answered by the prompt.",
  [],
  async (t, shell) => {
    for (const line of ["\n", "\r\n", "\r\r\n"]) {
      shell.send(line);
      t.equal(JSON.stringify(line), (await shell.untilPrompt()).trim(), "");
    }
  },
);

const echo = lineCase(
  "echo",
  "every character of a line comes back, the line feed included",
  "echo: every character of a line as it comes, the LF included.",
  [],
  async (t, shell) => {
    for (const line of ["time", "blink one  two", "~!@#%^&*()_+|"]) {
      shell.send(`${line}\n`);
      const answer = await shell.untilPrompt();
      const isEchoed = answer.startsWith(`${line}\n`) || answer === line;
      t.holds(`"${line}" comes back`, isEchoed, answer.slice(0, 60));
    }
  },
);

const lineEnds = lineCase(
  "line-ends",
  "a line feed executes; a carriage return, wherever it comes, is ignored",
  "executes: LF (0A); CR (0D) is ignored, so CR LF works.",
  [],
  async (t, shell) => {
    const wanted = (await shell.ask("time")).slice(0, 5);
    for (const line of ["time\r\n", "\rtime\n", "ti\rme\r\n"]) {
      shell.send(line);
      const answer = await shell.untilPrompt();
      t.equal(JSON.stringify(line), answer.slice(5, 10), wanted);
    }
  },
);

const erasing = lineCase(
  "erasing",
  "both erase characters take one away, and nothing on an empty line",
  "erases: 08 and 7F, answered by 08 20 08; nothing happens on an empty line.",
  [],
  async (t, shell) => {
    const wanted = (await shell.ask("time")).slice(0, 5);
    for (const erase of ["\b", "\x7f"]) {
      shell.send(`${erase}${erase}tixx${erase}${erase}me\n`);
      const [shown = "", ...rest] = (await shell.untilPrompt()).split("\n");
      t.equal("what is shown of it", shown, "tixx\b \b\b \bme");
      t.equal("the answer", rest.join("\n").slice(0, 5), wanted);
    }
  },
);

const tooLong = lineCase(
  "too-long",
  "a line that is too long is refused as a whole, however long it is; the next one is executed",
  REFUSED_WHOLE,
  ["set-time"],
  async (t, shell) => {
    await shell.ask("time 1800000000");
    for (const length of [shell.longest + 1, shell.longest + 2, 2000, 20_000]) {
      shell.send(`time 1${" ".repeat(length - 6)}\n`);
      const answer = await shell.untilPrompt();
      const isRefused = /error: line: [ -~]+$|\nError!\n?$/.test(answer);
      t.holds(`${length} characters: refused`, isRefused, answer.slice(-60));
      t.equal("the time", (await timestamp(shell)).slice(0, 5), "18000");
    }
    shell.send(`${"x".repeat(shell.longest)}\n`);
    const answer = await shell.untilPrompt();
    t.holds(`${shell.longest} characters are a line`, !/error: line/.test(answer));
  },
);

const otherBytes = lineCase(
  "other-bytes",
  "a line with a control character or a byte above 7E is refused as a whole",
  REFUSED_WHOLE,
  ["set-time"],
  async (t, shell) => {
    await shell.ask("time 1800000000");
    for (const byte of ["\x00", "\x01", "\x03", "\t", "\x1b", "\x80", "\xff"]) {
      for (const line of [`${byte}time 59`, `time 5${byte}9`, `time 59${byte}`]) {
        shell.send(`${line}\n`);
        const answer = await shell.untilPrompt();
        const isRefused = /error: line: [ -~]+$|\nError!\n?$/.test(answer);
        t.holds(`${JSON.stringify(line)}: refused`, isRefused, answer.slice(-60));
      }
    }
    t.equal("the time", (await timestamp(shell)).slice(0, 5), "18000");
  },
);

const NO_NUMBERS: readonly string[] = [
  "x",
  "-1",
  "+1",
  "1.0",
  "1e3",
  "0x10",
  " 1",
  "1 ",
  "1 2",
  "59s",
  "000000000000000000059",
  "99999999999999999999",
];

const numbers = lineCase(
  "numbers",
  "what is no number of at most twenty decimal digits is refused, and changes nothing",
  "numbers: decimal ASCII digits, 20 at most; no sign, space, point or exponent.",
  ["set-time"],
  async (t, shell) => {
    await shell.ask("time 1800000000");
    await shell.refuses(
      "(bad-parameters|time-out-of-range)",
      ...NO_NUMBERS.map((n) => `time ${n}`),
    );
    t.equal("the time", (await timestamp(shell)).slice(0, 5), "18000");
    await shell.ask("time 00000000001800000059");
    t.equal("twenty digits are a number", (await timestamp(shell)).slice(0, 8), "18000000");
  },
);

const unknown = lineCase(
  "unknown-command",
  "a word that is no command is answered and changes nothing; upper and lower case differ",
  "command: a word, one space, and all the rest as one argument; upper and lower case differ.",
  ["set-time"],
  async (t, shell) => {
    await shell.ask("time 1800000000");
    for (const line of ["blink", "Time 59", "TIME 59", " time 59", "time59", "times 59"]) {
      if (shell.dialect === "complete") await shell.refuses("bad-parameters", line);
      else await shell.answers(line, "");
    }
    t.equal("the time", (await timestamp(shell)).slice(0, 5), "18000");
  },
);

const forgotten = lineCase(
  "half-a-line",
  "half a line is forgotten when the power goes, and the prompt comes with it",
  "When the power comes back it prompts; a line under way is forgotten.",
  ["set-time", "rig"],
  async (t, shell) => {
    // At once, so that the half of a line is there when the answer to the first one is.
    shell.send("time 1800000000\ntime 5");
    await shell.untilPrompt();
    await t.rig?.powerCycle();
    const shown = await shell.untilPrompt();
    t.holds("the prompt comes", shown.trimEnd() === "" || shown.startsWith("time 5"), shown);
    shell.send("9\n");
    await shell.untilPrompt();
    t.equal("the time", (await timestamp(shell)).slice(0, 5), "18000");
  },
);

const inPieces = lineCase(
  "in-pieces",
  "a line that comes byte by byte, and two that come at once, are answered one after another",
  "executes: LF (0A).",
  [],
  async (t, shell) => {
    for (const byte of "time\n") shell.send(byte);
    t.holds("byte by byte", (await shell.untilPrompt()).includes("Timestamp: "));
    shell.send("time\ntime\n");
    t.holds("the first of two", (await shell.untilPrompt()).includes("Timestamp: "));
    t.holds("the second of two", (await shell.untilPrompt()).includes("Timestamp: "));
  },
);

/** Cases of this section. */
export const LINE_CASES: readonly ConformanceCase[] = [
  emptyLine,
  echo,
  lineEnds,
  erasing,
  tooLong,
  otherBytes,
  numbers,
  unknown,
  forgotten,
  inPieces,
];
