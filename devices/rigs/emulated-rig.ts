// The rig around an emulated token of this process.

import type { Clock } from "../../core/time/clock.ts";
import type { EmulatedToken } from "../../firmware-sim/emulated-token.ts";
import { DeviceError } from "../errors.ts";
import { notSupported } from "../errors-firmware.ts";
import type { DisplayView, Fault, GroundTruth, Rig } from "../rig.ts";
import type { World } from "./world.ts";

/** The way from the token to the host, as far as a rig handles it. */
export interface RigLink {
  inject(fault: Fault): void;
  /** The token lost its power: what was on its way is lost. */
  powerLost(): void;
  /** The power is back: the token says what it says when it starts. */
  powerBack(): void;
  /** Plugs the port in again. */
  reconnect(): Promise<void>;
  /** The button was pressed: for ports that wait for it. */
  buttonPressed?(): void;
  /** Resolves when nothing is on its way any more. */
  idle(): Promise<void>;
}

/** What a rig does to a token. */
export type RigToken = Pick<
  EmulatedToken,
  | "powerOff"
  | "powerOn"
  | "pressButton"
  | "setTemperature"
  | "failWrite"
  | "displayText"
  | "offsetUs"
  | "ratePpm"
  | "powered"
> & {
  /** The memory of a credential cannot be read any more; absent: it cannot be made so. */
  damageCredential?(name: string): void;
};

/** How long a token stays off when nobody says: long enough for capacitors. */
const DEFAULT_OFF_US = 1_000_000;

/** @see Rig */
export class EmulatedRig implements Rig {
  readonly #token: RigToken;
  readonly #world: World;
  readonly #link: RigLink;

  constructor(token: RigToken, world: World, link: RigLink) {
    this.#token = token;
    this.#world = world;
    this.#link = link;
  }

  get clock(): Clock {
    return this.#world;
  }

  async advance(byUs: number): Promise<void> {
    await this.#link.idle();
    await this.#world.advance(byUs);
    await this.#link.idle();
  }

  async stepHostTime(byUs: number): Promise<void> {
    this.#world.stepWall(byUs);
  }

  async powerCycle(offForUs: number = DEFAULT_OFF_US): Promise<void> {
    this.#token.powerOff();
    this.#link.powerLost();
    await this.#world.advance(offForUs);
    this.#token.powerOn();
    this.#link.powerBack();
    await this.#link.idle();
  }

  async pressButton(): Promise<void> {
    this.#token.pressButton();
    this.#link.buttonPressed?.();
  }

  async setTemperature(celsius: number): Promise<void> {
    this.#token.setTemperature(celsius);
  }

  async inject(fault: Fault): Promise<void> {
    if (fault.kind === "brown-out") this.#token.failWrite(fault.afterWrites);
    else if (fault.kind === "wear") this.#wear(fault.credential);
    else this.#link.inject(fault);
  }

  #wear(credential: string): void {
    const { damageCredential } = this.#token;
    if (damageCredential === undefined) throw notSupported("wear out one credential alone");
    try {
      damageCredential(credential);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new DeviceError("refused", cause.message, { cause });
    }
  }

  reconnect(): Promise<void> {
    return this.#link.reconnect();
  }

  async display(): Promise<DisplayView> {
    return { text: this.#token.displayText() };
  }

  async truth(): Promise<GroundTruth> {
    const { powered } = this.#token;
    return { offsetUs: this.#token.offsetUs(), ratePpm: this.#token.ratePpm(), powered };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link.idle();
  }
}
