// The device information of YubiKey-type tokens (YKOATH document, section 9): answered by READ
// CONFIG of the management applet and by the device info command of the OTP interface. One length
// byte, then TLVs.

import { assertWhole, concatBytes, type Malformed, malformed, viewOf } from "./bytes.ts";
import { decodeTlvs, encodeTlv } from "./tlv.ts";

/** Bits of capabilities. */
export const CAPABILITIES = {
  otp: 0x001,
  u2f: 0x002,
  ccid: 0x004,
  openPgp: 0x008,
  piv: 0x010,
  oath: 0x020,
  hsmAuth: 0x100,
  fido2: 0x200,
} as const;

/** Tags of the device information. */
export const DEVICE_INFO_TAGS = {
  usbSupported: 0x01,
  serial: 0x02,
  usbEnabled: 0x03,
  formFactor: 0x04,
  version: 0x05,
  autoEjectTimeout: 0x06,
  challengeTimeout: 0x07,
  flags: 0x08,
  configLocked: 0x0a,
  nfcSupported: 0x0d,
  nfcEnabled: 0x0e,
  morePages: 0x10,
} as const;

/** What a token says of itself. */
export interface DeviceInfo {
  /** CAPABILITIES, at most 16 bits. */
  readonly usbSupported: number;
  readonly usbEnabled: number;
  /** Absent: the token tells none. */
  readonly serial?: number;
  /** Low nibble 1 to 7; 0x80 FIPS, 0x40 Security Key. */
  readonly formFactor: number;
  readonly version: readonly [major: number, minor: number, patch: number];
  readonly autoEjectTimeoutSeconds: number;
  readonly challengeTimeoutSeconds: number;
  /** 0x80 eject, 0x40 remote wakeup. */
  readonly flags: number;
  /** Where there is no NFC, both are absent. */
  readonly nfc?: { readonly supported: number; readonly enabled: number };
  readonly isConfigLocked: boolean;
}

/**
 * One page of device information, length byte first; capabilities take two bytes where needed.
 *
 * @throws {RangeError} naming a field that does not fit
 */
export function encodeDeviceInfo(info: DeviceInfo): Uint8Array {
  const tags = DEVICE_INFO_TAGS;
  const parts = [encodeTlv(tags.usbSupported, capabilities("usbSupported", info.usbSupported))];
  if (info.serial !== undefined) {
    assertWhole("serial", info.serial, 1, 0xffff_ffff);
    const serial = new Uint8Array(4);
    viewOf(serial).setUint32(0, info.serial);
    parts.push(encodeTlv(tags.serial, serial));
  }
  assertWhole("autoEjectTimeoutSeconds", info.autoEjectTimeoutSeconds, 0, 0xffff);
  const eject = info.autoEjectTimeoutSeconds;
  for (const part of info.version) assertWhole("version", part, 0, 0xff);
  parts.push(
    encodeTlv(tags.usbEnabled, capabilities("usbEnabled", info.usbEnabled)),
    encodeTlv(tags.formFactor, byte("formFactor", info.formFactor)),
    encodeTlv(tags.version, Uint8Array.from(info.version)),
    encodeTlv(tags.autoEjectTimeout, Uint8Array.of(eject >> 8, eject & 0xff)),
    encodeTlv(tags.challengeTimeout, byte("challengeTimeoutSeconds", info.challengeTimeoutSeconds)),
    encodeTlv(tags.flags, byte("flags", info.flags)),
  );
  if (info.nfc !== undefined) {
    parts.push(
      encodeTlv(tags.nfcSupported, capabilities("nfc.supported", info.nfc.supported)),
      encodeTlv(tags.nfcEnabled, capabilities("nfc.enabled", info.nfc.enabled)),
    );
  }
  parts.push(encodeTlv(tags.configLocked, Uint8Array.of(info.isConfigLocked ? 1 : 0)));
  const body = concatBytes(parts);
  return concatBytes([Uint8Array.of(body.length), body]);
}

/** What a page says; fields a token left out are 0. */
export type DeviceInfoResult =
  | {
      readonly kind: "device-info";
      readonly info: DeviceInfo;
      /** Pages still to be read. */
      readonly morePages: number;
    }
  | Malformed;

/** Reads a page. The length byte must be the number of bytes after it; unknown tags are ignored. */
export function decodeDeviceInfo(bytes: Uint8Array): DeviceInfoResult {
  if (bytes[0] !== bytes.length - 1) return malformed("length byte must be the bytes after it");
  const list = decodeTlvs(bytes.subarray(1));
  if (list.kind === "malformed") return list;
  const byTag = (tag: number) => list.tlvs.find((each) => each.tag === tag)?.value;
  const numberOf = (tag: number) => numberFrom(byTag(tag));
  const tags = DEVICE_INFO_TAGS;
  if (byTag(tags.usbSupported) === undefined) return malformed("tag 01 must be there");
  if (list.tlvs.some(({ tag, value }) => tag !== tags.version && tag <= 0x0e && value.length > 4)) {
    return malformed("numbers must be at most 4 bytes");
  }
  const [major = 0, minor = 0, patch = 0] = byTag(tags.version) ?? [];
  const serial = numberOf(tags.serial);
  const info: DeviceInfo = {
    usbSupported: numberOf(tags.usbSupported),
    usbEnabled: numberOf(tags.usbEnabled),
    formFactor: numberOf(tags.formFactor),
    version: [major, minor, patch],
    autoEjectTimeoutSeconds: numberOf(tags.autoEjectTimeout),
    challengeTimeoutSeconds: numberOf(tags.challengeTimeout),
    flags: numberOf(tags.flags),
    isConfigLocked: numberOf(tags.configLocked) !== 0,
    ...(serial === 0 ? {} : { serial }),
    ...(byTag(tags.nfcSupported) === undefined
      ? {}
      : { nfc: { supported: numberOf(tags.nfcSupported), enabled: numberOf(tags.nfcEnabled) } }),
  };
  return { kind: "device-info", info, morePages: numberOf(tags.morePages) };
}

function numberFrom(value: Uint8Array | undefined): number {
  return (value ?? new Uint8Array(0)).reduce((sum, each) => sum * 256 + each, 0);
}

function capabilities(field: string, bits: number): Uint8Array {
  assertWhole(field, bits, 0, 0xffff);
  return bits > 0xff ? Uint8Array.of(bits >> 8, bits & 0xff) : Uint8Array.of(bits);
}

function byte(field: string, value: number): Uint8Array {
  assertWhole(field, value, 0, 0xff);
  return Uint8Array.of(value);
}
