// The CDC-ACM function (CDC 1.2, PSTN 1.2): a serial port in two interfaces. Line coding and the
// control lines are kept and told; the bytes go to whatever is behind, a line shell as a rule.

import { CDC_REQUESTS, type SetupPacket } from "../../core/wire/usb/setup.ts";
import {
  decodeLineCoding,
  encodeLineCoding,
  type FunctionDescriptor,
  type LineCoding,
  USB_CLASSES,
} from "../../core/wire/usb-descriptors.ts";
import { InEndpoint, OutEndpoint } from "./endpoint.ts";
import type { FunctionPlace, UsbFunction } from "./function.ts";
import { MessageSource, StreamSource } from "./sources.ts";
import { type ControlAnswer, NO_DATA } from "./transfer.ts";

/** bInterfaceSubClass: abstract control model. */
const SUBCLASS_ACM = 2;
/** bmCapabilities of the ACM descriptor: line coding, control lines, break. */
const ACM_CAPABILITIES = 0x06;
const BULK_PACKET_BYTES = 64;
const NOTICE_PACKET_BYTES = 16;
const NOTICE_INTERVAL_MS = 16;
/** SERIAL_STATE: DCD and DSR are on. */
const CARRIER = 0x03;

/** Numbers of its endpoints. */
export interface CdcEndpoints {
  readonly notice: number;
  readonly data: number;
}

/** None that a YubiKey's other functions have. */
export const CDC_ENDPOINTS: CdcEndpoints = { notice: 4, data: 5 };

/** The lines that a host sets. */
export interface ControlLines {
  readonly dtr: boolean;
  readonly rts: boolean;
}

/** @see CdcAcmFunction */
export interface CdcAcmFunctionOptions {
  /** Takes bytes from the host. */
  readonly receive: (bytes: Uint8Array) => void;
  /** Called when the host has set DTR and RTS, also to what they were. */
  readonly onLines?: (lines: ControlLines) => void;
  /** Text of the interface's string; absent: none. */
  readonly interfaceName?: string;
  readonly endpoints?: CdcEndpoints;
}

/** A serial port. */
export class CdcAcmFunction implements UsbFunction {
  readonly interfaceCount = 2;
  readonly inEndpoints: ReadonlyMap<number, InEndpoint>;
  readonly outEndpoints: ReadonlyMap<number, OutEndpoint>;
  readonly #options: CdcAcmFunctionOptions;
  readonly #endpoints: CdcEndpoints;
  readonly #data = new StreamSource();
  readonly #dataIn = new InEndpoint(this.#data);
  readonly #notices = new MessageSource(NOTICE_PACKET_BYTES);
  readonly #noticeIn = new InEndpoint(this.#notices);
  #firstInterface = 0;
  #coding: LineCoding = initialCoding();
  #lines: ControlLines = { dtr: false, rts: false };

  constructor(options: CdcAcmFunctionOptions) {
    this.#options = options;
    this.#endpoints = options.endpoints ?? CDC_ENDPOINTS;
    const { notice, data } = this.#endpoints;
    this.inEndpoints = new Map([
      [notice, this.#noticeIn],
      [data, this.#dataIn],
    ]);
    const dataOut = new OutEndpoint((bytes) => {
      options.receive(bytes);
      return "taken";
    });
    this.outEndpoints = new Map([[data, dataOut]]);
  }

  /** How the host has set the port. */
  get lineCoding(): LineCoding {
    return this.#coding;
  }

  get lines(): ControlLines {
    return this.#lines;
  }

  /** Bytes to the host; kept for a host that does not read, 128 KiB at most. */
  send(bytes: Uint8Array): void {
    this.#data.push(bytes);
    this.#dataIn.dataArrived();
  }

  describe({ firstInterface, stringIndex }: FunctionPlace): readonly FunctionDescriptor[] {
    this.#firstInterface = firstInterface;
    const { notice, data } = this.#endpoints;
    const name = this.#options.interfaceName;
    const dataInterface = firstInterface + 1;
    const common = { kind: "interface", alternateSetting: 0 } as const;
    const bulk = { kind: "endpoint", transferType: "bulk", interval: 0 } as const;
    return [
      {
        kind: "interface-association",
        firstInterface,
        interfaceCount: 2,
        functionClass: USB_CLASSES.cdcControl,
        functionSubClass: SUBCLASS_ACM,
        functionProtocol: 0,
        functionIndex: 0,
      },
      {
        ...common,
        interfaceNumber: firstInterface,
        numEndpoints: 1,
        interfaceClass: USB_CLASSES.cdcControl,
        interfaceSubClass: SUBCLASS_ACM,
        interfaceProtocol: 0,
        interfaceIndex: name === undefined ? 0 : stringIndex(name),
      },
      { kind: "cdc-header", bcdCdc: 0x0110 },
      { kind: "cdc-call-management", capabilities: 0, dataInterface },
      { kind: "cdc-acm", capabilities: ACM_CAPABILITIES },
      { kind: "cdc-union", controlInterface: firstInterface, subordinateInterface: dataInterface },
      {
        kind: "endpoint",
        address: 0x80 | notice,
        transferType: "interrupt",
        maxPacketBytes: NOTICE_PACKET_BYTES,
        interval: NOTICE_INTERVAL_MS,
      },
      {
        ...common,
        interfaceNumber: dataInterface,
        numEndpoints: 2,
        interfaceClass: USB_CLASSES.cdcData,
        interfaceSubClass: 0,
        interfaceProtocol: 0,
        interfaceIndex: 0,
      },
      { ...bulk, address: data, maxPacketBytes: BULK_PACKET_BYTES },
      { ...bulk, address: 0x80 | data, maxPacketBytes: BULK_PACKET_BYTES },
    ];
  }

  control(setup: SetupPacket, data: Uint8Array): ControlAnswer {
    const isMine = setup.class === "class" && setup.index === this.#firstInterface;
    if (!isMine) return "stall";
    switch (setup.request) {
      case CDC_REQUESTS.getLineCoding:
        return setup.direction === "in" ? encodeLineCoding(this.#coding) : "stall";
      case CDC_REQUESTS.setLineCoding: {
        const coding = decodeLineCoding(data);
        if (setup.direction !== "out" || coding.kind === "malformed") return "stall";
        this.#coding = coding;
        return NO_DATA;
      }
      case CDC_REQUESTS.setControlLineState:
        if (setup.direction !== "out" || data.length !== 0) return "stall";
        this.#setLines({ dtr: (setup.value & 1) !== 0, rts: (setup.value & 2) !== 0 });
        return NO_DATA;
      case CDC_REQUESTS.sendBreak:
        return setup.direction === "out" && data.length === 0 ? NO_DATA : "stall";
      default:
        return "stall";
    }
  }

  configured(): void {}

  reset(): void {
    this.#coding = initialCoding();
    if (this.#lines.dtr || this.#lines.rts) this.#setLines({ dtr: false, rts: false });
    this.#notices.clear();
  }

  /** DTR off: the host has closed the port, and what it did not read is not for the next one. */
  #setLines(lines: ControlLines): void {
    const before = this.#lines;
    this.#lines = lines;
    if (lines.dtr && !before.dtr) {
      this.#notices.push(serialState(this.#firstInterface, CARRIER));
      this.#noticeIn.dataArrived();
    } else if (before.dtr && !lines.dtr) {
      this.#data.clear();
      this.#notices.clear();
    }
    this.#options.onLines?.(lines);
  }
}

function initialCoding(): LineCoding {
  return { kind: "line-coding", baudRate: 9600, stopBits: 0, parity: 0, dataBits: 8 };
}

/** The SERIAL_STATE notification (PSTN 1.2 §6.5.4). */
function serialState(interfaceNumber: number, state: number): Uint8Array {
  return Uint8Array.of(0xa1, 0x20, 0, 0, interfaceNumber, 0, 2, 0, state, 0);
}
