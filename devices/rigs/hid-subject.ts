// An emulated token behind HID reports in memory, opened by the hid driver's own code.

import { createRandom } from "../../core/time/random.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { createSmartToken, type SmartToken } from "../../firmware-sim/applets/smart-token.ts";
import { createOscillator } from "../../firmware-sim/oscillators/create.ts";
import { smartProfileOf } from "../../firmware-sim/profiles-smart.ts";
import { type HidTokenSettings, openHidToken } from "../hid/open.ts";
import { FACTORY_PINS } from "../hid/pins.ts";
import { SlotNotes } from "../hid/slot-notes.ts";
import { openSubject } from "../open-subject.ts";
import type { Subject, SubjectOptions } from "../subject.ts";
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
  return hidSubject(name, token, world);
}

function hidSubject(name: string, token: SmartToken, world: World): Subject {
  const application = token.otpKeyboard ?? token.nitrokey;
  if (application === undefined) {
    throw new RangeError(`the model ${token.info.profile} has nothing that answers HID reports`);
  }
  const protocol = token.otpKeyboard === undefined ? "nitrokey" : "otp-slots";
  const link = new HidLink(application);
  token.onPower((powered) => {
    if (!powered) link.cut();
  });
  const rig = new EmulatedRig(smartRigToken(token), world, {
    inject: (fault) => link.inject(fault),
    powerLost: () => link.cut(),
    powerBack: () => {
      link.unmute();
      link.mend();
    },
    reconnect: async () => link.mend(),
    idle: async () => {},
  });
  const settings: HidTokenSettings = {
    address: name.slice(name.indexOf(":") + 1),
    slot: 2,
    notes: new SlotNotes(),
    clock: world,
    pins: FACTORY_PINS,
  };
  return openSubject({
    name,
    driver: "hid",
    rig,
    summary: token.profile.summary,
    open: (log) => openHidToken(protocol, link.open(), settings, { log }),
    close: () => Promise.resolve(rig[Symbol.asyncDispose]()),
  });
}
