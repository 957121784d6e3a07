// Programs that nobody here wrote, run to their end.

import { type SpawnOptions, spawn } from "node:child_process";
import { patience } from "./patience.ts";

const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_CHARACTERS = 1_000_000;

/** What a program said and how it ended. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @see runProgram */
export interface ProgramOptions {
  /** Goes to its standard input, which is then closed. */
  readonly input?: string;
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Sees its output as it comes. */
  readonly onOutput?: (text: string) => void;
  /** Longest it may take, milliseconds; default 30 s. */
  readonly timeoutMs?: number;
}

/**
 * Runs a program to its end, however it ends.
 *
 * @throws {Error} when it cannot be started, takes too long or talks without end
 */
export function runProgram(
  program: string,
  args: readonly string[],
  {
    input = "",
    env = {},
    onOutput = () => {},
    timeoutMs = patience(TIMEOUT_MS),
  }: ProgramOptions = {},
): Promise<Ran> {
  const options: SpawnOptions = {
    env: { ...process.env, ...env },
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  };
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], options);
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        said[name] += text;
        if (said[name].length > MAX_OUTPUT_CHARACTERS) child.kill("SIGKILL");
        onOutput(text);
      });
    }
    child.on("error", reject);
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    child.on("close", (exitCode, signal) => {
      if (exitCode !== null) resolve({ exitCode, ...said });
      else
        reject(new Error(`${program} ended by ${signal}; it said: ${said.stdout}${said.stderr}`));
    });
  });
}
