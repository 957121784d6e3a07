// Tells the person at the bench to touch the token: at once where it is known that it waits, else
// when the answer takes longer than a token without a touch needs.

/** Longest time a card calculates, milliseconds; ykman waits as long before it asks. */
const CALCULATES_MS = 500;

/** One prompt for one reading. Disposing takes it back if it was not given yet. */
export class TouchPrompt implements Disposable {
  readonly #prompt: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(prompt: () => void) {
    this.#prompt = prompt;
  }

  now(): void {
    this.#prompt();
  }

  soon(): void {
    this.#timer = setTimeout(this.#prompt, CALCULATES_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
