// Finds the examples of a document that are to be run: fenced blocks whose first line says so.
//
//   ```sh run            each line is a command; the block must end with exit code 0
//   ```sh run exit=1     ... with this exit code: the last command is the one that shows it
//   ```ts run            a module: it must type-check, and run to its end
//
// A comment at the end of a line, `// → TEXT` or `# → TEXT`, says what the block prints: its TEXT
// must be in a line of stdout, behind that of the one before; `...` stands for anything.

/** A block of a document. */
export interface Example {
  readonly language: "sh" | "ts";
  readonly code: string;
  /** Exit code it must end with, 0 to 255. */
  readonly exitCode: number;
  /** What it says that it prints, in order. */
  readonly prints: readonly string[];
  /** Line of the document that its code begins on, from 1. */
  readonly line: number;
}

const FENCE = /^```(?<info>.*)$/;
const PRINTS = /(?:\/\/|#) → (?<text>.+)$/;
const RUN = /^(?<language>\S+) run(?: exit=(?<exitCode>\d{1,3}))?$/;

/**
 * The examples to be run, in the order of the document.
 *
 * @throws {SyntaxError} naming the line of a block that is marked wrongly or does not end
 */
export function examplesOf(document: string): readonly Example[] {
  const examples: Example[] = [];
  const lines = document.split("\n");
  let opened: { readonly info: string; readonly at: number } | undefined;
  for (const [at, text] of lines.entries()) {
    const info = FENCE.exec(text)?.groups?.info;
    if (info === undefined) continue;
    if (opened === undefined) {
      opened = { info: info.trim(), at };
      continue;
    }
    const example = exampleOf(opened.info, lines.slice(opened.at + 1, at), opened.at + 2);
    if (example !== undefined) examples.push(example);
    opened = undefined;
  }
  if (opened !== undefined) throw new SyntaxError(`line ${opened.at + 1}: the block has no end`);
  return examples;
}

function exampleOf(info: string, lines: readonly string[], line: number): Example | undefined {
  if (!/\brun\b/.test(info)) return undefined;
  const { language, exitCode = "0" } = RUN.exec(info)?.groups ?? {};
  const isCodeOfProcess = Number(exitCode) <= 255;
  if ((language !== "sh" && language !== "ts") || !isCodeOfProcess) {
    throw new SyntaxError(`line ${line - 1}: "${info}" is not "sh run [exit=N]" or "ts run"`);
  }
  const prints = lines.flatMap((text) => PRINTS.exec(text)?.groups?.text?.trim() ?? []);
  return { language, code: `${lines.join("\n")}\n`, exitCode: Number(exitCode), prints, line };
}

/** The first text that an example says it prints and does not; undefined when it prints all. */
export function missingOf(prints: readonly string[], stdout: string): string | undefined {
  const lines = stdout.split("\n");
  let from = 0;
  for (const text of prints) {
    const parts = text.split("...").map((part) => part.trim());
    const at = lines.findIndex((line, index) => index >= from && holdsAll(line, parts));
    if (at < 0) return text;
    from = at + 1;
  }
  return undefined;
}

function holdsAll(line: string, parts: readonly string[]): boolean {
  let from = 0;
  return parts.every((part) => {
    const at = line.indexOf(part, from);
    from = at + part.length;
    return at >= 0;
  });
}
