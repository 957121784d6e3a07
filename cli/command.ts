// What a command is: a name, options as data, and what it does. yargs reads the data.

import type { InferredOptionTypes, Options, PositionalOptions } from "yargs";
import type { ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** What surrounds a command while it runs. */
export interface Context {
  readonly terminal: Terminal;
  /** Ctrl-C, and the end of the session. */
  readonly signal: AbortSignal;
  /** The command line as given, for reports; no secret can be on it. */
  readonly commandLine: string;
}

/** Options by name, as yargs takes them. Values are texts: `values.ts` reads numbers. */
export type OptionTable = Readonly<Record<string, Options>>;

/** Positional arguments by name. */
export type PositionalTable = Readonly<Record<string, PositionalOptions>>;

/** Arguments by option name, typed by the option's data. */
export type ArgumentsOf<O extends OptionTable> = InferredOptionTypes<{
  -readonly [K in keyof O]: O[K];
}>;

/** A command, its argument types forgotten. */
export interface Command {
  /** The word, then positional arguments as yargs writes them: `verify <label> [code]`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Lines below the summary in `--help`. */
  readonly details?: string;
  readonly positionals: PositionalTable;
  readonly options: OptionTable;
  /** Command line and what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  readonly subcommands: readonly Command[];
  /** It runs until SIGTERM, which is no interruption: what was begun is done by then. */
  readonly isService?: boolean;
  /** Absent: the command is only a heading of its subcommands. */
  readonly run?: (args: Readonly<Record<string, unknown>>, context: Context) => Promise<ExitCode>;
}

/** What `defineCommand` takes: the same, with typed arguments. */
export interface CommandInput<O extends OptionTable, P extends PositionalTable>
  extends Pick<Command, "name" | "summary" | "details" | "examples" | "isService"> {
  readonly positionals?: P;
  readonly options: O;
  readonly subcommands?: readonly Command[];
  readonly run: (args: ArgumentsOf<O> & ArgumentsOf<P>, context: Context) => Promise<ExitCode>;
}

/** A command from its data; yargs has checked the arguments by the time `run` gets them. */
export function defineCommand<
  O extends OptionTable,
  P extends PositionalTable = Record<never, never>,
>(input: CommandInput<O, P>): Command {
  const { run, positionals = {}, subcommands = [], ...rest } = input;
  return {
    ...rest,
    positionals,
    subcommands,
    run: (args, context) => run(args as ArgumentsOf<O> & ArgumentsOf<P>, context),
  };
}

/** A heading: `oathbed devices …`. */
export function groupCommand(
  name: string,
  summary: string,
  subcommands: readonly Command[],
): Command {
  return { name, summary, positionals: {}, options: {}, examples: [], subcommands };
}
