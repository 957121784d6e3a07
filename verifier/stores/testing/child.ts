// Starts verifier-process.ts and speaks with it.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./verifier-process.ts", import.meta.url));
const ANSWER_TIMEOUT_MS = 15_000;

/** What the process answers. */
export interface ChildAnswer {
  readonly outcomes?: readonly string[];
  readonly error?: string;
  readonly hint?: string;
}

/** @see VerifierProcess.start */
export class VerifierProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  /** A verifier on this file. `uid`: as another user, for a parent that is root. */
  static start(path: string, uid?: number): VerifierProcess {
    const user = uid === undefined ? {} : { uid, gid: uid };
    const stdio: ["pipe", "pipe", "inherit"] = ["pipe", "pipe", "inherit"];
    return new VerifierProcess(spawn(process.execPath, [SCRIPT, path], { stdio, ...user }));
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    if (child.stdout === null) throw new Error("no pipe to the process");
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Sends a line and gives the answer to it. */
  async ask(line: string): Promise<ChildAnswer> {
    this.#child.stdin?.write(`${line}\n`);
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), ANSWER_TIMEOUT_MS);
    const { value, done } = await this.#lines.next();
    clearTimeout(timer);
    if (done === true) throw new Error(`no answer to "${line}"`);
    return JSON.parse(value) as ChildAnswer;
  }

  /** kill -9: the process has no chance to tidy up. */
  async kill(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
  }
}
