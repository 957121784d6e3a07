import fc from "fast-check";
import { expect, test } from "vitest";
import { concatBytes } from "../bytes.ts";
import { formatDecoded } from "../decoded.ts";
import { bytes, hex } from "../testing/frames.ts";
import { type AwaitedTransfer, type UsbipClientEvent, UsbipClientStream } from "./client-stream.ts";
import { describeUrbStatus, URB_STATUS } from "./constants.ts";
import { describeUsbipReply, describeUsbipRequest } from "./log.ts";
import {
  encodeDevlistReply,
  encodeDevlistRequest,
  encodeImportReply,
  encodeImportRequest,
  type UsbipDevice,
} from "./operations.ts";
import { type UsbipServerEvent, UsbipServerStream } from "./server-stream.ts";
import { encodeUrbReply, encodeUrbRequest, submitUrb } from "./urbs.ts";

const DEVICE: UsbipDevice = {
  path: "/sys/devices/platform/oathbed/usb1/1-1",
  busid: "1-1",
  busnum: 1,
  devnum: 2,
  speed: 2,
  vendorId: 0x1050,
  productId: 0x0407,
  bcdDevice: 0x0543,
  deviceClass: 0,
  deviceSubClass: 0,
  deviceProtocol: 0,
  configurationValue: 1,
  numConfigurations: 1,
  numInterfaces: 1,
};
const CCID = { interfaceClass: 0x0b, interfaceSubClass: 0, interfaceProtocol: 0 };
const ZEROS = "0000000000000000";
const DESCRIPTOR = "120100020000004050100704430501020001";

/** The computed examples of the USB/IP document, section 2. */
const GET_DESCRIPTOR = `00000001 00000001 00010002 00000001 00000000 00000200 00000040
  00000000 00000000 00000000 8006000100004000`;
const RET_DESCRIPTOR = `00000003 00000001 00000000 00000000 00000000 00000000 00000012
  00000000 00000000 00000000 ${ZEROS} ${DESCRIPTOR}`;
const RET_STALL = `00000003 00000005 00000000 00000000 00000000 FFFFFFE0 00000000
  00000000 00000000 00000000 ${ZEROS}`;
const UNLINK = `00000002 00000009 00010002 00000000 00000000 00000007 ${"00".repeat(24)}`;
const RET_UNLINK = `00000004 00000009 00000000 00000000 00000000 FFFFFF98 ${"00".repeat(24)}`;

const getDescriptor = submitUrb({
  seqnum: 1,
  devid: 0x0001_0002,
  direction: "in",
  endpoint: 0,
  transferFlags: 0x200,
  length: 64,
  setup: bytes("8006000100004000"),
});
const out = (data: Uint8Array, seqnum = 3) =>
  submitUrb({
    seqnum,
    devid: 0x0001_0002,
    direction: "out",
    endpoint: 2,
    length: data.length,
    data,
  });

const serve = (stream: UsbipServerStream, given: Uint8Array): UsbipServerEvent[] => {
  stream.push(given);
  const events: UsbipServerEvent[] = [];
  for (let event = stream.next(); event !== undefined; event = stream.next()) events.push(event);
  return events;
};
const imported = (maxTransferBytes?: number): UsbipServerStream => {
  const stream = new UsbipServerStream(maxTransferBytes);
  stream.imported();
  return stream;
};
const receive = (stream: UsbipClientStream, given: Uint8Array): UsbipClientEvent[] => {
  stream.push(given);
  const events: UsbipClientEvent[] = [];
  for (let event = stream.next(); event !== undefined; event = stream.next()) events.push(event);
  return events;
};
const client = (transfer?: AwaitedTransfer): UsbipClientStream => {
  const stream = new UsbipClientStream(() => transfer);
  receive(stream, encodeImportReply({ device: DEVICE }));
  return stream;
};

test("writes and reads the requests of the document", () => {
  const request = encodeImportRequest("1-1");
  expect(hex(request)).toBe(`0111800300000000312D31${"00".repeat(29)}`);
  expect(hex(encodeDevlistRequest())).toBe("0111800500000000");
  const stream = new UsbipServerStream();
  expect(serve(stream, concatBytes([encodeDevlistRequest(), request]))).toEqual([
    { kind: "devlist-request" },
    { kind: "import-request", busid: "1-1" },
  ]);
});

test("writes and reads the list of devices", () => {
  const devices = [{ device: DEVICE, interfaces: [CCID] }];
  const reply = encodeDevlistReply(devices);
  expect(reply).toHaveLength(8 + 4 + 312 + 4);
  expect(hex(reply.subarray(0, 12))).toBe("011100050000000000000001");
  expect(hex(reply.subarray(12 + 288))).toBe(
    "0000000100000002000000021050040705430000000101010B000000",
  );
  expect(receive(new UsbipClientStream(() => undefined), reply)).toEqual([
    { kind: "devlist", devices },
  ]);
  expect(() => encodeDevlistReply([{ device: DEVICE, interfaces: [] }])).toThrow(/^numInterfaces/);
});

test("writes and reads the answer to an import", () => {
  expect(encodeImportReply({ device: DEVICE })).toHaveLength(320);
  const stream = new UsbipClientStream(() => undefined);
  expect(receive(stream, encodeImportReply({ status: 2 }))).toEqual([
    { kind: "refused", status: 2 },
  ]);
  expect(receive(stream, encodeImportReply({ device: DEVICE }))).toEqual([
    { kind: "imported", device: DEVICE },
  ]);
});

test("writes and reads the URBs of the document", () => {
  const unlink = { kind: "unlink", seqnum: 9, devid: 0x0001_0002, unlinkSeqnum: 7 } as const;
  expect(encodeUrbRequest(getDescriptor)).toEqual(bytes(GET_DESCRIPTOR));
  expect(encodeUrbRequest(unlink)).toEqual(bytes(UNLINK));
  expect(serve(imported(), bytes(GET_DESCRIPTOR + UNLINK))).toEqual([getDescriptor, unlink]);
});

test("writes and reads the replies of the document", () => {
  const done = {
    kind: "ret-submit",
    seqnum: 1,
    status: 0,
    actualLength: 18,
    data: bytes(DESCRIPTOR),
  } as const;
  const stall = {
    kind: "ret-submit",
    seqnum: 5,
    status: URB_STATUS.stall,
    actualLength: 0,
    data: bytes(""),
  } as const;
  const unlinked = { kind: "ret-unlink", seqnum: 9, status: URB_STATUS.unlinked } as const;
  expect(encodeUrbReply(done)).toEqual(bytes(RET_DESCRIPTOR));
  expect(encodeUrbReply(stall)).toEqual(bytes(RET_STALL));
  expect(encodeUrbReply(unlinked)).toEqual(bytes(RET_UNLINK));
  const stream = client({ direction: "in", length: 64 });
  expect(receive(stream, bytes(RET_DESCRIPTOR + RET_STALL + RET_UNLINK))).toEqual([
    done,
    stall,
    unlinked,
  ]);
});

test("expects no data behind the reply to an out transfer", () => {
  const reply = {
    kind: "ret-submit",
    seqnum: 3,
    status: 0,
    actualLength: 12,
    data: bytes(""),
  } as const;
  const stream = client({ direction: "out", length: 12 });
  expect(receive(stream, concatBytes([encodeUrbReply(reply), bytes(RET_UNLINK)]))).toMatchObject([
    reply,
    { kind: "ret-unlink" },
  ]);
});

test("gives the same requests however the stream is cut", () => {
  const urb = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((data) => out(data)),
    fc.nat(70_000).map((length) => ({ ...getDescriptor, length })),
    fc.nat(1000).map((n) => ({ kind: "unlink" as const, seqnum: n, devid: 1, unlinkSeqnum: n })),
  );
  fc.assert(
    fc.property(fc.array(urb, { maxLength: 6 }), fc.array(fc.nat(100)), (urbs, cuts) => {
      const bytesOfAll = concatBytes(urbs.map(encodeUrbRequest));
      const stream = imported();
      const events = [];
      let from = 0;
      for (const cut of cuts) {
        events.push(...serve(stream, bytesOfAll.subarray(from, from + cut)));
        from += cut;
      }
      events.push(...serve(stream, bytesOfAll.subarray(from)));
      expect(events).toEqual(urbs);
      expect(stream.pendingBytes).toBe(0);
    }),
  );
});

test("gives a list of devices only when it is whole, byte by byte", () => {
  const devices = [DEVICE, { ...DEVICE, busid: "1-2", devnum: 3 }].map((device) => ({
    device,
    interfaces: [CCID],
  }));
  const stream = new UsbipClientStream(() => undefined);
  const reply = encodeDevlistReply(devices);
  const events = [...reply].map((byte) => receive(stream, Uint8Array.of(byte)));
  expect(events.slice(0, -1).every((each) => each.length === 0)).toBe(true);
  expect(events.at(-1)).toEqual([{ kind: "devlist", devices }]);
});

test("refuses isochronous transfers, skips their data, and goes on", () => {
  const iso = encodeUrbRequest({ ...out(bytes("AABBCC")), numberOfPackets: 2 });
  const stream = imported();
  const packets = new Uint8Array(2 * 16 - 1);
  expect(serve(stream, concatBytes([iso, packets]))).toEqual([{ kind: "isochronous", seqnum: 3 }]);
  expect(stream.pendingBytes).toBe(0);
  expect(serve(stream, concatBytes([bytes("00"), bytes(UNLINK)]))).toMatchObject([
    { kind: "unlink", seqnum: 9 },
  ]);
});

test("takes FFFFFFFF packets for none", () => {
  const urb = { ...getDescriptor, numberOfPackets: 0xffff_ffff };
  expect(serve(imported(), encodeUrbRequest(urb))).toEqual([urb]);
});

test.each([
  ["an operation of another version", () => new UsbipServerStream(), "0106800500000000"],
  ["an unknown operation", () => new UsbipServerStream(), "0111800400000000"],
  ["a reply", () => imported(), RET_UNLINK],
  ["endpoint 16", () => imported(), GET_DESCRIPTOR.replace("00000000", "00000010")],
  [
    "a transfer that is too long",
    () => imported(100),
    GET_DESCRIPTOR.replace("00000001 00000000", "00000000 00000000").replace(
      "00000040",
      "00000065",
    ),
  ],
  [
    "too many isochronous packets",
    () => imported(),
    GET_DESCRIPTOR.replace("00000000 00000000 00000000 8006", "00000000 00001000 00000000 8006"),
  ],
])("breaks off at %s, and reads nothing after it", (_, create, frame) => {
  const stream = create();
  expect(serve(stream, bytes(frame))).toMatchObject([{ kind: "malformed" }]);
  expect(serve(stream, bytes(UNLINK))).toEqual([]);
  expect(stream.pendingBytes).toBe(0);
});

test.each([
  ["a reply to nothing", undefined, RET_DESCRIPTOR],
  ["more data than asked for", { direction: "in", length: 17 } as const, RET_DESCRIPTOR],
  ["a request", { direction: "in", length: 64 } as const, GET_DESCRIPTOR],
])("breaks off at %s", (_, transfer, frame) => {
  const stream = client(transfer);
  expect(receive(stream, bytes(frame))).toMatchObject([{ kind: "malformed" }]);
  expect(receive(stream, bytes(RET_UNLINK))).toEqual([]);
});

test("breaks off at a list of more than 256 devices", () => {
  const stream = new UsbipClientStream(() => undefined);
  expect(receive(stream, bytes("0111000500000000 00000101"))).toMatchObject([
    { kind: "malformed" },
  ]);
});

test.each([
  ["busid", () => encodeImportRequest("")],
  ["busid", () => encodeImportRequest("x".repeat(32))],
  ["path", () => encodeImportReply({ device: { ...DEVICE, path: "x".repeat(256) } })],
  ["status", () => encodeImportReply({ status: 0 })],
  ["data", () => encodeUrbRequest({ ...out(bytes("AA")), length: 2 })],
  ["data", () => encodeUrbRequest({ ...getDescriptor, data: bytes("AA") })],
  ["endpoint", () => encodeUrbRequest({ ...getDescriptor, endpoint: 16 })],
])("writes no message whose %s does not fit", (field, write) => {
  expect(write).toThrow(new RegExp(`^${field} must be`));
});

test("names statuses, and prints others", () => {
  expect(describeUrbStatus(-32)).toBe("stall");
  expect(describeUrbStatus(-71)).toBe("-71");
});

test("shows messages by their fields, and data by its length or what is inside", () => {
  expect(formatDecoded(describeUsbipRequest(getDescriptor))).toBe(
    "submit seq=1 ep=0in length=64 setup=getDescriptor in device value=0x0100 index=0x0000 length=64",
  );
  expect(formatDecoded(describeUsbipRequest(out(bytes("AABB"))))).toBe(
    "submit seq=3 ep=2out length=2 data=<2 bytes>",
  );
  const inner = () => ({ name: "power-on", fields: [] });
  expect(formatDecoded(describeUsbipRequest(out(bytes("AABB")), inner))).toBe(
    "submit seq=3 ep=2out length=2 data=[power-on]",
  );
  const [reply] = receive(client({ direction: "in", length: 64 }), bytes(RET_DESCRIPTOR));
  if (reply === undefined) throw new Error("no reply");
  expect(formatDecoded(describeUsbipReply(reply))).toBe(
    "ret-submit seq=1 status=ok length=18 data=<18 bytes>",
  );
});
