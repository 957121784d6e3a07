// Reads a command line with yargs: strict, with examples, and with a suggestion for what is
// misspelled. Nothing runs here.

import yargs, { type Argv, type Options } from "yargs";
import {
  type Arguments,
  refuseRepeated,
  refuseUnknown,
  withWordsAfterDashes,
} from "./arguments.ts";
import type { Command, OptionTable } from "./command.ts";
import { nearest, UsageError } from "./usage-error.ts";

/** What a command line asks for. */
export type Parsed =
  | { readonly kind: "run"; readonly command: Command; readonly args: Arguments }
  /** `--help`, `--version`: a text for stdout. */
  | { readonly kind: "text"; readonly text: string };

/** Longest line of help, characters. */
const MAX_HELP_COLUMNS = 100;
const SUMMARY =
  "Test bench for OATH one-time-password tokens and the servers that verify their codes.";
const EXIT_CODES =
  "Exit codes: 0 ok, 1 not conforming or refused, 2 usage, 3 no device or no access, " +
  "4 oathbed broke, 5 nothing selected, 130 interrupted.";

/**
 * Reads the words behind `oathbed`.
 *
 * @param columns width of the terminal that help is for
 * @throws {UsageError} for unknown words and flags, missing and repeated values
 */
export async function parseCommandLine(
  words: readonly string[],
  commands: readonly Command[],
  version: string,
  columns: number = MAX_HELP_COLUMNS,
): Promise<Parsed> {
  const reader = new Reader(commands);
  const program = reader.program(version, Math.min(columns, MAX_HELP_COLUMNS));
  let text = "";
  const args = await program.parseAsync([...words], {}, (_error, _args, output) => {
    text = output;
  });
  if (text !== "") return { kind: "text", text: `${text.trimEnd()}\n` };
  return reader.chosen ?? reader.noCommand(args);
}

class Reader {
  readonly #commands: readonly Command[];
  #chosen: Parsed | undefined;

  constructor(commands: readonly Command[]) {
    this.#commands = commands;
  }

  get chosen(): Parsed | undefined {
    return this.#chosen;
  }

  program(version: string, columns: number): Argv {
    const program = yargs()
      .scriptName("oathbed")
      .usage(`oathbed <command>\n\n${SUMMARY}`)
      .locale("en")
      .wrap(columns)
      .parserConfiguration({
        "camel-case-expansion": false,
        "boolean-negation": false,
        "dot-notation": false,
        "greedy-arrays": false,
        "populate--": true,
        "parse-numbers": false,
        "parse-positional-numbers": false,
      })
      .help("help")
      .alias("help", "h")
      .version(version)
      .epilogue(EXIT_CODES)
      .exitProcess(false);
    this.#add(program, this.#commands, []);
    return program.fail(failWith(["oathbed"], "<command>"));
  }

  /** Why no command ran: there was none, or an unknown word. */
  noCommand(args: Arguments): never {
    const [word] = args._;
    if (word === undefined) {
      throw new UsageError("no command given", "oathbed --help lists the commands");
    }
    throw unknownWord(String(word), ["oathbed"], this.#commands);
  }

  #add(program: Argv, commands: readonly Command[], above: readonly string[]): void {
    for (const command of commands) {
      const path = [...above, wordOf(command)];
      program.command(
        command.name,
        command.summary,
        (builder) => this.#build(builder, command, path),
        (args) => this.#choose(command, path, args),
      );
    }
  }

  #build(builder: Argv, command: Command, path: readonly string[]): void {
    const { details, subcommands, positionals, options, examples } = command;
    const more = details === undefined ? "" : `\n\n${details}`;
    const usage = ["oathbed", ...path, usageOf(command)].join(" ").trimEnd();
    builder.usage(`${usage}\n\n${command.summary}${more}`).epilogue("").options(localOf(options));
    for (const [name, positional] of Object.entries(positionals)) {
      builder.positional(name, positional);
    }
    for (const [line, meaning] of examples) builder.example(line, meaning);
    this.#add(builder, subcommands, path);
    builder.fail(failWith(["oathbed", ...path], usageOf(command)));
  }

  #choose(command: Command, path: readonly string[], args: Arguments): void {
    const extra = args._[path.length];
    const full = ["oathbed", ...path];
    if (extra !== undefined) throw unknownWord(String(extra), full, command.subcommands);
    if (command.run === undefined) {
      const names = command.subcommands.map(wordOf).join(", ");
      throw new UsageError(`${full.join(" ")} needs one of: ${names}`, helpHint(full));
    }
    refuseUnknown(command, full, args);
    refuseRepeated(command, args);
    this.#chosen = { kind: "run", command, args: withWordsAfterDashes(command, args) };
  }
}

/** A command's options are not its subcommands'. */
function localOf(options: OptionTable): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, { ...option, global: false }]),
  );
}

function unknownWord(
  word: string,
  path: readonly string[],
  commands: readonly Command[],
): UsageError {
  const shown = JSON.stringify(word.slice(0, 40));
  const names = commands.map(wordOf);
  const near = nearest(word, names);
  const hint = near === undefined ? helpHint(path) : `did you mean ${[...path, near].join(" ")}?`;
  const text = commands.length === 0 ? "takes no further word" : "has no command";
  return new UsageError(`${path.join(" ")} ${text} ${shown}`, hint);
}

/** yargs tells a caller's mistake by its text alone; errors of ours pass as they are. */
function failWith(
  path: readonly string[],
  usage: string,
): (message: string | undefined, error: Error | undefined) => never {
  return (message, error) => {
    if (error !== undefined && error.name !== "YError") throw error;
    const text = (message ?? error?.message ?? "wrong usage").replaceAll(/\s+/g, " ").trim();
    const lower = text.charAt(0).toLowerCase() + text.slice(1);
    throw new UsageError(
      lower,
      `usage: ${[...path, usage].join(" ").trimEnd()}; ${helpHint(path)}`,
    );
  };
}

function helpHint(path: readonly string[]): string {
  return `see ${path.join(" ")} --help`;
}

function wordOf(command: Command): string {
  return command.name.split(" ")[0] ?? "";
}

function usageOf(command: Command): string {
  const words = command.name.split(" ").slice(1);
  if (command.run === undefined) words.push("<command>");
  return words.join(" ");
}
