// The line under a shell as it is, for conformance cases: bytes out, and what comes up to a prompt.

import { SHELL_PROMPT } from "../../core/wire/shell-lines.ts";
import { describeShellLine } from "../../core/wire/shell-log.ts";
import type { WireLog } from "../driver.ts";
import type { OperationQueue } from "../operation-queue.ts";
import type { RawLine } from "../raw.ts";

/** Characters kept that nobody has asked for; older ones are lost. */
const MAX_KEPT = 65_536;

/** Keeps what comes from the token, once somebody has asked for it. */
export class PromptReader {
  #text = "";
  #isKept = false;
  #wake: () => void = () => {};

  /** Bytes from the token. */
  receive(bytes: Uint8Array): void {
    if (!this.#isKept) return;
    this.#text = `${this.#text}${Buffer.from(bytes).toString("latin1")}`.slice(-MAX_KEPT);
    this.#wake();
  }

  /** From now on. */
  keep(): void {
    this.#isKept = true;
  }

  /** What came up to and with the next prompt, waiting for it. */
  async untilPrompt(signal: AbortSignal): Promise<string> {
    for (;;) {
      signal.throwIfAborted();
      const end = this.#text.indexOf(SHELL_PROMPT);
      if (end >= 0) {
        const answer = this.#text.slice(0, end + SHELL_PROMPT.length);
        this.#text = this.#text.slice(answer.length);
        return answer;
      }
      await this.#arrival(signal);
    }
  }

  #arrival(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#wake = () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
    });
  }
}

/** The raw channel of a line. The log has lines whole, secrets as lengths. */
export function rawLine(
  line: { write(bytes: Uint8Array): void },
  prompts: PromptReader,
  queue: OperationQueue,
  log: WireLog,
): RawLine {
  let sent = "";
  return {
    send: (bytes) => {
      prompts.keep();
      sent += Buffer.from(bytes).toString("latin1");
      const lines = sent.split("\n");
      sent = (lines.pop() ?? "").slice(-MAX_KEPT);
      for (const text of lines) {
        log({ direction: "to-token", text: describeShellLine("to-token", text) });
      }
      line.write(bytes);
    },
    untilPrompt: (options = {}) =>
      queue.run("the next prompt", options, (signal) => {
        prompts.keep();
        return prompts.untilPrompt(signal);
      }),
  };
}
