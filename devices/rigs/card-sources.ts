// The emulated smart cards that `--device` names.

import { SMART_TOKEN_PROFILES } from "../../firmware-sim/profiles-smart.ts";
import type { SubjectSource } from "../sources.ts";
import { DEFAULT_CARD_PROFILE, openUsbSubject, openYkoathSubject } from "./card-subject.ts";

const WITH_OATH = SMART_TOKEN_PROFILES.filter(({ oath }) => oath !== undefined);

/** `ykoath:emulated`, and `ykoath:PROFILE` of each model with an OATH applet. */
export const EMULATED_YKOATH: readonly SubjectSource[] = [
  ykoathSource("emulated", DEFAULT_CARD_PROFILE, "YubiKey 5 in memory, spoken to in APDUs"),
  ...WITH_OATH.map(({ name, summary }) => ykoathSource(name, name, summary)),
];

/** `usb:emulated`, and `usb:emulated-PROFILE`. */
export const EMULATED_USB: readonly SubjectSource[] = [
  usbSource("usb:emulated", DEFAULT_CARD_PROFILE, "YubiKey 5 on our own USB/IP, spoken to in CCID"),
  ...WITH_OATH.map(({ name, summary }) => usbSource(`usb:emulated-${name}`, name, summary)),
];

function ykoathSource(address: string, profile: string, description: string): SubjectSource {
  const name = `ykoath:${address}`;
  return {
    name,
    driver: "ykoath",
    description,
    open: async (options) => openYkoathSubject(name, profile, options),
  };
}

function usbSource(name: string, profile: string, description: string): SubjectSource {
  return {
    name,
    driver: "usb",
    description,
    open: (options) => openUsbSubject(name, profile, options),
  };
}
