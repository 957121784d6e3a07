// One place that turns whatever was thrown into words and an exit code.

import { EXIT, type ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** What a person is told, and how the command ends. */
export interface Failure {
  readonly message: string;
  /** What to do about it; empty when there is nothing to say. */
  readonly hint: string;
  readonly exitCode: ExitCode;
}

/** The failure that `error` is. What nobody foresaw is a mistake of oathbed's: exit code 4. */
export async function describeFailure(error: unknown): Promise<Failure> {
  if (error instanceof UsageError) {
    return { message: error.message, hint: error.hint, exitCode: EXIT.usage };
  }
  const { failureOf } = await import("./failure-of.ts");
  return failureOf(error);
}

/** `error: …` and `hint: …` on stderr. @returns the exit code */
export async function printFailure(error: unknown, terminal: Terminal): Promise<ExitCode> {
  const { message, hint, exitCode } = await describeFailure(error);
  const { errStyle: style } = terminal;
  terminal.err(`${style.bad("error:")} ${message}\n`);
  if (hint !== "") terminal.err(`${style.accent("hint:")} ${hint}\n`);
  return exitCode;
}
