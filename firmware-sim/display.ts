// What a token shows, and for how long: the display and what the button has put on it.

import { type Clock, SECOND_US } from "../core/time/clock.ts";
import type { FirmwareCode, StoredCredential } from "./emulated-token.ts";

/** What a press of the button put on the display. */
interface Shown {
  readonly credential: string | undefined;
  readonly text: string;
  /** An event-based code that was made by the press and has not gone out over a port. */
  pending: FirmwareCode | undefined;
  /** When it goes dark: the world's monotonic time, microseconds. */
  readonly untilUs: number;
}

/** A display of six or more characters behind a button. */
export class Display {
  readonly #world: Clock;
  readonly #showSeconds: number;
  #shown: Shown | undefined;

  /** @param showSeconds how long it is lit after a press; 0 = always on */
  constructor(world: Clock, showSeconds: number) {
    this.#world = world;
    this.#showSeconds = showSeconds;
  }

  get isAlwaysOn(): boolean {
    return this.#showSeconds === 0;
  }

  /** Always, or for a while after a press. */
  get isLit(): boolean {
    return this.isAlwaysOn || this.#lit() !== undefined;
  }

  /** What the last press put there and still shows; empty when there is nothing. */
  get text(): string {
    return this.#lit()?.text ?? "";
  }

  /** The credential that the last press was about, lit or dark. */
  get credential(): string | undefined {
    return this.#shown?.credential;
  }

  /** Shows a text about a credential. `pending` goes to the port that asks for a code of it. */
  show(credential: string | undefined, text: string, pending?: FirmwareCode): void {
    const untilUs = this.isAlwaysOn
      ? Infinity
      : this.#world.monotonicUs() + this.#showSeconds * SECOND_US;
    this.#shown = { credential, text, pending, untilUs };
  }

  /** What the next press is about: the same credential when it is dark, else the next one. */
  next(all: readonly StoredCredential[]): StoredCredential | undefined {
    const at = all.findIndex(({ name }) => name === this.#shown?.credential);
    if (at >= 0) return this.#lit() === undefined ? all[at] : all[(at + 1) % all.length];
    const [first] = all;
    // An always-on display shows the first one before any press, if it can without making a code.
    if (!this.isAlwaysOn || first?.parameters.kind !== "totp") return first;
    return all[1 % all.length];
  }

  /** The event-based code of the press, once, while it is lit. */
  takePending(credential: string): FirmwareCode | undefined {
    const shown = this.#lit();
    if (shown?.credential !== credential) return undefined;
    const { pending } = shown;
    shown.pending = undefined;
    return pending;
  }

  /** The credential is gone or another one: what is shown of it goes dark. */
  forget(credential: string): void {
    if (this.#shown?.credential === credential) this.#shown = undefined;
  }

  /** The power is gone. */
  clear(): void {
    this.#shown = undefined;
  }

  #lit(): Shown | undefined {
    const shown = this.#shown;
    return shown !== undefined && this.#world.monotonicUs() < shown.untilUs ? shown : undefined;
  }
}
