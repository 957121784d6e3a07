// A shell as its line has it: what was sent, and what came back up to the prompt.

import type { RawLine } from "../../../devices/raw.ts";
import type { TokenContext } from "../../token-context.ts";

/** Which of the two dialects a token has. */
export type Dialect = "complete" | "arduino";

const PROMPT = "\n$ ";
const ANSWER_MS = 3000;

/** A shell under test. Lines go out as they are. */
export class Shell {
  readonly dialect: Dialect;
  readonly #line: RawLine;
  readonly #t: TokenContext;

  private constructor(t: TokenContext, line: RawLine, dialect: Dialect) {
    this.#t = t;
    this.#line = line;
    this.dialect = dialect;
  }

  /** The shell; the case is skipped when it has another dialect than `wanted`. */
  static async of(t: TokenContext, wanted?: Dialect): Promise<Shell> {
    const line = t.device.raw?.shellLine;
    if (line === undefined) return t.skip("the device has no lines");
    const probe = new Shell(t, line, "complete");
    const isComplete = (await probe.ask("version")).startsWith("oathbed-shell ");
    const dialect = isComplete ? "complete" : "arduino";
    if (wanted !== undefined && wanted !== dialect) t.skip(`the shell's dialect is ${dialect}`);
    return new Shell(t, line, dialect);
  }

  /** Longest line it takes, characters. */
  get longest(): number {
    return this.dialect === "complete" ? 512 : 128;
  }

  /** Sends bytes as they are. */
  send(bytes: string): void {
    this.#line.send(Buffer.from(bytes, "latin1"));
  }

  /** All that comes up to the next prompt, the prompt left out, CR dropped. */
  async untilPrompt(): Promise<string> {
    const options = { timeoutMs: ANSWER_MS, signal: this.#t.signal };
    const answer = await this.#line.untilPrompt(options);
    return answer.replaceAll("\r", "").slice(0, -PROMPT.length);
  }

  /** Sends a line and gives its answer without the echo; a check says when there is no echo. */
  async ask(line: string): Promise<string> {
    this.send(`${line}\n`);
    const answer = await this.untilPrompt();
    if (answer.startsWith(`${line}\n`)) return answer.slice(line.length + 1);
    if (answer === line) return "";
    this.#t.holds("the answer begins with the echo of its line", false, answer.slice(0, 40));
    return answer;
  }

  /** Sends each line and checks that it is refused, with `reason` in the complete dialect. */
  async refuses(reason: string, ...lines: readonly string[]): Promise<void> {
    const form =
      this.dialect === "arduino" ? /^\nError!\n?$/ : new RegExp(`^error: ${reason}: [ -~]+$`);
    for (const line of lines) {
      const answer = await this.ask(line);
      const shown = line.length > 40 ? `${line.slice(0, 40)}… (${line.length})` : line;
      this.#t.holds(`"${shown}": ${reason}`, form.test(answer), answer);
    }
  }

  /** Sends a line and checks its answer, line ends at its end left out. */
  async answers(line: string, expected: string): Promise<void> {
    this.#t.equal(`"${line}"`, (await this.ask(line)).trimEnd(), expected);
  }
}
