// Runs command lines in this process.

import type { ExitCode } from "../exit-codes.ts";
import { runCommandLine } from "../run.ts";
import { Interruption } from "../termination.ts";
import { type KeptOptions, type KeptTerminal, keptTerminal } from "./terminal.ts";

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

/** A command line that runs until it is stopped. Disposing stops it, as Ctrl-C does. */
export interface Started extends AsyncDisposable {
  readonly terminal: KeptTerminal;
  /**
   * What `pattern` matches in either stream, as soon as it does: its first group, or all of it.
   *
   * @throws when the command ends first
   */
  says(pattern: RegExp): Promise<string>;
  /** Stops it, as by Ctrl-C or the signal that is named, and says how it ended. */
  stop(signalName?: "SIGINT" | "SIGTERM"): Promise<Ended>;
}

/** Starts the words behind `oathbed` in this process. */
export function startOathbed(words: readonly string[], options: KeptOptions = {}): Started {
  const kept = keptTerminal(options);
  const controller = new AbortController();
  let isOver = false;
  let told = Promise.withResolvers<void>();
  const tell = (): void => {
    told.resolve();
    told = Promise.withResolvers<void>();
  };
  const heard =
    (write: (text: string) => void) =>
    (text: string): void => {
      write(text);
      tell();
    };
  const terminal: KeptTerminal = Object.create(kept, {
    out: { value: heard(kept.out) },
    err: { value: heard(kept.err) },
  });
  const ended = runCommandLine(words, terminal, controller.signal).finally(() => {
    isOver = true;
    tell();
  });
  const stop = async (signalName = "SIGINT"): Promise<Ended> => {
    controller.abort(new Interruption(signalName));
    return { exitCode: await ended, out: kept.outText, err: kept.errText };
  };
  return {
    terminal,
    says: async (pattern) => {
      for (;;) {
        const found = pattern.exec(kept.outText + kept.errText);
        if (found !== null) return found[1] ?? found[0];
        if (isOver) throw new Error(`it ended without ${pattern}: ${kept.outText}${kept.errText}`);
        await told.promise;
      }
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}
