// USB/IP 1.1.1 (USB/IP document): USB devices over TCP, for servers that export emulated tokens
// and for clients without a kernel.

export * from "./usbip/client-stream.ts";
export * from "./usbip/constants.ts";
export * from "./usbip/log.ts";
export * from "./usbip/operations.ts";
export * from "./usbip/server-stream.ts";
export * from "./usbip/traffic.ts";
export * from "./usbip/urbs.ts";
