// An emulated token behind HID reports in memory, opened by the hid driver's own code.

import type { Clock } from "../../core/time/clock.ts";
import { createRandom } from "../../core/time/random.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { createSmartToken, type SmartToken } from "../../firmware-sim/applets/smart-token.ts";
import { createOscillator } from "../../firmware-sim/oscillators/create.ts";
import { smartProfileOf } from "../../firmware-sim/profiles-smart.ts";
import type { Device } from "../device.ts";
import type { WireEntry } from "../driver.ts";
import type { HidProtocol } from "../hid/known-tokens.ts";
import { type HidTokenSettings, openHidToken } from "../hid/open.ts";
import { FACTORY_PINS } from "../hid/pins.ts";
import { SlotNotes } from "../hid/slot-notes.ts";
import type { Rig } from "../rig.ts";
import type { Subject, SubjectOptions } from "../subject.ts";
import { BoundedWireLog } from "../wire-log.ts";
import { EmulatedRig } from "./emulated-rig.ts";
import { DEFAULT_START_US } from "./emulated-token.ts";
import { HidLink } from "./hid-link.ts";
import { smartRigToken } from "./smart-rig-token.ts";
import type { World } from "./world.ts";

/**
 * A token of this process.
 *
 * @param profileName a model with OTP slots or Nitrokey Pro's reports
 * @throws {RangeError} naming an unknown model or clock, or a number out of range
 */
export function openHidSubject(
  name: string,
  profileName: string,
  options: SubjectOptions,
): Subject {
  const world = new SimulatedClock(options.startUs ?? DEFAULT_START_US);
  const random = createRandom(options.randomSeed ?? 0);
  const oscillator = createOscillator(options.clockName ?? "perfect", {
    random: random.fork("oscillator"),
    ...(options.offsetSeconds === undefined ? {} : { offsetSeconds: options.offsetSeconds }),
    ...(options.ratePpm === undefined ? {} : { ratePpm: options.ratePpm }),
  });
  const token = createSmartToken({
    profile: smartProfileOf(profileName),
    clock: world,
    random: random.fork("token"),
    touch: options.pressToShow === true ? "button" : "auto",
    oscillator,
  });
  return new HidSubject(name, token, world);
}

class HidSubject implements Subject {
  readonly driver = "hid";
  readonly name: string;
  readonly rig: Rig;
  readonly #link: HidLink;
  readonly #protocol: HidProtocol;
  readonly #settings: HidTokenSettings;
  readonly #log: BoundedWireLog;
  #device: Device | undefined;

  constructor(name: string, token: SmartToken, world: World) {
    this.name = name;
    const application = token.otpKeyboard ?? token.nitrokey;
    if (application === undefined) {
      throw new RangeError(`the model ${token.info.profile} has nothing that answers HID reports`);
    }
    this.#protocol = token.otpKeyboard === undefined ? "nitrokey" : "otp-slots";
    const link = new HidLink(application);
    token.onPower((powered) => {
      if (!powered) link.cut();
    });
    this.#link = link;
    this.rig = new EmulatedRig(smartRigToken(token), world, {
      inject: (fault) => link.inject(fault),
      powerLost: () => link.cut(),
      powerBack: () => {
        link.unmute();
        link.mend();
      },
      reconnect: async () => link.mend(),
      idle: async () => {},
    });
    this.#settings = {
      address: name.slice(name.indexOf(":") + 1),
      slot: 2,
      notes: new SlotNotes(),
      clock: world,
      pins: FACTORY_PINS,
    };
    this.#log = new BoundedWireLog(() => world.monotonicUs());
    this.#log.write({ direction: "event", text: token.profile.summary });
  }

  get clock(): Clock {
    return this.rig.clock;
  }

  async connect(): Promise<Device> {
    await this.#device?.close();
    const transport = this.#link.open();
    const log = this.#log.write;
    this.#device = await openHidToken(this.#protocol, transport, this.#settings, { log });
    return this.#device;
  }

  wireLog(): readonly WireEntry[] {
    return this.#log.entries;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#device?.close();
    await this.rig[Symbol.asyncDispose]();
  }
}
