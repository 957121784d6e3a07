// The URB messages of USB/IP (USB/IP document, section 2): 48 bytes each, then the data of the
// transfer where there is any.

import { assertLength, assertWhole, concatBytes, copyBytes, viewOf } from "../bytes.ts";
import { URB_HEADER_BYTES } from "./constants.ts";

/** Commands of URB messages. */
export const URB_COMMANDS = { submit: 1, unlink: 2, retSubmit: 3, retUnlink: 4 } as const;

/** Longest data of one transfer taken from or put into a stream, bytes. */
export const MAX_TRANSFER_BYTES = 0x10_0000;

/** USBIP_CMD_SUBMIT: a transfer to be done. */
export interface SubmitUrb {
  readonly kind: "submit";
  /** An opaque 32-bit key, shared with unlinks. */
  readonly seqnum: number;
  /** busnum << 16 | devnum. */
  readonly devid: number;
  readonly direction: "in" | "out";
  /** Endpoint number, 0 to 15, without the direction bit. */
  readonly endpoint: number;
  readonly transferFlags: number;
  /** Bytes wanted at most (in), or sent (out). */
  readonly length: number;
  readonly startFrame: number;
  /** 0 or 0xFFFFFFFF for what is not isochronous. */
  readonly numberOfPackets: number;
  readonly interval: number;
  /** Setup packet of endpoint 0, else zeros; 8 bytes. */
  readonly setup: Uint8Array;
  /** Data of an out transfer, `length` bytes; empty for in. */
  readonly data: Uint8Array;
}

/** USBIP_CMD_UNLINK: a transfer to be given up. */
export interface UnlinkUrb {
  readonly kind: "unlink";
  /** Its own. */
  readonly seqnum: number;
  readonly devid: number;
  /** That of the transfer. */
  readonly unlinkSeqnum: number;
}

/** USBIP_RET_SUBMIT: a transfer that is done. */
export interface SubmittedUrb {
  readonly kind: "ret-submit";
  readonly seqnum: number;
  /** URB_STATUS. */
  readonly status: number;
  /** Bytes read (in: the length of data) or consumed (out, where data is empty). */
  readonly actualLength: number;
  readonly data: Uint8Array;
}

/** USBIP_RET_UNLINK. */
export interface UnlinkedUrb {
  readonly kind: "ret-unlink";
  /** That of the unlink. */
  readonly seqnum: number;
  /** URB_STATUS.unlinked, or 0 when the transfer was answered before. */
  readonly status: number;
}

/** What a client asks. */
export type UrbRequest = SubmitUrb | UnlinkUrb;
/** What a server answers. */
export type UrbReply = SubmittedUrb | UnlinkedUrb;

/** A submit with the fields that tokens never need left at 0. */
export function submitUrb(
  given: Pick<SubmitUrb, "seqnum" | "devid" | "direction" | "endpoint" | "length"> &
    Partial<SubmitUrb>,
): SubmitUrb {
  return {
    kind: "submit",
    transferFlags: 0,
    startFrame: 0,
    numberOfPackets: 0,
    interval: 0,
    setup: new Uint8Array(8),
    data: new Uint8Array(0),
    ...given,
  };
}

/** The bytes of a request. @throws {RangeError} naming a field that does not fit */
export function encodeUrbRequest(urb: UrbRequest): Uint8Array {
  const header = new Uint8Array(URB_HEADER_BYTES);
  if (urb.kind === "unlink") {
    words(header, 0, [URB_COMMANDS.unlink, urb.seqnum, urb.devid, 0, 0, urb.unlinkSeqnum]);
    return header;
  }
  const { direction, endpoint, length, setup, data } = urb;
  assertWhole("endpoint", endpoint, 0, 15);
  assertLength("setup", setup, 8, 8);
  assertLength("data", data, direction === "out" ? length : 0, direction === "out" ? length : 0);
  words(header, 0, [
    URB_COMMANDS.submit,
    urb.seqnum,
    urb.devid,
    direction === "in" ? 1 : 0,
    endpoint,
    urb.transferFlags,
    length,
    urb.startFrame,
    urb.numberOfPackets,
    urb.interval,
  ]);
  header.set(setup, 40);
  return concatBytes([header, data]);
}

/**
 * The bytes of a reply: devid, direction and endpoint 0, and all that is not used.
 *
 * @throws {RangeError} naming a field that does not fit: data and actualLength that differ
 */
export function encodeUrbReply(urb: UrbReply): Uint8Array {
  const header = new Uint8Array(URB_HEADER_BYTES);
  assertWhole("status", urb.status, -0x8000_0000, 0);
  const status = urb.status >>> 0;
  if (urb.kind === "ret-unlink") {
    words(header, 0, [URB_COMMANDS.retUnlink, urb.seqnum, 0, 0, 0, status]);
    return header;
  }
  const { actualLength, data } = urb;
  if (data.length !== 0) assertLength("data", data, actualLength, actualLength);
  words(header, 0, [URB_COMMANDS.retSubmit, urb.seqnum, 0, 0, 0, status, actualLength]);
  return concatBytes([header, data]);
}

/** Reads the header of a request; `data` of a submit is empty still. Undefined for another one. */
export function readUrbRequest(header: Uint8Array): UrbRequest | undefined {
  const view = viewOf(header);
  const word = (at: number) => view.getUint32(at);
  const head = { seqnum: word(4), devid: word(8) };
  switch (word(0)) {
    case URB_COMMANDS.unlink:
      return { kind: "unlink", ...head, unlinkSeqnum: word(20) };
    case URB_COMMANDS.submit:
      if (word(12) > 1 || word(16) > 15) return undefined;
      return {
        kind: "submit",
        ...head,
        direction: word(12) === 1 ? "in" : "out",
        endpoint: word(16),
        transferFlags: word(20),
        length: word(24),
        startFrame: word(28),
        numberOfPackets: word(32),
        interval: word(36),
        setup: copyBytes(header.subarray(40, 48)),
        data: new Uint8Array(0),
      };
    default:
      return undefined;
  }
}

/** Reads the header of a reply; `data` is empty still. Undefined for another message. */
export function readUrbReply(header: Uint8Array): UrbReply | undefined {
  const view = viewOf(header);
  const seqnum = view.getUint32(4);
  const status = view.getInt32(20);
  switch (view.getUint32(0)) {
    case URB_COMMANDS.retUnlink:
      return { kind: "ret-unlink", seqnum, status };
    case URB_COMMANDS.retSubmit: {
      const actualLength = view.getUint32(24);
      return { kind: "ret-submit", seqnum, status, actualLength, data: new Uint8Array(0) };
    }
    default:
      return undefined;
  }
}

/** Whether a submit is for an isochronous endpoint, which tokens do not have. */
export function isIsochronous(urb: SubmitUrb): boolean {
  return urb.numberOfPackets !== 0 && urb.numberOfPackets !== 0xffff_ffff;
}

function words(header: Uint8Array, at: number, values: readonly number[]): void {
  const view = viewOf(header);
  for (const [index, value] of values.entries()) {
    assertWhole("URB header field", value, 0, 0xffff_ffff);
    view.setUint32(at + 4 * index, value);
  }
}
