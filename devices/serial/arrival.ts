// What a session waits for until bytes bring it.

/** One wait at a time, looked at each time something has arrived. */
export class Arrival {
  #look: () => void = () => {};

  /** Something has arrived. */
  readonly tell = (): void => this.#look();

  /**
   * Resolves as soon as `isThere`, or after `patienceMs`.
   *
   * @param patienceMs default for ever, or until `signal`
   * @throws the signal's reason
   */
  until(isThere: () => boolean, signal?: AbortSignal, patienceMs?: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#look = () => {};
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const onAbort = (): void => {
        reject(signal?.reason);
        end();
      };
      const timer = patienceMs === undefined ? undefined : setTimeout(end, patienceMs);
      signal?.addEventListener("abort", onAbort);
      this.#look = () => {
        if (isThere()) end();
      };
      if (signal?.aborted) onAbort();
      else this.#look();
    });
  }
}
