// For tests: frames that are right, of every protocol, for the fuzzer to damage.

import { encodeOtpFrame, encodeSlotConfig } from "../hid-otp.ts";
import { encodeNitrokeyCommand } from "../hid-reports.ts";
import {
  encodeDevlistReply,
  encodeDevlistRequest,
  encodeImportReply,
  encodeImportRequest,
  encodeUrbReply,
  encodeUrbRequest,
  submitUrb,
} from "../usbip.ts";
import { bytes, utf8 } from "./frames.ts";

const NAME = "41434D453A626F62";
/** Commands to the OATH applet, and the first part of a chain. */
export const COMMANDS: readonly Uint8Array[] = [
  `0001000022 7108${NAME} 73162108 3132333435363738393031323334353637383930`,
  `000100001E 7104686F7470 7310 1106 48656C6C6F21DEADBEEF00000000 7A0400000005`,
  `000100001A 710474657374 7310 2106 48656C6C6F21DEADBEEF00000000 7802`,
  `0003000033 731121331C8B1028EFF8D66FAE0E01A8F84F3D 7408AABBCCDDEEFF0011 75140BFC0F0D686750A45BBAA0B24D343B23509B8434`,
  `00A20001147108${NAME} 74080000000000000001`,
  "0005000006710161710162",
  "00A40400000007A0000005272101",
  "00A400010A74080000000000000001",
  "0004DEAD",
  "10010000057108414344",
].map(bytes);
/** Commands of single families: a Nitrokey 3's, a CanoKey's. */
export const VENDOR_COMMANDS: readonly Uint8Array[] = [
  "00B4000006800431323334",
  "00B300000A8004313233348102 3939",
  "00B1000009710161 7504000B8618",
  "00B5000003710161",
  "00B700000C 710161 83026D65 840178 8500",
  "000100001B 710161 7310 4206 3132333435363738393031323334 7804 83026D65",
  "0055000003710161",
].map(bytes);
/** Data of its answers. */
export const ANSWERS: readonly Uint8Array[] = [
  "7903050403 71080001020304050607 74081122334455667788 7B0101",
  `7209 21 ${NAME} 7205 11 686F7470`,
  "7104746573747605 06248E5A29 7106746F756368797C0106 7104686F74707701 06",
  "7605 0841397EEA",
  "7515 0875A48A19D4CBE100644E8AC1397EEA747A2D33AB",
].map(bytes);
/** Bulk-OUT messages. */
export const CCID_COMMANDS: readonly Uint8Array[] = [
  "62000000000004000000",
  "6F0C000000000500000000A4040007A0000005272101",
  "610700000000070100001110001500FE00",
].map(bytes);
/** Bulk-IN messages. */
export const CCID_ANSWERS: readonly Uint8Array[] = [
  "801100000000050000007903050403710800010203040506079000",
  "80000000000005800100",
  "8100000000000642FE00",
].map(bytes);
const DEVICE = {
  path: "/sys/1-1",
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
const CCID_INTERFACE = { interfaceClass: 0x0b, interfaceSubClass: 0, interfaceProtocol: 0 };
const URB = submitUrb({ seqnum: 1, devid: 0x1_0002, direction: "out", endpoint: 2, length: 10 });
/** Requests of a USB/IP client after an import. */
export const URBS: readonly Uint8Array[] = [
  encodeUrbRequest({ ...URB, data: bytes("62000000000004000000") }),
  encodeUrbRequest({ ...URB, direction: "in", endpoint: 0, length: 64 }),
  encodeUrbRequest({ kind: "unlink", seqnum: 9, devid: 0x1_0002, unlinkSeqnum: 1 }),
];
const RET = { kind: "ret-submit", seqnum: 1, status: 0, actualLength: 18 } as const;
/** Replies of a USB/IP server after an import. */
export const REPLIES: readonly Uint8Array[] = [
  encodeUrbReply({ ...RET, data: new Uint8Array(18) }),
  encodeUrbReply({ kind: "ret-unlink", seqnum: 9, status: -104 }),
];
/** Configurations, a device, a string and a line coding. */
export const DESCRIPTORS: readonly Uint8Array[] = [
  "09022200010100A032 09040000010301010009211001000122470007058103080 00A",
  "09022400010100A032 090400000102020000 0524001001 0524010001 04240202 0524060001",
  "120100020000004050100704430501020001",
  "0E03590075006200690063006F00",
  "00C20100000008",
].map(bytes);
/** A challenge for slot 2. */
export const OTP_FRAME: Uint8Array = encodeOtpFrame({
  slot: 0x38,
  payload: bytes("0000000000000001"),
});
/** Configuration of a HOTP slot. */
export const CONFIG: Uint8Array = encodeSlotConfig({
  fixed: bytes("E1C2"),
  uid: bytes("000102030405"),
  key: utf8("1234567890123456"),
  accessCode: new Uint8Array(6),
  extendedFlags: 4,
  ticketFlags: 0x60,
  configFlags: 2,
});
/** Commands to a Nitrokey Pro. */
export const NITROKEY: readonly Uint8Array[] = [
  encodeNitrokeyCommand({ kind: "set-time", mode: 1, timeSeconds: 59n }),
  encodeNitrokeyCommand({ kind: "read-slot", slot: 0x20 }),
];

/** The management applet's page of the YKOATH document, section 9. */
export const DEVICE_INFO: Uint8Array = bytes(
  "2B0102023F020400BC614E0302023F0401010503050403060200000701 0F0801000D02023F0E02023F0A0100",
);
/** What goes over a serial port, both ways. */
export const SHELL_TEXTS: readonly Uint8Array[] = [
  "key abcdefgh\n",
  "totp\n94287082\n$ ",
  "\x1b[32m\n$ ",
].map(utf8);

/** Requests of a USB/IP client before an import. */
export const OPERATIONS: readonly Uint8Array[] = [
  encodeDevlistRequest(),
  encodeImportRequest("1-1"),
];
/** Replies of a USB/IP server before an import. */
export const OPERATION_REPLIES: readonly Uint8Array[] = [
  encodeDevlistReply([{ device: DEVICE, interfaces: [CCID_INTERFACE] }]),
  encodeImportReply({ device: DEVICE }),
];
