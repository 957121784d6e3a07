// The firmware of a smart token: its profile's applications, each with its part of the memory.

import type { Clock } from "../../core/time/clock.ts";
import type { Random } from "../../core/time/random.ts";
import { encodeDeviceInfo } from "../../core/wire/management.ts";
import type { NonVolatileMemory } from "../memory.ts";
import { MemoryRegion } from "../memory-region.ts";
import type { Oscillator } from "../oscillator.ts";
import { createOscillator } from "../oscillators/create.ts";
import type { Power } from "../power.ts";
import { TokenClock } from "../token-clock.ts";
import type { CardApplication } from "./applet.ts";
import { SmartCard } from "./card.ts";
import { deviceInfoOf, ManagementApplet } from "./management.ts";
import { NitrokeyApplication } from "./nitrokey/application.ts";
import { NITROKEY_MEMORY_SLOTS, NitrokeyStore } from "./nitrokey/store.ts";
import { OathApplet } from "./oath/applet.ts";
import { CodeKeyboard } from "./oath/code-keyboard.ts";
import { NitrokeyOtp } from "./oath/nitrokey-otp.ts";
import { OtpApplet } from "./otp/applet.ts";
import { OtpKeyboard } from "./otp/keyboard.ts";
import { OtpSlots } from "./otp/slots.ts";
import { OtpStore } from "./otp/store.ts";
import type { SmartTokenProfile } from "./smart-profile.ts";
import type { TouchButton } from "./touch.ts";

/** @see buildFirmware */
export interface FirmwareOptions {
  readonly profile: SmartTokenProfile;
  readonly serial: number;
  readonly world: Clock;
  readonly random: Random;
  /** As many slots as memorySlotsOf says. */
  readonly memory: NonVolatileMemory;
  readonly button: TouchButton;
  readonly power: Power;
  readonly oscillator?: Oscillator;
}

/** What a smart token runs. */
export interface SmartFirmware {
  readonly card: SmartCard | undefined;
  readonly oath: OathApplet | undefined;
  /** Types at a touch; of a YubiKey also what its OTP slots are commanded by. */
  readonly otpKeyboard: OtpKeyboard | CodeKeyboard | undefined;
  readonly nitrokey: NitrokeyApplication | undefined;
  readonly clock: TokenClock | undefined;
  /** Sessions and waits end. */
  powerOff(): void;
  /** Memory is read again. @throws {PowerFailure} */
  powerOn(): void;
}

/** Slots of the memory of a model: OATH, OTP slots, Nitrokey Pro, in this order. */
export function memorySlotsOf(profile: SmartTokenProfile): number {
  return oathSlotsOf(profile) + otpSlotsOf(profile) + nitrokeySlotsOf(profile);
}

/** Builds the applications over a memory. @throws {RangeError} when it holds other records */
export function buildFirmware(options: FirmwareOptions): SmartFirmware {
  const oath = buildOath(options);
  const otp = buildOtp(options);
  const keyboard = otp?.keyboard ?? buildCodeKeyboard(oath, options);
  const management = buildManagement(options);
  const { nitrokey, clock, store: nitrokeyStore } = buildNitrokey(options);
  const applications: readonly CardApplication[] = [
    oath,
    otp?.applet ?? buildNitrokeyOtp(oath, options),
    management,
  ].filter((application) => application !== undefined);
  const { profile, power } = options;
  const card =
    applications.length === 0 ? undefined : new SmartCard({ profile, applications, power });
  return {
    card,
    oath,
    otpKeyboard: keyboard,
    nitrokey,
    clock,
    powerOff() {
      card?.reset();
      keyboard?.reset();
      nitrokey?.reset();
      clock?.powerOff();
    },
    powerOn() {
      clock?.powerOn();
      oath?.powerOn();
      otp?.store.load();
      nitrokeyStore?.load();
    },
  };
}

function buildOath(options: FirmwareOptions): OathApplet | undefined {
  const { profile, memory, button, random, serial } = options;
  if (profile.oath === undefined) return undefined;
  const slots = 1 + profile.oath.credentials;
  const region = new MemoryRegion(memory, 0, slots);
  const isVariant = profile.oath.variant !== undefined;
  const own = isVariant ? { variantRegion: new MemoryRegion(memory, slots, 1) } : {};
  const bytes = random.fork("oath");
  const makeBytes = (length: number): Uint8Array => bytes.bytes(length);
  return new OathApplet({ profile: profile.oath, region, ...own, button, makeBytes, serial });
}

function buildOtp({ profile, memory, button, power, serial }: FirmwareOptions) {
  if (!profile.otpSlots) return undefined;
  const store = new OtpStore(new MemoryRegion(memory, oathSlotsOf(profile), 1));
  const { management, firmware } = profile;
  const readsInfo = management?.readsConfig === true;
  const slots = new OtpSlots({
    store,
    version: firmware,
    serial,
    ...(readsInfo
      ? { deviceInfo: encodeDeviceInfo(deviceInfoOf(management, firmware, serial)) }
      : {}),
  });
  const keyboard = new OtpKeyboard({ slots, button, power });
  return { store, keyboard, applet: new OtpApplet(slots, button) };
}

/** Of a CanoKey: it types codes of its OATH applet. */
function buildCodeKeyboard(
  oath: OathApplet | undefined,
  { profile, power }: FirmwareOptions,
): CodeKeyboard | undefined {
  if (oath === undefined || profile.oath?.variant !== "canokey-default") return undefined;
  return new CodeKeyboard({ typed: () => oath.typed(), power });
}

/** Of a Nitrokey 3: its HMAC slots are credentials of the OATH applet. */
function buildNitrokeyOtp(
  oath: OathApplet | undefined,
  { profile, serial }: FirmwareOptions,
): NitrokeyOtp | undefined {
  if (oath === undefined || profile.oath?.variant !== "nitrokey-secrets") return undefined;
  return new NitrokeyOtp(oath, profile.firmware, serial);
}

function buildManagement({ profile, serial }: FirmwareOptions): ManagementApplet | undefined {
  const { management, firmware } = profile;
  return management === undefined ? undefined : new ManagementApplet(management, firmware, serial);
}

/** Its clock runs while there is power, from 1970 until it is set. */
function buildNitrokey({ profile, memory, world, power, serial, oscillator }: FirmwareOptions) {
  if (!profile.nitrokeyPro) return { nitrokey: undefined, clock: undefined, store: undefined };
  const first = oathSlotsOf(profile) + otpSlotsOf(profile);
  const store = new NitrokeyStore(new MemoryRegion(memory, first, NITROKEY_MEMORY_SLOTS));
  const clock = new TokenClock({
    world,
    oscillator: oscillator ?? createOscillator("perfect"),
    survivesPowerOff: false,
    resetSeconds: 0,
  });
  clock.set(0);
  const { firmware: version } = profile;
  const nitrokey = new NitrokeyApplication({ store, clock, power, version, serial });
  return { nitrokey, clock, store };
}

function oathSlotsOf({ oath }: SmartTokenProfile): number {
  if (oath === undefined) return 0;
  return 1 + oath.credentials + (oath.variant === undefined ? 0 : 1);
}

function otpSlotsOf({ otpSlots }: SmartTokenProfile): number {
  return otpSlots ? 1 : 0;
}

function nitrokeySlotsOf({ nitrokeyPro }: SmartTokenProfile): number {
  return nitrokeyPro ? NITROKEY_MEMORY_SLOTS : 0;
}
