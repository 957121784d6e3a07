// Keeps a state file up to date: at each write to the token's memory, before the host is answered,
// and at the end, when its clock has walked on.

import { type KeptToken, readStateFile, unusable, writeStateFile } from "./state-file.ts";
import { lockStateFile } from "./state-lock.ts";

/** The file of one token; without a path nothing is kept. Disposing of it lets others have it. */
export class StateKeeper implements Disposable {
  /** What an earlier run left. */
  readonly kept: KeptToken | undefined;
  readonly #path: string | undefined;
  readonly #warn: (text: string) => void;
  #snapshot: (() => KeptToken) | undefined;
  #problem = "";
  #isPaused = false;
  readonly #unlock: () => void;

  private constructor(
    path: string | undefined,
    kept: KeptToken | undefined,
    warn: (text: string) => void,
    unlock: () => void,
  ) {
    this.#path = path;
    this.kept = kept;
    this.#warn = warn;
    this.#unlock = unlock;
  }

  /**
   * Takes the file for this process, and reads it.
   *
   * @param warn hears of writes that fail, once for each reason
   * @throws {UsageError} when it is no state of that profile
   * @throws {DeviceError} no-access when another process keeps a token in it
   */
  static async open(
    path: string | undefined,
    profile: string,
    warn: (text: string) => void,
  ): Promise<StateKeeper> {
    if (path === undefined) return new StateKeeper(path, undefined, warn, () => {});
    // What is no state of it is refused first: beside it stands no lock.
    await readStateFile(path, profile);
    const unlock = lockStateFile(path);
    try {
      return new StateKeeper(path, await readStateFile(path, profile), warn, unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /**
   * Makes a token of what was kept.
   *
   * @throws {UsageError} naming the file, when the token does not take what is in it
   */
  taken<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      const isItsOwn = error instanceof RangeError && this.kept !== undefined;
      throw isItsOwn ? unusable(this.#path ?? "", error.message) : error;
    }
  }

  /** Begins to keep a token; the file is there from now on. @throws {DeviceError} no-access */
  follow(snapshot: () => KeptToken): void {
    this.#snapshot = snapshot;
    this.save();
  }

  /** For the token's memory: it was written to. Never throws: the token must go on. */
  readonly onWrite = (): void => {
    try {
      this.save();
      this.#problem = "";
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem === this.#problem) return;
      this.#problem = problem;
      this.#warn(problem);
    }
  };

  /** The token is lent: what it holds now is not kept. A process that is killed loses nothing. */
  pause(): void {
    this.#isPaused = true;
  }

  /** It holds what it held. */
  resume(): void {
    this.#isPaused = false;
    this.onWrite();
  }

  /** Writes the file now, unless it is paused. @throws {DeviceError} no-access */
  save(): void {
    if (this.#isPaused || this.#path === undefined || this.#snapshot === undefined) return;
    writeStateFile(this.#path, this.#snapshot());
  }

  [Symbol.dispose](): void {
    this.#unlock();
  }
}
