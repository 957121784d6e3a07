// The HID reports of Nitrokey Pro and Librem Key (HID document, part B).

export * from "./nitrokey/answers.ts";
export * from "./nitrokey/commands.ts";
export * from "./nitrokey/log.ts";
export * from "./nitrokey/reports.ts";
