// Numbers of USB/IP 1.1.1 (USB/IP document). All fields are big-endian, except USB payload.

/** TCP port of a USB/IP server. */
export const USBIP_PORT = 3240;
/** Version of every operation message. */
export const USBIP_VERSION = 0x0111;
/** Bytes of every URB header. */
export const URB_HEADER_BYTES = 48;
/** Bytes of a device record. */
export const DEVICE_RECORD_BYTES = 312;
/** Bytes of a busid field, with at least one NUL. */
export const BUSID_BYTES = 32;

/** Status of an operation reply (beyond 0 and 1 from general knowledge, unverified). */
export const OPERATION_STATUS = {
  ok: 0,
  notAvailable: 1,
  busy: 2,
  deviceError: 3,
  noSuchDevice: 4,
  unexpected: 5,
} as const;

/** speed of a device record; hosts attach 1 to 3, 5 on newer kernels. */
export const USB_SPEEDS = {
  low: 1,
  full: 2,
  high: 3,
  wireless: 4,
  super: 5,
  superPlus: 6,
} as const;

/** Status of an URB: negative Linux errno numbers, on every host. */
export const URB_STATUS = {
  ok: 0,
  /** −ENOENT: unlinked while waited for. */
  unlinkedSynchronously: -2,
  /** −ENODEV: the device is gone. */
  noDevice: -19,
  /** −EPIPE: an unsupported request, or a halted endpoint. */
  stall: -32,
  /** −EOVERFLOW: more data than the buffer takes. */
  overflow: -75,
  /** −ECONNRESET: unlinked. */
  unlinked: -104,
  /** −ESHUTDOWN: the device or its controller was shut down. */
  shutdown: -108,
  /** −EREMOTEIO: fewer bytes than wanted, where that is not allowed. */
  shortRead: -121,
} as const;

/** The name of an URB status, as in URB_STATUS, or its number. */
export function describeUrbStatus(status: number): string {
  const found = Object.entries(URB_STATUS).find(([, value]) => value === status);
  return found === undefined ? String(status) : found[0];
}
