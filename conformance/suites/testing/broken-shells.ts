// Serial shells with one defect each: the emulated shell in memory, with what goes in and what
// comes out changed on its way.

import type { TokenSource } from "../../run/token-source.ts";
import type { Dialect } from "../serial-shell/shell.ts";
import { memoryShell } from "./memory-shell.ts";

/** What is wrong with a line. */
export interface ShellDefect {
  /** Changes the bytes of a send before the shell has them. */
  readonly input?: (bytes: string) => string;
  /** Changes what the shell sends for them. */
  readonly output?: (sent: string, given: string) => string;
  /** Whether a line under way outlasts a power cut. */
  readonly keepsLines?: boolean;
}

const KEY = "12345678901234567890";

const DEFECTS: Readonly<Record<string, readonly [defect: string, wrong: ShellDefect]>> = {
  "shell-without-echo": [
    "echoes nothing",
    { output: (sent, given) => (sent.startsWith(given) ? sent.slice(given.length) : sent) },
  ],
  "shell-ends-at-cr": [
    "executes a line at its carriage return, too",
    { input: (bytes) => bytes.replace(/\r/g, "\n") },
  ],
  "shell-cuts-lines": [
    "cuts a line that is too long, and executes it",
    { input: (bytes) => bytes.replace(/[^\n]{129,}/g, (line) => line.slice(0, 6)) },
  ],
  "shell-drops-other-bytes": [
    "drops bytes that belong to no line, and executes the rest",
    { input: (bytes) => bytes.replace(/[^\r\n\b\x20-\x7f]/g, "") },
  ],
  "shell-without-erase": [
    "takes 08 for a character",
    { input: (bytes) => bytes.replaceAll("\b", "?") },
  ],
  "shell-reads-what-it-can": [
    "reads numbers up to where they end",
    { input: (bytes) => bytes.replace(/^time [ +]?(\d+)[^\d\n].*$/m, "time $1") },
  ],
  "shell-of-any-case": [
    "takes commands in upper and lower case",
    { input: (bytes) => bytes.replace(/^[A-Za-z]+/gm, (word) => word.toLowerCase()) },
  ],
  "shell-keeps-half-lines": ["goes on with half a line after a power cut", { keepsLines: true }],
  "shell-answers-empty-lines": [
    "answers an empty line by an error",
    { output: (sent, given) => (/^[\r\n]+$/.test(given) ? `error: line: empty${sent}` : sent) },
  ],
  "shell-loses-lines": [
    "loses the second of two lines that come at once",
    { input: (bytes) => bytes.replace(/^(time\n)time\n$/, "$1\n") },
  ],
  "shell-tells-its-key": [
    "tells the key when it is asked",
    { output: (sent) => sent.replace(/20 bytes, sha256:\w+/, KEY) },
  ],
  "shell-quotes-lines": [
    "quotes the line in its errors",
    { output: (sent, given) => sent.replace(/(\nerror: [^\n]*)/, `$1: ${given.trim()}`) },
  ],
  "shell-says-ok": [
    "says ok to all that it refuses",
    { output: (sent) => sent.replace(/\nerror: [^\n]*/, "\nok\n").replace("\n\nError!\n", "\n") },
  ],
  "shell-of-one-error": [
    "has one word for all its errors",
    { output: (sent) => sent.replace(/error: [a-z0-9-]+:/, "error: failed:") },
  ],
  "shell-silent-on-unknown": [
    "does not answer a word it does not know",
    { output: (sent) => sent.replace(/error: bad-parameters: unknown command[^\n]*/, "") },
  ],
  "shell-help-forgets": [
    "leaves a command out of its help",
    { output: (sent) => sent.replace(/keyhex <hex>[^\n]*\n/, "") },
  ],
  "shell-tells-little": [
    "tells no limits in its version",
    { output: (sent) => sent.replace(/ step=\S+ secret=\S+/, "") },
  ],
  "shell-dates-of-32-bits": [
    "tells dates after 2038 as after 1901",
    { output: (sent) => sent.replace(/Date: 2038[^\n]*/, "Date: 1901/12/13 - 20:45:52") },
  ],
  "shell-trims-keys": [
    "takes the spaces around a key away",
    { input: (bytes) => bytes.replace(/^key +(.*?) *$/m, "key $1") },
  ],
  "shell-forgets-settings": [
    "takes a time step and keeps 30 seconds",
    { input: (bytes) => bytes.replace(/^step 60$/m, "step 30") },
  ],
  "shell-lists-no-step": [
    "lists every credential with 30 seconds",
    { output: (sent) => sent.replace(/(totp SHA\d+ \d+) 60/g, "$1 30") },
  ],
  "shell-prints-names": [
    "prints names as they are, prompts among them",
    { output: (sent) => sent.replace(/%24%20/g, "\n$ ") },
  ],
  "shell-counts-from-zero": [
    "begins again at 0 after the last counter",
    { output: (sent) => sent.replace(/error: counter-exhausted[^\n]*/, "Counter: 0\n755224\n") },
  ],
  "shell-of-six-digits": [
    "shows six digits, whatever was set",
    { input: (bytes) => bytes.replace(/^digit \d+$/m, "digit 6") },
  ],
};

/** What is wrong with a shell of the generic dialect. */
const ARDUINO: Readonly<Record<string, readonly [defect: string, wrong: ShellDefect]>> = {
  "arduino-says-nothing": [
    "passes over what it refuses, as the original does",
    { output: (sent) => sent.replace("\nError!\n", "") },
  ],
};

/** What is wrong, a token each. */
export const BROKEN_SHELLS: Readonly<Record<string, readonly [string, TokenSource]>> =
  Object.fromEntries([...rows("complete", DEFECTS), ...rows("arduino", ARDUINO)]);

function rows(
  dialect: Dialect,
  defects: typeof DEFECTS,
): readonly (readonly [string, readonly [string, TokenSource]])[] {
  return Object.entries(defects).map(([name, [defect, wrong]]) => [
    name,
    [defect, memoryShell(name, dialect, wrong)],
  ]);
}
