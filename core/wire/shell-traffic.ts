// Both directions of the serial shell for a wire log.

import type { WireDirection } from "./decoded.ts";
import { AnswerAssembler } from "./shell-answers.ts";
import { LineAssembler } from "./shell-lines.ts";
import { describeShellLine } from "./shell-log.ts";

/** The log of one serial port; pieces of any size. */
export class ShellTraffic {
  readonly #lines = new LineAssembler();
  readonly #answers = new AnswerAssembler();
  /** The last line sent. */
  #command = "";

  /** The lines that are complete with `bytes`; an answer is complete at the next prompt. */
  read(direction: WireDirection, bytes: Uint8Array): readonly string[] {
    return direction === "to-token" ? this.#sent(bytes) : this.#received(bytes);
  }

  #sent(bytes: Uint8Array): readonly string[] {
    const shown: string[] = [];
    for (const event of this.#lines.feed(bytes)) {
      if (event.kind === "refused") shown.push(`<line refused: ${event.problem}>`);
      if (event.kind !== "line") continue;
      this.#command = event.line;
      shown.push(describeShellLine("to-token", event.line));
    }
    return shown;
  }

  /**
   * An answer begins with the echo of its command. After a command about a secret nothing of an
   * answer counts as an echo: a damaged one still holds the secret.
   */
  #received(bytes: Uint8Array): readonly string[] {
    return this.#answers.feed(bytes).flatMap((answer) => {
      if (answer.kind === "too-long") return ["<answer too long>"];
      const lines = answer.text.split("\n");
      const answerTo = /^\s*key/i.test(this.#command) ? this.#command : (lines[0] ?? "");
      return lines.map((line) => describeShellLine("from-token", line, answerTo));
    });
  }
}
