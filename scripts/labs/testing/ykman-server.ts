// ykman for computers on which it takes seconds to start: see ykman-server.py.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { patience } from "./patience.ts";
import type { ProgramOptions, Ran } from "./program.ts";

const TIMEOUT_MS = 30_000;

/** A line of the server. */
interface Message {
  readonly out?: string;
  readonly err?: string;
  readonly exit?: number;
}

/** Runs commands of ykman, one at a time. */
export class YkmanServer implements Disposable {
  readonly #child: ChildProcess;
  #listener: (message: Message) => void = () => {};

  constructor() {
    const script = fileURLToPath(new URL("ykman-server.py", import.meta.url));
    this.#child = spawn("/usr/bin/python3", [script], { stdio: ["pipe", "pipe", "inherit"] });
    const { stdout } = this.#child;
    if (stdout === null) throw new Error("the server has no output");
    createInterface({ input: stdout }).on("line", (line) => {
      this.#listener(JSON.parse(line) as Message);
    });
  }

  /** As runProgram does. @throws {Error} when it takes longer than 30 s */
  run(args: readonly string[], { env = {}, onOutput = () => {} }: ProgramOptions): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const said = { stdout: "", stderr: "" };
      const timer = setTimeout(() => {
        reject(new Error(`ykman ${args.join(" ")} takes too long; it said: ${said.stderr}`));
      }, patience(TIMEOUT_MS));
      this.#listener = ({ out = "", err = "", exit }) => {
        said.stdout += out;
        said.stderr += err;
        if (out + err !== "") onOutput(out + err);
        if (exit === undefined) return;
        clearTimeout(timer);
        resolve({ exitCode: exit, ...said });
      };
      this.#child.stdin?.write(`${JSON.stringify({ args, env })}\n`);
    });
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}
