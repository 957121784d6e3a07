// Smart token models as data (YKOATH document, sections 8 and 11; CCID document, section 8). A
// closed set: every one is tested. Models without hardware of ours are from their sources; what is
// not confirmed there is marked.

import { HASH_ALGORITHMS } from "../core/oath/parameters.ts";
import { concatBytes } from "../core/wire/bytes.ts";
import { CAPABILITIES } from "../core/wire/management.ts";
import { STATUS_WORDS } from "../core/wire/status-words.ts";
import {
  PROPERTY_ONLY_INCREASING,
  PROPERTY_PIN_ENCRYPTED,
  PROPERTY_REQUIRE_TOUCH,
} from "../core/wire/ykoath.ts";
import type { OathProfile, SmartTokenProfile, UsbIdentity } from "./applets/smart-profile.ts";

const OATH_AND_OTP = CAPABILITIES.otp | CAPABILITIES.oath;
const USB_A_KEY_RING = 1;

const YUBICO_USB: UsbIdentity = {
  vendorId: 0x1050,
  productId: 0x0405,
  bcdDevice: 0x0543,
  manufacturer: "Yubico",
  product: "YubiKey OTP+CCID",
  functions: ["otp-keyboard", "ccid"],
};

const YUBIKEY_OATH: OathProfile = {
  version: [5, 4, 3],
  credentials: 32,
  secretBytes: 64,
  digits: { low: 6, high: 8 },
  algorithms: HASH_ALGORITHMS,
  properties: PROPERTY_ONLY_INCREASING | PROPERTY_REQUIRE_TOUCH,
  challengeBytes: 64,
  takesChainedCommands: true,
  cutsAnswers: "anywhere",
  responseBytes: 256,
  renameInstruction: 0x05,
  duplicatePut: "replace",
  unknownName: STATUS_WORDS.noSuchObject,
  reset: "at-once",
  accessKey: { keyBytes: { low: 1, high: 64 }, tells: "algorithm", staysOpen: true },
  calculateAll: "with-digits",
  firstCounterOffset: 0,
  nitrokeyExtras: false,
};

const YUBIKEY_5: SmartTokenProfile = {
  name: "yubikey5",
  summary: "YubiKey 5 NFC, firmware 5.4.3: OATH over CCID, two OTP slots",
  firmware: [5, 4, 3],
  usb: YUBICO_USB,
  readerName: "Yubico YubiKey OTP+CCID",
  atr: {
    contact: hex("3BFD1300008131FE158073C021C057597562694B657940"),
    contactless: hex("3B8D80018073C021C057597562694B6579F9"),
  },
  commandBytes: 3062,
  management: {
    formFactor: USB_A_KEY_RING,
    usb: OATH_AND_OTP,
    nfc: OATH_AND_OTP,
    readsConfig: true,
  },
  oath: YUBIKEY_OATH,
  otpSlots: true,
  nitrokeyPro: false,
};

/** No RENAME before 5.3. */
const { renameInstruction: _rename, ...OATH_WITHOUT_RENAME } = YUBIKEY_OATH;

const YUBIKEY_4: SmartTokenProfile = {
  ...YUBIKEY_5,
  name: "yubikey4",
  summary: "YubiKey 4, firmware 4.3.7: OATH over CCID without rename, two OTP slots, no NFC",
  firmware: [4, 3, 7],
  usb: { ...YUBICO_USB, bcdDevice: 0x0437 },
  atr: {
    // From memory of devices, unverified.
    contact: hex("3BF81300008131FE15597562696B657934D4"),
    contactless: contactlessAtr("597562696B657934"),
  },
  management: { formFactor: USB_A_KEY_RING, usb: OATH_AND_OTP, readsConfig: true },
  oath: { ...OATH_WITHOUT_RENAME, version: [4, 3, 7] },
};

const YUBIKEY_NEO: SmartTokenProfile = {
  ...YUBIKEY_5,
  name: "yubikey-neo",
  summary: "YubiKey NEO: OATH applet 1.0.2, SHA-1 and SHA-256, no touch, 2048 bytes of names",
  firmware: [3, 4, 9],
  usb: {
    ...YUBICO_USB,
    productId: 0x0111,
    bcdDevice: 0x0349,
    product: "Yubikey NEO OTP+CCID",
  },
  readerName: "Yubico Yubikey NEO OTP+CCID",
  atr: {
    // From memory of devices, unverified.
    contact: hex("3BFC1300008131FE15597562696B65794E454F7233E1"),
    contactless: contactlessAtr("597562696B65794E454F7233"),
  },
  commandBytes: 1390,
  management: {
    formFactor: USB_A_KEY_RING,
    usb: OATH_AND_OTP,
    nfc: OATH_AND_OTP,
    readsConfig: false,
  },
  oath: {
    ...OATH_WITHOUT_RENAME,
    version: [1, 0, 2],
    credentials: 128,
    calculateAllBytes: 2048,
    algorithms: ["SHA1", "SHA256"],
    properties: PROPERTY_ONLY_INCREASING,
    accessKey: { keyBytes: { low: 1, high: 64 }, tells: "stored-byte", staysOpen: true },
  },
};

const CANOKEY: SmartTokenProfile = {
  name: "canokey",
  summary: "CanoKey: OATH over CCID, types a code at a touch, first HOTP code is counter 1",
  firmware: [3, 0, 0],
  usb: {
    vendorId: 0x20a0,
    productId: 0x42d4,
    bcdDevice: 0x0100,
    manufacturer: "canokeys.org",
    product: "CanoKey",
    functions: ["ccid", "otp-keyboard"],
  },
  readerName: "canokeys.org CanoKey",
  atr: {
    contact: hex("3BF711000081 31FE6543616E6F6B657999"),
    contactless: contactlessAtr("43616E6F6B6579"),
  },
  commandBytes: 1342,
  oath: {
    ...YUBIKEY_OATH,
    version: [6, 0, 0],
    credentials: 100,
    digits: { low: 4, high: 8 },
    challengeBytes: 8,
    cutsAnswers: "between-objects",
    duplicatePut: STATUS_WORDS.conditionsNotSatisfied,
    reset: "absent",
    accessKey: { keyBytes: { low: 16, high: 16 }, tells: "algorithm", staysOpen: false },
    firstCounterOffset: 1,
    variant: "canokey-default",
  },
  otpSlots: false,
  nitrokeyPro: false,
};

const NITROKEY_3: SmartTokenProfile = {
  name: "nitrokey3",
  summary: "Nitrokey 3: OATH over CCID, a PIN, no access key, no CALCULATE ALL",
  firmware: [1, 7, 0],
  usb: {
    vendorId: 0x20a0,
    // Unverified.
    productId: 0x42b2,
    bcdDevice: 0x0107,
    manufacturer: "Nitrokey",
    product: "Nitrokey 3",
    functions: ["ccid"],
  },
  readerName: "Nitrokey Nitrokey 3",
  atr: {
    // From memory of devices, unverified.
    contact: hex("3B8F01805D4E6974726F6B657900000000006A"),
    contactless: contactlessAtr("4E6974726F6B6579"),
  },
  commandBytes: 3062,
  oath: {
    ...OATH_WITHOUT_RENAME,
    version: [4, 13, 0],
    credentials: 50,
    secretBytes: 128,
    digits: { low: 0, high: 255 },
    properties: PROPERTY_REQUIRE_TOUCH | PROPERTY_PIN_ENCRYPTED,
    takesChainedCommands: false,
    cutsAnswers: "between-objects",
    duplicatePut: STATUS_WORDS.blocked,
    unknownName: STATUS_WORDS.notFound,
    reset: "after-touch",
    accessKey: "absent",
    calculateAll: "absent",
    nitrokeyExtras: true,
    variant: "nitrokey-secrets",
  },
  otpSlots: false,
  nitrokeyPro: false,
};

const NITROKEY_PRO: SmartTokenProfile = {
  name: "nitrokey-pro",
  summary: "Nitrokey Pro: 3 HOTP and 15 TOTP slots over HID reports, its own clock, PINs",
  firmware: [0, 11, 0],
  usb: {
    vendorId: 0x20a0,
    productId: 0x4108,
    bcdDevice: 0x0100,
    manufacturer: "Nitrokey",
    product: "Nitrokey Pro",
    functions: ["nitrokey-hid"],
  },
  readerName: "Nitrokey Nitrokey Pro",
  atr: {
    contact: contactlessAtr("4E6974726F6B6579"),
    contactless: contactlessAtr("4E6974726F6B6579"),
  },
  commandBytes: 255,
  otpSlots: false,
  nitrokeyPro: true,
};

const GENERIC_OATH: SmartTokenProfile = {
  name: "generic-oath",
  summary: "card with an OATH applet and nothing else, short APDUs, every hash, long secrets",
  firmware: [5, 4, 3],
  usb: {
    // Readers are found by numbers that drivers list: these are Gnuk's.
    vendorId: 0x234b,
    productId: 0x0000,
    bcdDevice: 0x0100,
    manufacturer: "oathbed",
    product: "OATH card",
    functions: ["ccid"],
  },
  readerName: "oathbed OATH card",
  // An ATR of the contactless form: hosts then need no vendor's name (YKOATH document, section 9).
  atr: { contact: contactlessAtr("6F617468626564"), contactless: contactlessAtr("6F617468626564") },
  commandBytes: 255,
  oath: { ...YUBIKEY_OATH, secretBytes: 128, digits: { low: 4, high: 10 } },
  otpSlots: false,
  nitrokeyPro: false,
};

/** Every smart token model. */
export const SMART_TOKEN_PROFILES: readonly SmartTokenProfile[] = [
  YUBIKEY_5,
  YUBIKEY_4,
  YUBIKEY_NEO,
  CANOKEY,
  NITROKEY_3,
  NITROKEY_PRO,
  GENERIC_OATH,
];

/** Names of the smart token models. */
export const SMART_PROFILE_NAMES: readonly string[] = SMART_TOKEN_PROFILES.map(({ name }) => name);

/** A smart token model by its name. @throws {RangeError} naming the models there are */
export function smartProfileOf(name: string): SmartTokenProfile {
  const profile = SMART_TOKEN_PROFILES.find((candidate) => candidate.name === name);
  if (profile !== undefined) return profile;
  const names = SMART_PROFILE_NAMES.join(", ");
  throw new RangeError(`there is no smart token profile "${name}"; there are ${names}`);
}

/** ATR of a contactless card (PC/SC part 3): 15 historical bytes at most, given as hexadecimal. */
function contactlessAtr(historical: string): Uint8Array {
  const text = hex(historical);
  const body = concatBytes([Uint8Array.of(0x80 | text.length, 0x80, 0x01), text]);
  const check = body.reduce((sum, byte) => sum ^ byte, 0);
  return concatBytes([Uint8Array.of(0x3b), body, Uint8Array.of(check)]);
}

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
}
