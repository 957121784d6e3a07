// The process around a command line: signals, streams, exit code.

import { EXIT } from "./exit-codes.ts";
import { printFailure } from "./failure.ts";
import { runCommandLine } from "./run.ts";
import { processTerminal } from "./terminal.ts";
import { Interruption } from "./termination.ts";

/** What ends a session of ours as Ctrl-C does. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs this process's command line and ends the process with its exit code. */
export async function main(): Promise<void> {
  const terminal = processTerminal();
  const controller = new AbortController();
  for (const name of SIGNALS) {
    process.on(name, () => {
      // The second time: whatever is still closing is not waited for.
      if (controller.signal.aborted) process.exit(EXIT.interrupted);
      controller.abort(new Interruption(name));
    });
  }
  const broken = (error: unknown): void => {
    void printFailure(error, terminal).then((exitCode) => process.exit(exitCode));
  };
  process.on("uncaughtException", broken);
  process.on("unhandledRejection", broken);
  const exitCode = await runCommandLine(process.argv.slice(2), terminal, controller.signal);
  await terminal.flush();
  process.exit(exitCode);
}
