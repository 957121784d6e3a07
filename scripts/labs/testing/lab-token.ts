// An emulated smart token in a port of this computer, and the hand around it. The port is real: a
// vpcd reader of pcscd, or a USB/IP server that a kernel attaches to.

import { createRandom } from "../../../core/time/random.ts";
import { SimulatedClock } from "../../../core/time/simulated-clock.ts";
import type { Fault, Rig } from "../../../devices/rig.ts";
import { CardLink } from "../../../devices/rigs/card-link.ts";
import { EmulatedRig } from "../../../devices/rigs/emulated-rig.ts";
import { smartRigToken } from "../../../devices/rigs/smart-rig-token.ts";
import type { World } from "../../../devices/rigs/world.ts";
import type { Card, CardInterface } from "../../../firmware-sim/applets/applet.ts";
import type { UsbIdentity } from "../../../firmware-sim/applets/smart-profile.ts";
import { createSmartToken, type SmartToken } from "../../../firmware-sim/applets/smart-token.ts";
import type { TouchPolicy } from "../../../firmware-sim/applets/touch.ts";
import { type Attachment, attach } from "../../../firmware-sim/ports/attach.ts";
import { smartProfileOf } from "../../../firmware-sim/profiles-smart.ts";
import type { TokenState } from "../../../firmware-sim/token-state.ts";

/** True time at the start: 2026-01-01T00:00:00Z. */
const START_US = 1_767_225_600_000_000;

/** @see plugIn */
export interface LabTokenOptions {
  readonly profile: string;
  readonly kind: "vpcd" | "usbip";
  /** Default that of the port. */
  readonly port?: number;
  /** Default the profile's. */
  readonly usb?: UsbIdentity;
  /** Default 1. */
  readonly serial?: number;
  /** Default "auto". */
  readonly touch?: TouchPolicy;
  /** As the ATR tells; default contact. */
  readonly by?: CardInterface;
  /** Default simulated time. */
  readonly world?: World;
  /** Resolves when hosts have noticed that the token was plugged in, or pulled out. */
  readonly noticed?: (isPlugged: boolean) => Promise<void>;
  /** Takes faults, on the host's side, instead of the card's link. */
  readonly takeFault?: (fault: Fault) => void;
  /** Called once hosts can attach it, before they have to notice. */
  readonly onAttached?: (attachment: Attachment) => void;
}

/** A token in its port. Disposing takes it off. */
export interface LabToken extends AsyncDisposable {
  readonly token: SmartToken;
  readonly world: World;
  readonly rig: Rig;
  readonly attachment: Attachment;
  readonly isPlugged: boolean;
  /** Pulls it out, or plugs it in: resolves when hosts have noticed. */
  setPlugged(isPlugged: boolean): Promise<void>;
  /** Makes it as it came from the factory, plugged in, without any fault. */
  fresh(): Promise<void>;
}

/** Makes a token and attaches it. @throws {PortError} when there is no such port */
export async function plugIn(options: LabTokenOptions): Promise<LabToken> {
  const { profile, kind, port, serial = 1, touch = "auto", by } = options;
  const world = options.world ?? new SimulatedClock(START_US);
  const random = createRandom(serial);
  const token = createSmartToken({
    profile: smartProfileOf(profile),
    clock: world,
    random,
    serial,
    touch,
  });
  const { otpKeyboard, nitrokey, info } = token;
  const lab = new PluggedToken(token, world, options);
  const attachment = await attach(
    {
      name: profile,
      usb: options.usb ?? info.usb,
      ...(token.card === undefined ? {} : { card: lab.card }),
      ...(otpKeyboard === undefined ? {} : { otpKeyboard }),
      ...(nitrokey === undefined ? {} : { nitrokey }),
    },
    {
      kind,
      clock: world,
      ...(port === undefined ? {} : { port }),
      ...(by === undefined ? {} : { by }),
    },
  );
  options.onAttached?.(attachment);
  await lab.attached(attachment);
  return lab;
}

class PluggedToken implements LabToken {
  readonly token: SmartToken;
  readonly world: World;
  readonly rig: Rig;
  /** What is attached: goes through the link of the moment. */
  readonly card: Card;
  readonly #factory: TokenState;
  readonly #noticed: (isPlugged: boolean) => Promise<void>;
  readonly #takeFault: ((fault: Fault) => void) | undefined;
  #link: CardLink;
  #attachment: Attachment | undefined;
  #isPlugged = true;
  #isBeingReplaced = false;

  constructor(
    token: SmartToken,
    world: World,
    { noticed = async () => {}, takeFault }: Pick<LabTokenOptions, "noticed" | "takeFault">,
  ) {
    this.token = token;
    this.world = world;
    this.#noticed = noticed;
    this.#takeFault = takeFault;
    this.#link = this.#newLink();
    this.card = currentCard(() => this.#link);
    this.#factory = token.snapshot();
    token.onPower((powered) => {
      if (!powered && !this.#isBeingReplaced) this.#set(false);
    });
    this.rig = this.#createRig();
  }

  get attachment(): Attachment {
    if (this.#attachment === undefined) throw new Error("the token is not attached yet");
    return this.#attachment;
  }

  get isPlugged(): boolean {
    return this.#isPlugged;
  }

  async attached(attachment: Attachment): Promise<void> {
    this.#attachment = attachment;
    await this.#noticed(true);
  }

  async setPlugged(isPlugged: boolean): Promise<void> {
    // A host that looks now and then has to see each change.
    if (isPlugged !== this.#isPlugged) await this.#noticed(this.#isPlugged);
    this.#set(isPlugged);
    await this.#noticed(isPlugged);
  }

  async fresh(): Promise<void> {
    this.#link = this.#newLink();
    // Power fails for a moment, but the token stays in its port.
    this.#isBeingReplaced = true;
    this.token.restore(this.#factory);
    this.#isBeingReplaced = false;
    await this.setPlugged(true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#attachment?.close();
    this.#isPlugged = false;
    await this.#noticed(false);
  }

  #set(isPlugged: boolean): void {
    this.#isPlugged = isPlugged;
    this.#attachment?.setPlugged(isPlugged);
  }

  #newLink(): CardLink {
    return new CardLink(this.token.card ?? NO_CARD, () => this.#set(false));
  }

  /** As of a token in memory, but hosts get the time to notice. */
  #createRig(): Rig {
    const { token, world } = this;
    const rig = new EmulatedRig(smartRigToken(token), world, {
      inject: (fault) => {
        if (this.#takeFault === undefined) this.#link.inject(fault);
        else this.#takeFault(fault);
      },
      powerLost: () => this.#set(false),
      powerBack: () => {},
      reconnect: () => this.setPlugged(true),
      idle: async () => {},
    });
    const powerCycle = async (offForUs?: number): Promise<void> => {
      await rig.powerCycle(offForUs);
      this.#link.unmute();
      await this.setPlugged(true);
    };
    return {
      clock: world,
      advance: (byUs) => rig.advance(byUs),
      stepHostTime: (byUs) => rig.stepHostTime(byUs),
      powerCycle,
      pressButton: () => rig.pressButton(),
      setTemperature: (celsius) => rig.setTemperature(celsius),
      inject: (fault) => rig.inject(fault),
      reconnect: () => rig.reconnect(),
      display: () => rig.display(),
      truth: () => rig.truth(),
      [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
    };
  }
}

/** The card of the moment: faults that were injected go with their link. */
function currentCard(card: () => Card): Card {
  return {
    atr: (by) => card().atr(by),
    transmit: (apdu) => card().transmit(apdu),
    reset: () => card().reset(),
  };
}

/** Behind tokens without a smart card; no port reaches it. */
const NO_CARD: Card = {
  atr: () => new Uint8Array(0),
  transmit: () => Uint8Array.of(0x6f, 0x00),
  reset: () => {},
};
