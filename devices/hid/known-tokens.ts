// Which HID interfaces are tokens we know, by their ids (HID document, A1, B1).

/** The protocol of an interface. */
export type HidProtocol = "otp-slots" | "nitrokey";

/** What an operating system tells of an interface. */
export interface HidInterfaceInfo {
  readonly vendorId: number;
  readonly productId: number;
  readonly usagePage?: number | undefined;
  readonly usage?: number | undefined;
}

const YUBICO = 0x1050;
const NITROKEYS: readonly { readonly vendorId: number; readonly productId: number }[] = [
  { vendorId: 0x20a0, productId: 0x4108 }, // Nitrokey Pro
  { vendorId: 0x20a0, productId: 0x4109 }, // Nitrokey Storage
  { vendorId: 0x316d, productId: 0x4c4b }, // Librem Key
];
/** Generic desktop, keyboard: the OTP interface of a YubiKey is a keyboard. */
const KEYBOARD = { usagePage: 0x0001, usage: 0x06 } as const;

/** The protocol of an interface; undefined when it is none of ours, as FIDO interfaces are. */
export function hidProtocolOf(info: HidInterfaceInfo): HidProtocol | undefined {
  const { vendorId, productId, usagePage, usage } = info;
  if (vendorId === YUBICO) {
    return usagePage === KEYBOARD.usagePage && usage === KEYBOARD.usage ? "otp-slots" : undefined;
  }
  const isNitrokey = NITROKEYS.some(
    (known) => known.vendorId === vendorId && known.productId === productId,
  );
  return isNitrokey ? "nitrokey" : undefined;
}
