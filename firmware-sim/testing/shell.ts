// A shell for tests: lines in, answers out, as a host's terminal would show them.

import type { EmulatedToken } from "../emulated-token.ts";
import { LineShell, type ShellDialect } from "../shell/line-shell.ts";
import { type TestToken, type TestTokenOptions, testToken } from "./token.ts";

/** What a token sends when it waits for a command. */
const PROMPT = "\n$ ";

/** A shell in front of a token. */
export interface TestShell extends TestToken {
  readonly shell: LineShell;
  /** Takes all that was sent since the last call, undecoded, one character a byte. */
  taken(): string;
  /** Sends raw characters, one a byte, and takes what came back. */
  type(characters: string): string;
  /** Sends a line and returns the answer without echo and prompt. @throws when one is missing */
  ask(line: string): string;
}

/** Makes a shell of a dialect, with the model that is behind it as a rule. */
export function testShell(dialect: ShellDialect, options: TestTokenOptions = {}): TestShell {
  const model = dialect === "arduino" ? "arduino-shell" : "serial-shell";
  const made = testToken({ model, ...options });
  return { ...made, ...shellOf(made.token, dialect) };
}

function shellOf(
  token: EmulatedToken,
  dialect: ShellDialect,
): Pick<TestShell, "shell" | "taken" | "type" | "ask"> {
  let sent = "";
  const shell = new LineShell({
    token,
    dialect,
    send: (bytes) => {
      sent += Buffer.from(bytes).toString("latin1");
    },
  });
  const taken = (): string => {
    const text = sent;
    sent = "";
    return text;
  };
  const type = (characters: string): string => {
    shell.receive(Buffer.from(characters, "latin1"));
    return taken();
  };
  const ask = (line: string): string => {
    const answer = type(`${line}\n`);
    if (!answer.startsWith(`${line}\n`) || !answer.endsWith(PROMPT)) {
      throw new Error(`no echo or no prompt: ${JSON.stringify(answer)}`);
    }
    return answer.slice(line.length + 1, -PROMPT.length);
  };
  return { shell, taken, type, ask };
}
