// The CCID function (CCID document, sections 1, 3 and 6): one interface, a bulk endpoint in each
// direction, and an interrupt endpoint that says when the card comes and goes.

import type { Clock } from "../../core/time/clock.ts";
import {
  CcidAssembler,
  type CcidClassDescriptor,
  encodeCcidNotice,
  YUBIKEY5_CCID_DESCRIPTOR,
} from "../../core/wire/ccid.ts";
import { CCID_REQUESTS, type SetupPacket } from "../../core/wire/usb/setup.ts";
import { type FunctionDescriptor, USB_CLASSES } from "../../core/wire/usb-descriptors.ts";
import type { Card } from "../applets/applet.ts";
import { CcidSlot } from "./ccid-slot.ts";
import { InEndpoint, OutEndpoint } from "./endpoint.ts";
import type { FunctionPlace, UsbFunction } from "./function.ts";
import { MessageSource } from "./sources.ts";
import { type ControlAnswer, NO_DATA } from "./transfer.ts";

/** wMaxPacketSize of bulk endpoints at full speed. */
const BULK_PACKET_BYTES = 64;
const INTERRUPT_PACKET_BYTES = 8;
const INTERRUPT_INTERVAL_MS = 32;

/** Numbers of its endpoints. */
export interface CcidEndpoints {
  readonly bulk: number;
  /** Absent: the host polls for the card (CanoKey). */
  readonly interrupt?: number;
}

/** As on a YubiKey. */
export const CCID_ENDPOINTS: CcidEndpoints = { bulk: 2, interrupt: 3 };

/** @see CcidFunction */
export interface CcidFunctionOptions {
  readonly card: Card;
  /** The host's time, for time extensions. */
  readonly clock: Clock;
  /** Text of the interface's string; absent: none. Hosts may put it into the reader's name. */
  readonly interfaceName?: string;
  readonly descriptor?: CcidClassDescriptor;
  readonly endpoints?: CcidEndpoints;
}

/** A card reader with its card in it. */
export class CcidFunction implements UsbFunction {
  readonly interfaceCount = 1;
  readonly inEndpoints: ReadonlyMap<number, InEndpoint>;
  readonly outEndpoints: ReadonlyMap<number, OutEndpoint>;
  readonly #descriptor: CcidClassDescriptor;
  readonly #endpoints: CcidEndpoints;
  readonly #interfaceName: string | undefined;
  readonly #slot: CcidSlot;
  readonly #assembler: CcidAssembler;
  readonly #answers = new MessageSource(BULK_PACKET_BYTES);
  readonly #bulkIn = new InEndpoint(this.#answers);
  readonly #notices = new MessageSource(INTERRUPT_PACKET_BYTES);
  readonly #interrupt = new InEndpoint(this.#notices);

  constructor(options: CcidFunctionOptions) {
    const { card, clock, descriptor = YUBIKEY5_CCID_DESCRIPTOR } = options;
    this.#descriptor = descriptor;
    this.#endpoints = options.endpoints ?? CCID_ENDPOINTS;
    this.#interfaceName = options.interfaceName;
    this.#slot = new CcidSlot({
      card,
      clock,
      descriptor,
      send: (answer) => {
        this.#answers.push(answer);
        this.#bulkIn.dataArrived();
      },
    });
    this.#assembler = new CcidAssembler(descriptor.maxMessageBytes);
    const bulkOut = new OutEndpoint(
      (data) => {
        for (const event of this.#assembler.feed(data)) this.#slot.receive(event);
        return "taken";
      },
      () => this.#assembler.reset(),
    );
    const { bulk, interrupt } = this.#endpoints;
    this.outEndpoints = new Map([[bulk, bulkOut]]);
    this.inEndpoints = new Map([[bulk, this.#bulkIn]]);
    if (interrupt !== undefined) {
      this.inEndpoints = new Map([...this.inEndpoints, [interrupt, this.#interrupt]]);
    }
  }

  /** Puts the card in or takes it out, as a hand or a power failure of the token does. */
  setCardPresent(isPresent: boolean): void {
    if (isPresent === this.#slot.isPresent) return;
    this.#slot.setPresent(isPresent);
    this.#notify();
  }

  describe({ firstInterface, stringIndex }: FunctionPlace): readonly FunctionDescriptor[] {
    const { bulk, interrupt } = this.#endpoints;
    const name = this.#interfaceName;
    const endpoint = { kind: "endpoint", interval: 0, maxPacketBytes: BULK_PACKET_BYTES } as const;
    const descriptors: FunctionDescriptor[] = [
      {
        kind: "interface",
        interfaceNumber: firstInterface,
        alternateSetting: 0,
        numEndpoints: interrupt === undefined ? 2 : 3,
        interfaceClass: USB_CLASSES.ccid,
        interfaceSubClass: 0,
        interfaceProtocol: 0,
        interfaceIndex: name === undefined ? 0 : stringIndex(name),
      },
      this.#descriptor,
      { ...endpoint, address: bulk, transferType: "bulk" },
      { ...endpoint, address: 0x80 | bulk, transferType: "bulk" },
    ];
    if (interrupt === undefined) return descriptors;
    descriptors.push({
      kind: "endpoint",
      address: 0x80 | interrupt,
      transferType: "interrupt",
      maxPacketBytes: INTERRUPT_PACKET_BYTES,
      interval: INTERRUPT_INTERVAL_MS,
    });
    return descriptors;
  }

  control(setup: SetupPacket): ControlAnswer {
    if (setup.class !== "class") return "stall";
    switch (setup.request) {
      case CCID_REQUESTS.abort:
        if (setup.direction !== "out" || setup.length !== 0) return "stall";
        if (!this.#slot.abort(setup.value & 0xff, setup.value >> 8)) return "stall";
        // A host that lost its place begins anew.
        this.#assembler.reset();
        return NO_DATA;
      case CCID_REQUESTS.getClockFrequencies: {
        const { numClockSupported, defaultClockKhz } = this.#descriptor;
        return numbers(setup, numClockSupported, defaultClockKhz);
      }
      case CCID_REQUESTS.getDataRates: {
        const { numDataRatesSupported, dataRateBps } = this.#descriptor;
        return numbers(setup, numDataRatesSupported, dataRateBps);
      }
      default:
        return "stall";
    }
  }

  configured(): void {
    this.#slot.reset();
    this.#notify();
  }

  reset(): void {
    this.#slot.reset();
  }

  #notify(): void {
    const slots = [{ present: this.#slot.isPresent, changed: true }];
    // Only the last one counts.
    this.#notices.clear();
    this.#notices.push(encodeCcidNotice({ kind: "slot-change", slots }));
    this.#interrupt.dataArrived();
  }
}

/** As many numbers of 32 bits as the descriptor says, all of the one value there is. */
function numbers(setup: SetupPacket, count: number, value: number): ControlAnswer {
  if (setup.direction !== "in" || count === 0) return "stall";
  return new Uint8Array(Uint32Array.from({ length: count }, () => value).buffer);
}
