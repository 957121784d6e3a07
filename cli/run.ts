// Runs one command line from its words to its exit code.

import { shellWord } from "../conformance/run/repeat.ts";
import { COMMANDS } from "./commands/index.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { printFailure } from "./failure.ts";
import { parseCommandLine } from "./program.ts";
import type { Terminal } from "./terminal.ts";
import { isTermination } from "./termination.ts";
import { toolVersion } from "./version.ts";

/**
 * Runs the words behind `oathbed`. Never rejects: whatever is thrown becomes an error line and an
 * exit code.
 */
export async function runCommandLine(
  words: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  try {
    const parsed = await parseCommandLine(words, COMMANDS, await toolVersion(), terminal.columns);
    if (parsed.kind === "text") {
      terminal.out(parsed.text);
      return EXIT.ok;
    }
    const commandLine = ["oathbed", ...words].map(shellWord).join(" ");
    const { command, args } = parsed;
    const exitCode = (await command.run?.(args, { terminal, signal, commandLine })) ?? EXIT.ok;
    const isCutOff = signal.aborted && !(command.isService === true && isTermination(signal));
    return isCutOff ? EXIT.interrupted : exitCode;
  } catch (error) {
    if (signal.aborted) {
      terminal.err("interrupted\n");
      return EXIT.interrupted;
    }
    return await printFailure(error, terminal);
  }
}
