// The events of /dev/uhid (Linux include/uapi/linux/uhid.h): 4,376 bytes each, packed, in the byte
// order of the machine; all that Node runs on with uhid is little-endian.

import { assertLength, type Malformed, malformed, viewOf } from "../../core/wire/bytes.ts";

/** Bytes of every event: the type and the largest of its structures. */
export const UHID_EVENT_BYTES = 4376;
/** Longest report descriptor, and longest report, bytes. */
export const MAX_UHID_DATA_BYTES = 4096;

const EVENT_TYPES = {
  destroy: 1,
  start: 2,
  stop: 3,
  open: 4,
  close: 5,
  output: 6,
  getReport: 9,
  getReportReply: 10,
  create2: 11,
  input2: 12,
  setReport: 13,
  setReportReply: 14,
} as const;
/** BUS_USB of linux/input.h. */
const BUS_USB = 3;
/** uhid's own numbers: not those of the HID class. */
const REPORT_TYPES = ["feature", "output", "input"] as const;
/** EIO: the report is not there. */
const EIO = 5;

/** Kind of a report. */
export type UhidReportType = (typeof REPORT_TYPES)[number];

/** A HID device to be created. */
export interface UhidDevice {
  /** At most 127 bytes. */
  readonly name: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly version: number;
  readonly reportDescriptor: Uint8Array;
}

/** What the kernel says. */
export type UhidEvent =
  | { readonly kind: "start" | "stop" | "open" | "close" }
  | { readonly kind: "output"; readonly type: UhidReportType; readonly data: Uint8Array }
  | {
      readonly kind: "get-report";
      readonly id: number;
      readonly number: number;
      readonly type: UhidReportType;
    }
  | {
      readonly kind: "set-report";
      readonly id: number;
      readonly number: number;
      readonly type: UhidReportType;
      readonly data: Uint8Array;
    }
  /** Of a newer kernel: nothing to answer. */
  | { readonly kind: "unknown"; readonly type: number };

/** Reads an event of the kernel; it may be cut behind its data. */
export function decodeUhidEvent(given: Uint8Array): UhidEvent | Malformed {
  if (given.length < 4) return malformed(`an event has at least 4 bytes, got ${given.length}`);
  const bytes = new Uint8Array(UHID_EVENT_BYTES);
  bytes.set(given.subarray(0, UHID_EVENT_BYTES));
  const view = viewOf(bytes);
  const type = view.getUint32(0, true);
  switch (type) {
    case EVENT_TYPES.start:
      return { kind: "start" };
    case EVENT_TYPES.stop:
      return { kind: "stop" };
    case EVENT_TYPES.open:
      return { kind: "open" };
    case EVENT_TYPES.close:
      return { kind: "close" };
    case EVENT_TYPES.output: {
      const length = view.getUint16(4 + MAX_UHID_DATA_BYTES, true);
      const reportType = REPORT_TYPES[bytes[6 + MAX_UHID_DATA_BYTES] ?? 0];
      if (reportType === undefined || length > MAX_UHID_DATA_BYTES) return badReport();
      return { kind: "output", type: reportType, data: bytes.subarray(4, 4 + length) };
    }
    case EVENT_TYPES.getReport:
    case EVENT_TYPES.setReport: {
      const reportType = REPORT_TYPES[bytes[9] ?? 0];
      const length = type === EVENT_TYPES.setReport ? view.getUint16(10, true) : 0;
      if (reportType === undefined || length > MAX_UHID_DATA_BYTES) return badReport();
      const report = { id: view.getUint32(4, true), number: bytes[8] ?? 0, type: reportType };
      if (type === EVENT_TYPES.getReport) return { kind: "get-report", ...report };
      return { kind: "set-report", ...report, data: bytes.subarray(12, 12 + length) };
    }
    default:
      return { kind: "unknown", type };
  }
}

function badReport(): Malformed {
  return malformed("type of a report must be 0 to 2, its size at most 4096");
}

/** UHID_CREATE2. @throws {RangeError} when name or report descriptor are too long */
export function encodeUhidCreate(device: UhidDevice): Uint8Array {
  const { name, reportDescriptor } = device;
  const text = new TextEncoder().encode(name);
  assertLength("name", text, 1, 127);
  assertLength("reportDescriptor", reportDescriptor, 1, MAX_UHID_DATA_BYTES);
  const event = eventOf(EVENT_TYPES.create2);
  event.set(text, 4);
  // name[128], phys[64], uniq[64].
  const view = viewOf(event);
  view.setUint16(260, reportDescriptor.length, true);
  view.setUint16(262, BUS_USB, true);
  view.setUint32(264, device.vendorId, true);
  view.setUint32(268, device.productId, true);
  view.setUint32(272, device.version, true);
  event.set(reportDescriptor, 280);
  return event;
}

/** UHID_DESTROY. */
export function encodeUhidDestroy(): Uint8Array {
  return eventOf(EVENT_TYPES.destroy);
}

/** UHID_INPUT2: an input report. @throws {RangeError} when it is too long */
export function encodeUhidInput(report: Uint8Array): Uint8Array {
  assertLength("report", report, 1, MAX_UHID_DATA_BYTES);
  const event = eventOf(EVENT_TYPES.input2);
  viewOf(event).setUint16(4, report.length, true);
  event.set(report, 6);
  return event;
}

/** The answer to "get-report"; undefined: there is no such report. @throws {RangeError} */
export function encodeUhidGetReply(id: number, report: Uint8Array | undefined): Uint8Array {
  const data = report ?? new Uint8Array(0);
  assertLength("report", data, 0, MAX_UHID_DATA_BYTES);
  const event = eventOf(EVENT_TYPES.getReportReply);
  const view = viewOf(event);
  view.setUint32(4, id, true);
  view.setUint16(8, report === undefined ? EIO : 0, true);
  view.setUint16(10, data.length, true);
  event.set(data, 12);
  return event;
}

/** The answer to "set-report". */
export function encodeUhidSetReply(id: number, isTaken: boolean): Uint8Array {
  const event = eventOf(EVENT_TYPES.setReportReply);
  const view = viewOf(event);
  view.setUint32(4, id, true);
  view.setUint16(8, isTaken ? 0 : EIO, true);
  return event;
}

function eventOf(type: number): Uint8Array {
  const event = new Uint8Array(UHID_EVENT_BYTES);
  viewOf(event).setUint32(0, type, true);
  return event;
}
