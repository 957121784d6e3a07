// A token that one client at a time has fresh from the factory: what it held before comes back when
// that client has gone, however it went.

import { DeviceError } from "../errors.ts";

/** Makes a token as it came from the factory. Resolves to what brings back what it held. */
export type Lend = () => Promise<() => Promise<void>>;

/** The loan of one token. */
export class Loan<Client> {
  readonly #lend: Lend | undefined;
  #current: { readonly client: Client; readonly giveBack: () => Promise<void> } | undefined;
  /** One after the other: nothing is lent before it has come back. */
  #tail: Promise<void> = Promise.resolve();

  constructor(lend: Lend | undefined) {
    this.#lend = lend;
  }

  /** Makes the token fresh, also once more. @throws {DeviceError} not-supported, refused */
  begin(client: Client): Promise<void> {
    const begun = this.#tail.then(async () => {
      if (this.#lend === undefined) {
        throw new DeviceError("not-supported", "this token cannot be made fresh");
      }
      if (this.#current !== undefined && this.#current.client !== client) {
        throw new DeviceError("refused", "another client has the token, fresh from the factory", {
          hint: "wait until it has gone",
        });
      }
      const giveBack = await this.#lend();
      this.#current ??= { client, giveBack };
    });
    this.#tail = begun.catch(() => {});
    return begun;
  }

  /** The client has gone. */
  end(client: Client): void {
    this.#tail = this.#tail.then(async () => {
      if (this.#current?.client !== client) return;
      const { giveBack } = this.#current;
      this.#current = undefined;
      await giveBack();
    });
    // What cannot be brought back is told by whoever lends.
    this.#tail = this.#tail.catch(() => {});
  }

  /** Resolves when nothing is on its way. */
  idle(): Promise<void> {
    return this.#tail;
  }
}
