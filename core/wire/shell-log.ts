// Lines of the serial shell as a wire log shows them: one printable line each, and of a secret
// only its length and fingerprint.

import { describeSecret } from "../oath/secret.ts";
import { parseCommand } from "./shell-lines.ts";

/** Longest line shown whole. */
const MAX_SHOWN_CHARACTERS = 200;
/** So many characters of a secret in a row are not shown, wherever they appear. */
const FRAGMENT_CHARACTERS = 4;

/**
 * Describes a line for people. What follows `key`, `keyhex` or any other word beginning with "key"
 * (in any case) is shown as `<20 bytes, sha256:1a2b3c4d>`.
 *
 * A token shows its secret in answer to `key` alone: whoever logs what a token sent says which
 * command it answers. Of such an answer only `ok` and error texts are shown.
 *
 * @param answerTo the command line this line answers; from-token only
 */
export function describeShellLine(
  direction: "to-token" | "from-token",
  line: string,
  answerTo?: string,
): string {
  const command = secretCommand(line);
  if (command !== undefined) return command;
  if (direction === "from-token" && answerTo !== undefined && isSecretWord(answerTo)) {
    return describeSecretAnswer(line, answerTo);
  }
  return printable(line);
}

/** The description of a line that carries a secret as its argument. */
function secretCommand(line: string): string | undefined {
  const { word, argument } = parseCommand(line.trimStart());
  if (argument === undefined || argument === "" || !isSecretWord(word)) return undefined;
  return `${printable(word)} <${describeSecret(secretBytes(word, argument))}>`;
}

function describeSecretAnswer(line: string, answerTo: string): string {
  if (line.trim() === "" || line === "ok") return line.trim();
  if (!/^error\b/i.test(line)) return `<${describeSecret(latin1(line))}>`;
  const { argument = "" } = parseCommand(answerTo.trimStart());
  return printable(withoutFragments(line, argument));
}

function isSecretWord(line: string): boolean {
  return /^\s*key/i.test(line);
}

/** The secret itself where its form is known, so that one secret has one fingerprint. */
function secretBytes(word: string, argument: string): Uint8Array {
  const isHex = word === "keyhex" && /^(?:[0-9a-f]{2})+$/i.test(argument);
  return isHex ? Buffer.from(argument, "hex") : latin1(argument);
}

function latin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** `line` with every run of characters that also occurs in `secret` shown as "…". */
function withoutFragments(line: string, secret: string): string {
  const lowerLine = line.toLowerCase();
  const lowerSecret = secret.toLowerCase();
  let shown = "";
  let at = 0;
  while (at < line.length) {
    let length = FRAGMENT_CHARACTERS;
    while (at + length <= line.length && lowerSecret.includes(lowerLine.slice(at, at + length))) {
      length++;
    }
    if (length === FRAGMENT_CHARACTERS) {
      shown += line.charAt(at++);
    } else {
      shown += "…";
      at += length - 1;
    }
  }
  return shown;
}

/** One line without control characters, of bounded length. */
function printable(line: string): string {
  const cut = line.length - MAX_SHOWN_CHARACTERS;
  const shown = cut > 0 ? line.slice(0, MAX_SHOWN_CHARACTERS) : line;
  const escaped = shown.replace(/[^\x20-\x7e…]/g, escapeCharacter);
  return cut > 0 ? `${escaped} … (${cut} more characters)` : escaped;
}

function escapeCharacter(character: string): string {
  if (character === "\n") return "\\n";
  const unit = character.charCodeAt(0).toString(16);
  return unit.length <= 2 ? `\\x${unit.padStart(2, "0")}` : `\\u${unit.padStart(4, "0")}`;
}
