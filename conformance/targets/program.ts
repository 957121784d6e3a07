// Programs of other people, run for one answer: within a time, with what they say bounded.

import { spawn } from "node:child_process";
import { TargetCannot } from "../target.ts";

const TIMEOUT_MS = 10_000;
/** Most characters of each stream that are kept. */
const MOST_CHARACTERS = 10_000;

/** How a program ended. */
export interface Ended {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

/** @see runProgram */
export interface ProgramOptions {
  /** Over stdin: secrets and codes go there, never on the command line. */
  readonly input?: string;
  /** Besides LC_ALL and TZ, which are C and UTC, and PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** What to install when it is not there. */
  readonly remedy: string;
}

/** Runs a program to its end. @throws {TargetCannot} when it is not installed */
export function runProgram(
  command: string,
  words: readonly string[],
  { input = "", env = {}, remedy }: ProgramOptions,
): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const child = spawn(command, words, {
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
    env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: "C", TZ: "UTC", ...env },
  });
  const kept = { out: "", err: "" };
  const keep = (stream: "out" | "err") => (bytes: Buffer) => {
    kept[stream] = (kept[stream] + bytes.toString("utf8")).slice(0, MOST_CHARACTERS);
  };
  child.stdout.on("data", keep("out"));
  child.stderr.on("data", keep("err"));
  child.on("error", () => reject(new TargetCannot(`${command} is not installed: ${remedy}`)));
  child.on("close", (exitCode) => resolve({ exitCode, ...kept }));
  // It may end before it has read its input.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return promise;
}
