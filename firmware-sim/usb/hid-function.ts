// A HID function (HID 1.11, chapter 7; HID document, A1 and B1): a report descriptor, feature
// reports over the control pipe, and an interrupt endpoint on which keyboards type.

import {
  HID_REPORT_TYPES,
  HID_REQUESTS,
  type SetupPacket,
  USB_REQUESTS,
} from "../../core/wire/usb/setup.ts";
import {
  DESCRIPTOR_TYPES,
  encodeFunctionDescriptor,
  type FunctionDescriptor,
  type HidDescriptor,
  USB_CLASSES,
} from "../../core/wire/usb-descriptors.ts";
import type { HidApplication } from "../applets/applet.ts";
import { InEndpoint, type OutEndpoint } from "./endpoint.ts";
import type { FunctionPlace, UsbFunction } from "./function.ts";
import { type ControlAnswer, done, NO_DATA } from "./transfer.ts";

/** bInterfaceSubClass and bInterfaceProtocol of a boot keyboard. */
const BOOT_KEYBOARD = [1, 1] as const;
const NO_BOOT = [0, 0] as const;
const INTERVAL_MS = 10;
/** SET_PROTOCOL: 0 boot, 1 report. Keyboards of tokens send the same reports in both. */
const REPORT_PROTOCOL = 1;

/** @see HidFunction */
export interface HidFunctionOptions {
  readonly application: HidApplication;
  readonly reportDescriptor: Uint8Array;
  /** Whether it is a boot keyboard: 8-byte input reports, LEDs as output report. */
  readonly isKeyboard: boolean;
  /** Bytes of an input report. */
  readonly inputReportBytes: number;
  /** Number of its interrupt endpoint. */
  readonly endpoint: number;
  /** Text of the interface's string; absent: none. */
  readonly interfaceName?: string;
}

/** One HID interface. */
export class HidFunction implements UsbFunction {
  readonly interfaceCount = 1;
  readonly inEndpoints: ReadonlyMap<number, InEndpoint>;
  readonly outEndpoints: ReadonlyMap<number, OutEndpoint> = new Map<number, OutEndpoint>();
  readonly #options: HidFunctionOptions;
  readonly #hid: HidDescriptor;
  readonly #interrupt: InEndpoint;
  #lastInput: Uint8Array;
  /** Idle rate in units of 4 ms; kept, not acted upon: reports are sent when something changes. */
  #idleRate = 0;
  #protocol = REPORT_PROTOCOL;

  constructor(options: HidFunctionOptions) {
    const { application, reportDescriptor, inputReportBytes } = options;
    this.#options = options;
    this.#lastInput = new Uint8Array(inputReportBytes);
    this.#hid = {
      kind: "hid",
      bcdHid: 0x0110,
      countryCode: 0,
      reportDescriptorBytes: reportDescriptor.length,
    };
    this.#interrupt = new InEndpoint({
      take: (length) => this.#takeInput(length),
      // Keys that wait stay: a host that begins to read gets them.
      clear: () => {},
    });
    this.inEndpoints = new Map([[options.endpoint, this.#interrupt]]);
    application.onInput(() => this.#interrupt.dataArrived());
  }

  describe({ firstInterface, stringIndex }: FunctionPlace): readonly FunctionDescriptor[] {
    const { isKeyboard, inputReportBytes, endpoint, interfaceName } = this.#options;
    const [interfaceSubClass, interfaceProtocol] = isKeyboard ? BOOT_KEYBOARD : NO_BOOT;
    return [
      {
        kind: "interface",
        interfaceNumber: firstInterface,
        alternateSetting: 0,
        numEndpoints: 1,
        interfaceClass: USB_CLASSES.hid,
        interfaceSubClass,
        interfaceProtocol,
        interfaceIndex: interfaceName === undefined ? 0 : stringIndex(interfaceName),
      },
      this.#hid,
      {
        kind: "endpoint",
        address: 0x80 | endpoint,
        transferType: "interrupt",
        maxPacketBytes: inputReportBytes,
        interval: INTERVAL_MS,
      },
    ];
  }

  control(setup: SetupPacket, data: Uint8Array): ControlAnswer {
    if (setup.class === "standard") return this.#descriptor(setup);
    if (setup.class !== "class") return "stall";
    return setup.direction === "in" ? this.#get(setup) : this.#set(setup, data);
  }

  configured(): void {
    this.#interrupt.dataArrived();
  }

  reset(): void {
    this.#idleRate = 0;
    this.#protocol = REPORT_PROTOCOL;
    this.#lastInput = new Uint8Array(this.#options.inputReportBytes);
    this.#options.application.reset();
  }

  #descriptor(setup: SetupPacket): ControlAnswer {
    if (setup.request !== USB_REQUESTS.getDescriptor) return "stall";
    switch (setup.value) {
      case DESCRIPTOR_TYPES.hidReport << 8:
        return this.#options.reportDescriptor;
      case DESCRIPTOR_TYPES.classSpecific << 8:
        return encodeFunctionDescriptor(this.#hid);
      default:
        return "stall";
    }
  }

  #get(setup: SetupPacket): ControlAnswer {
    switch (setup.request) {
      case HID_REQUESTS.getReport:
        return this.#getReport(setup.value);
      case HID_REQUESTS.getIdle:
        return Uint8Array.of(this.#idleRate);
      case HID_REQUESTS.getProtocol:
        return this.#options.isKeyboard ? Uint8Array.of(this.#protocol) : "stall";
      default:
        return "stall";
    }
  }

  #set(setup: SetupPacket, data: Uint8Array): ControlAnswer {
    switch (setup.request) {
      case HID_REQUESTS.setReport:
        return this.#setReport(setup.value, data);
      case HID_REQUESTS.setIdle:
        if (data.length !== 0) return "stall";
        this.#idleRate = setup.value >> 8;
        return NO_DATA;
      case HID_REQUESTS.setProtocol:
        if (!this.#options.isKeyboard || setup.value > 1 || data.length !== 0) return "stall";
        this.#protocol = setup.value;
        return NO_DATA;
      default:
        return "stall";
    }
  }

  /** wValue is report type and id; tokens have reports without an id only. */
  #getReport(value: number): ControlAnswer {
    switch (value) {
      case HID_REPORT_TYPES.feature << 8:
        return this.#options.application.getFeatureReport();
      case HID_REPORT_TYPES.input << 8:
        return this.#lastInput;
      default:
        return "stall";
    }
  }

  #setReport(value: number, data: Uint8Array): ControlAnswer {
    switch (value) {
      case HID_REPORT_TYPES.feature << 8:
        this.#options.application.setFeatureReport(data);
        return NO_DATA;
      case HID_REPORT_TYPES.output << 8:
        // LEDs of a keyboard; the output report of others means nothing to their application.
        return NO_DATA;
      default:
        return "stall";
    }
  }

  #takeInput(length: number): ReturnType<typeof done> | undefined {
    const report = this.#options.application.takeInputReport();
    if (report === undefined) return undefined;
    this.#lastInput = report;
    return report.length <= length ? done(report) : { kind: "overflow" };
  }
}
