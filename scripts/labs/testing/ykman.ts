// Debian's ykman, the YubiKey Manager 4: the client of the OATH applet that nobody here wrote.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProgramOptions, type Ran, runProgram } from "./program.ts";
import { YkmanServer } from "./ykman-server.ts";

/** ykman with the options that choose a token, and a home folder of its own. */
export class Ykman implements Disposable {
  readonly #chosen: readonly string[];
  readonly #home: string;
  readonly #server: YkmanServer | undefined;

  /** @param chosen `--reader NAME`, `--device SERIAL`, or nothing where one is plugged in */
  constructor(...chosen: readonly string[]) {
    this.#chosen = chosen;
    this.#server = process.env.OATHBED_YKMAN === "server" ? new YkmanServer() : undefined;
    this.#home = mkdtempSync(join(tmpdir(), "oathbed-ykman-"));
  }

  /** Runs a command, however it ends. */
  ran(args: readonly string[], options: ProgramOptions = {}): Promise<Ran> {
    const all = [...this.#chosen, ...args];
    const env = { HOME: this.#home, XDG_DATA_HOME: join(this.#home, "data"), ...options.env };
    if (this.#server !== undefined) return this.#server.run(all, { ...options, env });
    return runProgram("ykman", all, { ...options, env });
  }

  /** What a command prints. @throws {Error} with what it complained of */
  async says(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.ran(args);
    if (exitCode === 0) return stdout;
    throw new Error(`ykman ${args.join(" ")} exits with ${exitCode}: ${stdout}${stderr}`);
  }

  /** What a command that must fail complains of. @throws {Error} when it does not fail */
  async refuses(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.ran(args);
    if (exitCode !== 0) return stdout + stderr;
    throw new Error(`ykman ${args.join(" ")} does not fail: ${stdout}`);
  }

  [Symbol.dispose](): void {
    this.#server?.[Symbol.dispose]();
    rmSync(this.#home, { recursive: true, force: true });
  }
}
