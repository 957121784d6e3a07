// JSON texts that people bring (RFC 8259): read, or refused by place. The language's own parser
// quotes what it stumbled over, which can be a secret when somebody names the wrong file.

/** A text is no JSON. The message gives line, column and what should stand there, no content. */
export class JsonTextError extends Error {
  override readonly name = "JsonTextError";
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors count. */
  readonly column: number;
  constructor({ at, wanted }: Mistake, text: string) {
    const before = text.slice(0, at).split("\n");
    const [line, column] = [before.length, (before.at(-1) ?? "").length + 1];
    super(`not JSON at line ${line}, column ${column}: ${wanted} should stand there`);
    this.line = line;
    this.column = column;
  }
}

/** What is done about a file that is no JSON: the end of a message. */
export const JSON_REMEDY = "mend it there, or name the file that you meant";

/**
 * The value of a JSON text. The caller bounds its length.
 *
 * @throws {JsonTextError} saying where, and nothing of what stands there
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonTextError(mistakeIn(text), text);
  }
}

/** Where the first character is that no JSON text has there, or where the text ends too early. */
interface Mistake {
  readonly at: number;
  readonly wanted: string;
}

const WHITE = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const VALUE = "a value";

/** One pass with a stack of what is open, for texts that JSON.parse refused. */
function mistakeIn(text: string): Mistake {
  const open: ("}" | "]")[] = [];
  let wanted: "value" | "name" | "after" = "value";
  let isFirst = false;
  let at = past(WHITE, text, 0);
  for (;;) {
    const character = text[at];
    const closing = open.at(-1);
    if (character === closing && closing !== undefined && (isFirst || wanted === "after")) {
      open.pop();
      [wanted, isFirst, at] = ["after", false, at + 1];
    } else if (wanted === "after") {
      if (closing === undefined) return { at, wanted: "the end" };
      if (character !== ",") return { at, wanted: `a comma or ${closing}` };
      [wanted, at] = [closing === "}" ? "name" : "value", at + 1];
    } else if (wanted === "name") {
      const mistake = isFirst ? 'a name in " or }' : 'a name in "';
      if (character !== '"') return { at, wanted: mistake };
      const end = stringEnd(text, at);
      if (typeof end !== "number") return end;
      at = past(WHITE, text, end);
      if (text[at] !== ":") return { at, wanted: "a colon" };
      [wanted, isFirst, at] = ["value", false, at + 1];
    } else if (character === "{" || character === "[") {
      open.push(character === "{" ? "}" : "]");
      [wanted, isFirst, at] = [character === "{" ? "name" : "value", true, at + 1];
    } else {
      const end = character === '"' ? stringEnd(text, at) : past(SCALAR, text, at);
      if (typeof end !== "number") return end;
      if (end === at) return { at, wanted: isFirst ? `${VALUE} or ${closing}` : VALUE };
      [wanted, isFirst, at] = ["after", false, end];
    }
    at = past(WHITE, text, at);
  }
}

/** Behind the quote that closes a string, or what is wrong in it. */
function stringEnd(text: string, start: number): number | Mistake {
  let at = start + 1;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') return at + 1;
    if (character < " ") return { at, wanted: 'the closing " or an escaped character' };
    const next = character === "\\" ? past(ESCAPE, text, at) : at + 1;
    if (next === at) return { at, wanted: "a known escape" };
    at = next;
  }
  return { at, wanted: 'the closing "' };
}

/** Behind what `pattern` (sticky) matches at `at`; `at` itself when it matches nothing. */
function past(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
