// USB/IP in wire logs. Data of transfers shows as what is known to be inside, else by its length:
// reports and blocks carry secrets.

import {
  type DecodedField,
  type DecodedFrame,
  field,
  hiddenField,
  innerField,
} from "../decoded.ts";
import { decodeSetup, describeSetup } from "../usb/setup.ts";
import type { UsbipClientEvent } from "./client-stream.ts";
import { describeUrbStatus } from "./constants.ts";
import type { UsbipServerEvent } from "./server-stream.ts";
import type { SubmitUrb } from "./urbs.ts";

/** Describes the data of a transfer; undefined when the endpoint is none it knows. */
export type TransferDecoder = (endpoint: number, data: Uint8Array) => DecodedFrame | undefined;

/** What a client sent, by its fields. */
export function describeUsbipRequest(
  event: UsbipServerEvent,
  inner: TransferDecoder = () => undefined,
): DecodedFrame {
  switch (event.kind) {
    case "devlist-request":
      return { name: event.kind, fields: [] };
    case "import-request":
      return { name: event.kind, fields: [field("busid", event.busid)] };
    case "submit":
      return { name: event.kind, fields: submitFields(event, inner) };
    case "unlink":
      return {
        name: event.kind,
        fields: [field("seq", event.seqnum), field("of", event.unlinkSeqnum)],
      };
    case "isochronous":
      return { name: event.kind, fields: [field("seq", event.seqnum)] };
    case "malformed":
      return { name: event.kind, fields: [field("problem", event.problem)] };
  }
}

/**
 * What a server sent, by its fields.
 *
 * @param endpoint of the transfer that a reply answers, where known
 */
export function describeUsbipReply(
  event: UsbipClientEvent,
  endpoint?: number,
  inner: TransferDecoder = () => undefined,
): DecodedFrame {
  switch (event.kind) {
    case "devlist":
      return {
        name: event.kind,
        fields: [field("busids", event.devices.map((each) => each.device.busid).join(","))],
      };
    case "imported":
      return { name: event.kind, fields: [field("busid", event.device.busid)] };
    case "refused":
      return { name: event.kind, fields: [field("status", event.status)] };
    case "ret-submit": {
      const fields = [
        field("seq", event.seqnum),
        field("status", describeUrbStatus(event.status)),
        field("length", event.actualLength),
      ];
      return { name: event.kind, fields: [...fields, ...dataFields(endpoint, event.data, inner)] };
    }
    case "ret-unlink":
      return {
        name: event.kind,
        fields: [field("seq", event.seqnum), field("status", describeUrbStatus(event.status))],
      };
    case "malformed":
      return { name: event.kind, fields: [field("problem", event.problem)] };
  }
}

function submitFields(urb: SubmitUrb, inner: TransferDecoder): readonly DecodedField[] {
  const fields = [
    field("seq", urb.seqnum),
    field("ep", `${urb.endpoint}${urb.direction}`),
    field("length", urb.length),
  ];
  if (urb.endpoint === 0) fields.push(field("setup", describeSetup(decodeSetup(urb.setup))));
  return [...fields, ...dataFields(urb.endpoint, urb.data, inner)];
}

function dataFields(
  endpoint: number | undefined,
  data: Uint8Array,
  inner: TransferDecoder,
): readonly DecodedField[] {
  if (data.length === 0) return [];
  const frame = endpoint === undefined ? undefined : inner(endpoint, data);
  return frame === undefined ? [hiddenField("data", data)] : [innerField("data", frame)];
}
