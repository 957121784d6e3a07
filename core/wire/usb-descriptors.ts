// What a USB device says of itself and is asked over endpoint 0: descriptors, setup packets, the
// line coding of serial ports.

export * from "./usb/decode-descriptors.ts";
export * from "./usb/descriptors.ts";
export * from "./usb/encode-descriptors.ts";
export * from "./usb/line-coding.ts";
export * from "./usb/setup.ts";
