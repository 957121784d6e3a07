// What `--device` names: a token to be opened as often as a suite, a bench or a person needs it.
//
//   virtual, virtual:MODEL       software token of this process, in simulated time
//   drifting-clock               the same with a clock that walks away
//   serial:emulated              firmware shell on a pseudo-terminal, through the serial driver
//   serial:emulated-arduino      the same with the generic Arduino dialect
//   serial:emulated-flipper      the command line of a Flipper Authenticator
//   hid:emulated                 the OTP slots of a YubiKey behind HID reports in memory
//   hid:emulated-nitrokey-pro    a Nitrokey Pro behind them
//   ykoath:emulated              the OATH applet of a YubiKey 5 in memory
//   ykoath:PROFILE               that of another model: canokey, nitrokey3, …
//   usb:emulated                 a YubiKey 5 on our own USB/IP, through the usb driver
//   usb:emulated-PROFILE         another model
//   operator:terminal            a person at this terminal gives the codes
//   operator:file:PATH           a scanner or a camera does, through a file or a named pipe
//   DRIVER:ADDRESS               a physical token: serial:/dev/ttyACM0
//   NAME                         a token of the inventory

import { connectRig } from "./control/client.ts";
import { parseEndpoint } from "./control/endpoint.ts";
import type { Driver } from "./driver.ts";
import { DeviceError } from "./errors.ts";
import { type Inventory, inventoryToken } from "./inventory/inventory.ts";
import { openPhysicalSubject } from "./physical-subject.ts";
import { DRIVERS } from "./registry.ts";
import type { Rig } from "./rig.ts";
import { EMULATED_USB, EMULATED_YKOATH } from "./rigs/card-sources.ts";
import { VIRTUAL_MODELS } from "./rigs/emulated-token.ts";
import { openHidSubject } from "./rigs/hid-subject.ts";
import { openSerialSubject } from "./rigs/serial-subject.ts";
import { openVirtualSubject } from "./rigs/virtual-subject.ts";
import type { Subject, SubjectOptions } from "./subject.ts";

/** A kind of token, or a physical one. */
export interface SubjectSource {
  /** As reports name it. */
  readonly name: string;
  readonly driver: string;
  /** What it is, one line. */
  readonly description: string;
  /**
   * An emulated token comes fresh from the factory, a physical one as it is.
   *
   * @throws {DeviceError} when the way to it cannot be had here: unsupported-platform, …
   * @throws {RangeError} naming an option that is out of range
   */
  open(options: SubjectOptions): Promise<Subject>;
}

/** Specifications that need no hardware. */
export const EMULATED_SPECS: readonly string[] = [
  "virtual",
  "drifting-clock",
  "serial:emulated",
  "ykoath:emulated",
  "usb:emulated",
];

/** The oscillator of `drifting-clock`. */
const DRIFTING_CLOCK = "drifting";
const DEFAULT_MODEL = "software";

/** @see subjectSource */
export interface SourceSettings {
  /** Names of its tokens are taken, too, and come first. */
  readonly inventory?: Inventory;
  /**
   * Control socket of the process that emulates the token, for DRIVER:ADDRESS: its rig. As
   * `oathbed token run --control` takes it.
   */
  readonly control?: string;
  /** Unlocks a physical token that has a password. */
  readonly password?: string;
  /** Drivers besides those of the registry: a plug-in's. */
  readonly drivers?: readonly Driver[];
}

/**
 * The source that a specification names.
 *
 * @param spec see the head of this file
 * @throws {RangeError} naming --device, and what there is; or --control
 */
export function subjectSource(spec: string, settings: SourceSettings = {}): SubjectSource {
  const token = settings.inventory && inventoryToken(settings.inventory, spec);
  if (token !== undefined) {
    const source = sourceOf(`${token.driver}:${token.address}`, settings);
    if (source === undefined) throw unknown(`${spec}, driver ${token.driver}`, settings);
    const serial = token.serial === undefined ? "" : `, serial number ${token.serial}`;
    const named = { ...source, name: spec, description: `${source.description}${serial}` };
    const statedPpm = token.clock?.ppm;
    if (statedPpm === undefined) return named;
    return {
      ...named,
      open: async (options) => withStatedPpm(await source.open(options), statedPpm),
    };
  }
  const source = sourceOf(spec, settings);
  if (source === undefined) throw unknown(spec, settings);
  return source;
}

/** The subject, with what its data sheet states: the inventory knows it. */
function withStatedPpm(subject: Subject, statedPpm: number): Subject {
  Object.defineProperty(subject, "statedPpm", { value: statedPpm, enumerable: true });
  return subject;
}

function sourceOf(spec: string, settings: SourceSettings): SubjectSource | undefined {
  const [driverName = "", address] = splitOnce(spec);
  switch (driverName) {
    case "virtual":
      return virtualSource(spec, address ?? DEFAULT_MODEL);
    case DRIFTING.name:
      return address === undefined ? DRIFTING : undefined;
    case "ykoath":
      return EMULATED_YKOATH.find(({ name }) => name === spec);
    case "usb": {
      const emulated = EMULATED_USB.find(({ name }) => name === spec);
      if (emulated !== undefined) return emulated;
      break;
    }
    case "hid": {
      const emulated = EMULATED_HID.find(({ name }) => name === spec);
      if (emulated !== undefined) return emulated;
      break;
    }
    case "serial": {
      const emulated = EMULATED_SERIAL.find(({ name }) => name === spec);
      if (emulated !== undefined) return emulated;
    }
  }
  const driver = allDrivers(settings).find(({ name }) => name === driverName);
  if (driver === undefined || address === undefined || address === "") return undefined;
  return physicalSource(spec, driver, address, settings);
}

function allDrivers({ drivers = [] }: SourceSettings): readonly Driver[] {
  return [...DRIVERS, ...drivers];
}

/** At the first colon; an address may hold more of them. */
function splitOnce(spec: string): [string, string | undefined] {
  const colon = spec.indexOf(":");
  return colon < 0 ? [spec, undefined] : [spec.slice(0, colon), spec.slice(colon + 1)];
}

function virtualSource(spec: string, model: string): SubjectSource | undefined {
  const found = VIRTUAL_MODELS.find(({ name }) => name === model);
  return (
    found && {
      name: spec,
      driver: "virtual",
      description: found.summary,
      open: async (options) => openVirtualSubject(spec, model, options),
    }
  );
}

const DRIFTING: SubjectSource = {
  name: "drifting-clock",
  driver: "virtual",
  description: "software token whose clock is badly trimmed: 25 ppm fast, 13 minutes a year",
  open: async (options) =>
    openVirtualSubject("drifting-clock", DEFAULT_MODEL, { clockName: DRIFTING_CLOCK, ...options }),
};

const EMULATED_SERIAL: readonly SubjectSource[] = [
  {
    name: "serial:emulated",
    driver: "serial",
    description: "firmware shell on a pseudo-terminal, complete dialect",
    open: (options) => openSerialSubject("serial:emulated", options),
  },
  {
    name: "serial:emulated-arduino",
    driver: "serial",
    description: "firmware shell on a pseudo-terminal, Arduino dialect",
    open: (options) =>
      openSerialSubject("serial:emulated-arduino", { ...options, shell: "arduino" }),
  },
  {
    name: "serial:emulated-flipper",
    driver: "serial",
    description: "Flipper Authenticator on a pseudo-terminal: provisioning and listing, no codes",
    open: (options) =>
      openSerialSubject("serial:emulated-flipper", { ...options, shell: "flipper" }),
  },
];

const EMULATED_HID: readonly SubjectSource[] = [
  {
    name: "hid:emulated",
    driver: "hid",
    description: "challenge-response slots of a YubiKey 5, behind HID reports in memory",
    open: async (options) => openHidSubject("hid:emulated", "yubikey5", options),
  },
  {
    name: "hid:emulated-nitrokey-pro",
    driver: "hid",
    description: "Nitrokey Pro behind HID reports in memory: 15 TOTP and 3 HOTP slots, own clock",
    open: async (options) => openHidSubject("hid:emulated-nitrokey-pro", "nitrokey-pro", options),
  },
];

function physicalSource(
  spec: string,
  driver: Driver,
  address: string,
  { control, password }: SourceSettings,
): SubjectSource {
  const endpoint = control === undefined ? undefined : parseEndpoint(control);
  return {
    name: spec,
    driver: driver.name,
    description: endpoint ? `emulated token on ${address}` : `token on ${address}`,
    open: async () => {
      const rig = endpoint === undefined ? null : await connectRig(endpoint);
      const isFresh = await madeFresh(rig);
      const locked = password === undefined ? {} : { password };
      return openPhysicalSubject(spec, driver, address, rig, { ...locked, isFresh });
    },
  };
}

/** For one case, or one use; a process that cannot lend its token so lends it as it is: false. */
async function madeFresh(rig: Rig | null): Promise<boolean> {
  if (rig?.fresh === undefined) return false;
  try {
    await rig.fresh();
    return true;
  } catch (error) {
    if (error instanceof DeviceError && error.code === "not-supported") return false;
    await rig[Symbol.asyncDispose]();
    throw error;
  }
}

function unknown(spec: string, settings: SourceSettings): RangeError {
  const { inventory } = settings;
  const models = VIRTUAL_MODELS.map(({ name }) => `virtual:${name}`);
  const physical = allDrivers(settings)
    .filter(({ name }) => name !== "virtual")
    .map(({ name }) => `${name}:ADDRESS`);
  const named = (inventory?.tokens ?? []).slice(0, 20).map(({ name }) => name);
  const emulated = [...EMULATED_SERIAL, ...EMULATED_HID, ...EMULATED_YKOATH, ...EMULATED_USB].map(
    ({ name }) => name,
  );
  const known = [...new Set([...EMULATED_SPECS, ...emulated]), ...models, ...physical, ...named];
  const shown = JSON.stringify(spec.slice(0, 100));
  return new RangeError(`--device: there is no ${shown}; there are ${known.join(", ")}`);
}
