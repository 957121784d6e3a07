// Tokens with one defect each in their frames: what the cases of `ykoath`, `ccid` and `hid-otp`
// must notice. Each is an emulated token with its answers changed on their way, or of a changed
// model.

import { createRandom } from "../../../core/time/random.ts";
import { SimulatedClock } from "../../../core/time/simulated-clock.ts";
import type { Device } from "../../../devices/device.ts";
import type { RawAccess } from "../../../devices/raw.ts";
import { EmulatedRig } from "../../../devices/rigs/emulated-rig.ts";
import { MemorySocket } from "../../../devices/rigs/memory-card.ts";
import { smartRigToken } from "../../../devices/rigs/smart-rig-token.ts";
import { subjectSource } from "../../../devices/sources.ts";
import type { Subject } from "../../../devices/subject.ts";
import { openYkoathDevice } from "../../../devices/ykoath/device.ts";
import type { OathProfile } from "../../../firmware-sim/applets/smart-profile.ts";
import { createSmartToken } from "../../../firmware-sim/applets/smart-token.ts";
import { smartProfileOf } from "../../../firmware-sim/profiles-smart.ts";
import type { TokenSource } from "../../run/token-source.ts";

/** Makes another answer of a command's. */
type Change = (answer: Uint8Array, command: Uint8Array) => Uint8Array;

/** A token whose button is the rig's. */
export function pressed(spec: string): TokenSource {
  const source = subjectSource(spec);
  return {
    ...source,
    open: (options) => source.open({ ...options, pressToShow: true }),
  };
}

/** `spec` with its response APDUs changed. */
export function apdusChanged(spec: string, change: Change): TokenSource {
  return rawChanged(spec, ({ apdu }) => {
    if (apdu === undefined) throw new TypeError(`${spec} has no APDUs`);
    const transmit: typeof apdu.transmit = async (command, options) =>
      change(await apdu.transmit(command, options), command);
    return { apdu: { ...apdu, transmit } };
  });
}

/** `spec` with the messages of its reader changed. */
export function messagesChanged(spec: string, change: Change): TokenSource {
  return rawChanged(spec, ({ ccid }) => {
    if (ccid === undefined) throw new TypeError(`${spec} has no CCID messages`);
    let last: Uint8Array = new Uint8Array(10);
    return {
      ccid: {
        ...ccid,
        send: (bytes, signal) => {
          last = bytes;
          return ccid.send(bytes, signal);
        },
        receive: async (signal) => change(await ccid.receive(signal), last),
      },
    };
  });
}

/** `spec` with reports from and to its slots changed. */
export function reportsChanged(
  spec: string,
  get: (report: Uint8Array) => Uint8Array,
  set: (report: Uint8Array) => Uint8Array | undefined = (report) => report,
): TokenSource {
  return rawChanged(spec, ({ otpHid }) => {
    if (otpHid === undefined) throw new TypeError(`${spec} has no reports of OTP slots`);
    return {
      otpHid: {
        get: async (options) => get(await otpHid.get(options)),
        set: async (report, options) => {
          const changed = set(report);
          if (changed !== undefined) await otpHid.set(changed, options);
        },
      },
    };
  });
}

/** A card in memory, of a YubiKey 5 whose applet differs in something. */
export function mutant(different: Partial<OathProfile>): TokenSource {
  return {
    name: "mutant",
    driver: "ykoath",
    description: "a YubiKey 5 with one thing wrong",
    open: async () => openMutant(different),
  };
}

function openMutant(different: Partial<OathProfile>): Subject {
  const clock = new SimulatedClock(0);
  const profile = smartProfileOf("yubikey5");
  const oath = { ...(profile.oath as OathProfile), ...different };
  const random = createRandom(1);
  const token = createSmartToken({ profile: { ...profile, oath }, clock, random, touch: "auto" });
  if (token.card === undefined) throw new TypeError("a YubiKey 5 has a card");
  const socket = new MemorySocket(token.card, "mutant", profile.commandBytes);
  const rig = new EmulatedRig(smartRigToken(token), clock, {
    inject: () => {},
    powerLost: () => socket.unplug(),
    powerBack: () => socket.plugIn(),
    reconnect: async () => socket.plugIn(),
    idle: async () => {},
  });
  let device: Device | undefined;
  return {
    name: "mutant",
    driver: "ykoath",
    rig,
    clock,
    connect: async () => {
      await device?.close();
      device = await openYkoathDevice(socket.open(), { driver: "ykoath", address: "mutant" });
      return device;
    },
    wireLog: () => [],
    [Symbol.asyncDispose]: async () => device?.close(),
  };
}

function rawChanged(spec: string, change: (raw: RawAccess) => RawAccess): TokenSource {
  const source = pressed(spec);
  return {
    ...source,
    open: async (options) => {
      const subject = await source.open(options);
      const connect = async (): Promise<Device> => {
        const device = await subject.connect();
        return inFront(device, { raw: change(device.raw ?? {}) });
      };
      return inFront(subject, { connect });
    },
  };
}

/** `wrong` in front of `right`; what is not in it is the right one's own. */
function inFront<T extends object>(right: T, wrong: Partial<T>): T {
  return new Proxy(right, {
    get: (of, key) => {
      if (key in wrong) return Reflect.get(wrong, key);
      const own = Reflect.get(of, key, of);
      return typeof own === "function" ? own.bind(of) : own;
    },
  });
}
