// What yargs read, held against what the command knows.

import type { Command } from "./command.ts";
import { nearest, UsageError } from "./usage-error.ts";

/** Arguments by option name; `_` holds the words. */
export interface Arguments {
  readonly _: readonly (string | number)[];
  readonly [name: string]: unknown;
}

/** Names that every command has. */
const COMMON = ["help", "version"];
/** Names that yargs adds. */
const INTERNAL: ReadonlySet<string> = new Set(["_", "$0", "--", "h", ...COMMON]);

/**
 * Words behind `--` are positional arguments, whatever they begin with; yargs leaves them aside.
 *
 * @throws {UsageError} when there are more of them than the command takes
 */
export function withWordsAfterDashes(command: Command, args: Arguments): Arguments {
  const after = Array.isArray(args["--"]) ? args["--"].map(String) : [];
  const filled: Record<string, unknown> = {};
  let rest = after;
  for (const name of Object.keys(command.positionals)) {
    const given = args[name];
    if (Array.isArray(given)) {
      filled[name] = [...given, ...rest];
      rest = [];
    } else if (given === undefined && rest.length > 0) {
      filled[name] = rest[0];
      rest = rest.slice(1);
    }
  }
  if (rest[0] === undefined) return { ...args, ...filled };
  const shown = JSON.stringify(rest[0].slice(0, 40));
  throw new UsageError(`there is no argument for ${shown}`, "leave it out");
}

/** @throws {UsageError} for a flag the command does not have, with the one that is most like it */
export function refuseUnknown(command: Command, path: readonly string[], args: Arguments): void {
  const known = [...Object.keys(command.options), ...COMMON];
  for (const name of Object.keys(args)) {
    if (INTERNAL.has(name) || known.includes(name) || name in command.positionals) continue;
    const flag = name.length === 1 ? `-${name}` : `--${name}`;
    const near = nearest(name, known);
    const hint = near === undefined ? `see ${path.join(" ")} --help` : `did you mean --${near}?`;
    throw new UsageError(`${path.join(" ")} has no option ${flag.slice(0, 60)}`, hint);
  }
}

/** @throws {UsageError} when an option that takes one value was given twice */
export function refuseRepeated(command: Command, args: Arguments): void {
  for (const [name, option] of Object.entries(command.options)) {
    if (option.array === true || option.type === "array") continue;
    if (Array.isArray(args[name])) {
      throw new UsageError(`--${name} is given twice`, "give it once");
    }
  }
}
