// Emulated tokens with a smart card as subjects: in memory (`ykoath`), or as a USB device of our
// own USB/IP server on loopback, opened by the usb driver like any other (`usb`).

import type { Clock } from "../../core/time/clock.ts";
import { createRandom } from "../../core/time/random.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { createSmartToken, type SmartToken } from "../../firmware-sim/applets/smart-token.ts";
import { openUsbipServer } from "../../firmware-sim/ports/usbip-server.ts";
import { smartProfileOf } from "../../firmware-sim/profiles-smart.ts";
import { createTokenDevice } from "../../firmware-sim/usb/token-device.ts";
import type { Device } from "../device.ts";
import type { WireLog } from "../driver.ts";
import { openSubject } from "../open-subject.ts";
import type { Subject, SubjectOptions } from "../subject.ts";
import { openUsbDevice } from "../usb/driver.ts";
import { openYkoathDevice } from "../ykoath/device.ts";
import { CardLink } from "./card-link.ts";
import { EmulatedRig } from "./emulated-rig.ts";
import { DEFAULT_START_US } from "./emulated-token.ts";
import { MemorySocket } from "./memory-card.ts";
import { smartRigToken } from "./smart-rig-token.ts";
import type { World } from "./world.ts";

/** The model of `ykoath:emulated` and `usb:emulated`. */
export const DEFAULT_CARD_PROFILE = "yubikey5";

/** Where a token is plugged in. */
interface Port {
  open(log: WireLog, clock: Clock): Promise<Device>;
  plugIn(): void;
  unplug(): void;
  close(): Promise<void>;
}

/**
 * A token in memory. Its codes ask for a touch where the credential says so; with `pressToShow`
 * the touch is the rig's, else it comes by itself.
 *
 * @throws {RangeError} naming an unknown model, or one without a smart card
 */
export function openYkoathSubject(
  name: string,
  profileName: string,
  options: SubjectOptions,
): Subject {
  const { token, world } = smartTokenInWorld(profileName, options);
  const link = new CardLink(cardOf(token), () => port.unplug());
  const socket = new MemorySocket(link, token.info.readerName, token.profile.commandBytes);
  const port: Port = {
    open: async (log, clock) => {
      const address = name.slice(name.indexOf(":") + 1);
      return openYkoathDevice(socket.open(), { driver: "ykoath", address, log, clock });
    },
    plugIn: () => socket.plugIn(),
    unplug: () => socket.unplug(),
    close: async () => {},
  };
  return cardSubject({ name, driver: "ykoath", token, world, link, port });
}

/**
 * A token as a USB device: through CCID, our USB/IP server and client, over a TCP connection.
 *
 * @throws {RangeError} as openYkoathSubject; {PortError} when no server can be started
 */
export async function openUsbSubject(
  name: string,
  profileName: string,
  options: SubjectOptions,
): Promise<Subject> {
  const { token, world } = smartTokenInWorld(profileName, options);
  const link = new CardLink(cardOf(token), () => port.unplug());
  const { otpKeyboard } = token;
  const parts = { card: link, ...(otpKeyboard === undefined ? {} : { otpKeyboard }) };
  const device = createTokenDevice(token.info.usb, parts, world);
  const server = await openUsbipServer({ port: 0 });
  const busid = server.add(device);
  const busPort = Number(busid.split("-")[1]);
  let isIn = true;
  const port: Port = {
    open: (log, clock) =>
      openUsbDevice(`usbip://${server.host}:${server.port}/${busid}`, { log, clock }),
    plugIn: () => {
      if (!isIn) server.add(device, { port: busPort });
      isIn = true;
    },
    unplug: () => {
      isIn = false;
      server.remove(busid);
    },
    close: () => Promise.resolve(server[Symbol.asyncDispose]()),
  };
  return cardSubject({ name, driver: "usb", token, world, link, port });
}

function smartTokenInWorld(
  profileName: string,
  options: SubjectOptions,
): { readonly token: SmartToken; readonly world: World } {
  const world = new SimulatedClock(options.startUs ?? DEFAULT_START_US);
  const token = createSmartToken({
    profile: smartProfileOf(profileName),
    clock: world,
    random: createRandom(options.randomSeed ?? 0).fork("token"),
    touch: options.pressToShow === true ? "button" : "auto",
  });
  return { token, world };
}

function cardOf(token: SmartToken): NonNullable<SmartToken["card"]> {
  if (token.card !== undefined) return token.card;
  throw new RangeError(`the model ${token.info.profile} has no smart card`);
}

interface Parts {
  readonly name: string;
  readonly driver: string;
  readonly token: SmartToken;
  readonly world: World;
  readonly link: CardLink;
  readonly port: Port;
}

function cardSubject({ name, driver, token, world, link, port }: Parts): Subject {
  token.onPower((powered) => {
    if (!powered) port.unplug();
  });
  const rig = new EmulatedRig(smartRigToken(token), world, {
    inject: (fault) => link.inject(fault),
    powerLost: () => port.unplug(),
    powerBack: () => {
      link.unmute();
      port.plugIn();
    },
    reconnect: async () => port.plugIn(),
    idle: async () => {},
  });
  return openSubject({
    name,
    driver,
    rig,
    summary: token.profile.summary,
    open: (log) => port.open(log, rig.clock),
    close: () => port.close(),
  });
}
