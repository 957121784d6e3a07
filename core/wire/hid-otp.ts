// The YubiKey OTP interface (HID document, part A): slots for challenge-response and typed codes,
// commanded through 8-byte feature reports of a keyboard.

export * from "./hid-otp/commands.ts";
export * from "./hid-otp/frame.ts";
export * from "./hid-otp/log.ts";
export * from "./hid-otp/reader.ts";
export * from "./hid-otp/report-descriptor.ts";
export * from "./hid-otp/slot-config.ts";
export * from "./hid-otp/status.ts";
