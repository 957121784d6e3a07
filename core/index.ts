// The public face of oathbed/core. Nothing inside the repository imports this file.

export * from "./drift/steps.ts";
export * from "./oath/base32.ts";
export * from "./oath/codes.ts";
export * from "./oath/otpauth.ts";
export * from "./oath/parameters.ts";
export * from "./oath/secret.ts";
export * from "./oath/vectors.ts";
export * from "./time/clock.ts";
export * from "./time/random.ts";
export * from "./time/simulated-clock.ts";
export * from "./time/system-clock.ts";
export * from "./wire/ansi.ts";
export * from "./wire/apdu.ts";
export * from "./wire/apdu-chaining.ts";
export * from "./wire/byte-queue.ts";
export * from "./wire/bytes.ts";
export * from "./wire/ccid.ts";
export * from "./wire/decoded.ts";
export * from "./wire/shell-answers.ts";
export * from "./wire/shell-lines.ts";
export * from "./wire/shell-log.ts";
export * from "./wire/status-words.ts";
export * from "./wire/tlv.ts";
export * from "./wire/usb-descriptors.ts";
export * from "./wire/vpcd.ts";
export * from "./wire/ykoath.ts";
