// Words and options of the Flipper Authenticator's command line (protocols/serial-tokens.md §1.2).

/** Why a command was refused, as the app prints it. */
export class FlipperError extends Error {
  override readonly name = "FlipperError";
  /** What is printed before the message, uncoloured; mostly nothing. */
  readonly before: string;
  /** Whether a line end follows: invalid arguments have none (pitfall 5). */
  readonly endsLine: boolean;

  constructor(message: string, options: { before?: string; endsLine?: boolean } = {}) {
    super(message);
    this.before = options.before ?? "";
    this.endsLine = options.endsLine ?? true;
  }
}

/** Bad index, missing argument, unknown option. */
export function invalidArguments(before = ""): FlipperError {
  return new FlipperError(
    'Invalid command arguments. use "help" command to get list of supported commands',
    {
      before,
      endsLine: false,
    },
  );
}

/** Splits a line at spaces; double quotes hold a word together, and there is no escape. */
export function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/"([^"]*)"|(\S+)/g)) {
    words.push(quoted ?? plain ?? "");
  }
  return words;
}

/** What options take: a value, or nothing. */
export type OptionForms = Readonly<Record<string, "value" | "flag">>;

/** Words of a command: those without a dash in order, options by name, `-b` several times. */
export interface FlipperArguments {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** @throws {FlipperError} for an option that is unknown or lacks its value */
export function readArguments(words: readonly string[], forms: OptionForms): FlipperArguments {
  const plain: string[] = [];
  const options = new Map<string, readonly string[]>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) {
      plain.push(word);
      continue;
    }
    const form = forms[word];
    if (form === undefined) throw invalidArguments(`Unknown argument "${word}"\r\n`);
    const value = form === "flag" ? "" : words[++at];
    if (value === undefined) {
      throw new FlipperError(`Missed or incorrect value for argument "${word}"`);
    }
    options.set(word, [...(options.get(word) ?? []), value]);
  }
  return { words: plain, options };
}

/** A value that an option does not take. */
export function badValue(option: string, value: string): FlipperError {
  return new FlipperError(`"${value}" is incorrect value for argument "${option}"`);
}
