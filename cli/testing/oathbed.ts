// Runs command lines in this process.

import type { ExitCode } from "../exit-codes.ts";
import { runCommandLine } from "../run.ts";
import { type KeptOptions, keptTerminal } from "./terminal.ts";

/** How a command line ended. */
export interface Ended {
  readonly exitCode: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs the words behind `oathbed`. */
export async function oathbed(words: readonly string[], options: KeptOptions = {}): Promise<Ended> {
  const terminal = keptTerminal(options);
  const exitCode = await runCommandLine(words, terminal, new AbortController().signal);
  return { exitCode, out: terminal.outText, err: terminal.errText };
}
