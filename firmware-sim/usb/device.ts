// A USB device (USB 2.0, chapter 9): functions put together under one set of descriptors. The port
// in front of it (USB/IP) brings transfers; the functions behind it answer them.

import { assertWhole } from "../../core/wire/bytes.ts";
import { decodeSetup, type SetupPacket, USB_REQUESTS } from "../../core/wire/usb/setup.ts";
import {
  type ConfigurationDescriptor,
  type DeviceDescriptor,
  encodeConfigurationDescriptor,
  encodeDeviceDescriptor,
  type FunctionDescriptor,
} from "../../core/wire/usb-descriptors.ts";
import type { InEndpoint, OutEndpoint } from "./endpoint.ts";
import type { UsbFunction } from "./function.ts";
import { type RequestedDevice, standardRequest } from "./standard-requests.ts";
import {
  type ControlAnswer,
  done,
  type PendingTransfer,
  STALL,
  type TransferResult,
} from "./transfer.ts";

/** What a device says of itself. */
export interface UsbDeviceIdentity {
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
  readonly manufacturer: string;
  readonly product: string;
  /** Absent: no serial number. */
  readonly serialNumber?: string;
}

/** Full speed: 64-byte packets on endpoint 0. */
const MAX_PACKET_BYTES_0 = 64;
/** bmAttributes: bus-powered, no remote wakeup; and what a token draws at most. */
const ATTRIBUTES = 0x80;
const MAX_POWER_MA = 30;
/** Class, subclass and protocol of a device with interface associations. */
const ASSOCIATED = [0xef, 0x02, 0x01] as const;
const NOTHING_PENDING: PendingTransfer = { cancel: () => false };

/** A full-speed device with one configuration. */
export class UsbDevice {
  readonly descriptor: DeviceDescriptor;
  readonly configuration: ConfigurationDescriptor;
  readonly #functions: readonly UsbFunction[];
  /** The function of each interface. */
  readonly #interfaces: readonly UsbFunction[];
  readonly #in: ReadonlyMap<number, InEndpoint>;
  readonly #out: ReadonlyMap<number, OutEndpoint>;
  readonly #requested: RequestedDevice;
  #isConfigured = false;

  /** @throws {RangeError} when two functions have the same endpoint, or a field does not fit */
  constructor(identity: UsbDeviceIdentity, functions: readonly UsbFunction[]) {
    const strings: string[] = [];
    const stringIndex = (text: string): number => {
      const at = strings.indexOf(text);
      return at >= 0 ? at + 1 : strings.push(text);
    };
    this.#functions = functions;
    this.#interfaces = functions.flatMap((each) => Array(each.interfaceCount).fill(each));
    this.#in = joined(functions.map(({ inEndpoints }) => inEndpoints));
    this.#out = joined(functions.map(({ outEndpoints }) => outEndpoints));
    this.descriptor = describeDevice(identity, functions, stringIndex);
    const descriptors: FunctionDescriptor[] = [];
    let firstInterface = 0;
    for (const each of functions) {
      descriptors.push(...each.describe({ firstInterface, stringIndex }));
      firstInterface += each.interfaceCount;
    }
    this.configuration = {
      kind: "configuration",
      configurationValue: 1,
      configurationIndex: 0,
      attributes: ATTRIBUTES,
      maxPowerMa: MAX_POWER_MA,
      functions: descriptors,
    };
    this.#requested = this.#asRequested(strings);
  }

  /** Interfaces it has. */
  get interfaceCount(): number {
    return this.#interfaces.length;
  }

  /**
   * A control transfer; answered at once.
   *
   * @param setup 8 bytes
   * @param data data stage from the host; empty for requests in the other direction
   * @param length buffer of the host for the data stage, bytes: the answer is never longer
   */
  control(setup: Uint8Array, data: Uint8Array, length: number): TransferResult {
    const request = decodeSetup(setup);
    if (request.direction === "out" && data.length !== request.length) return STALL;
    const answer = this.#request(request, data);
    if (answer === "stall") return STALL;
    return done(
      request.direction === "in" ? answer.subarray(0, Math.min(length, request.length)) : undefined,
    );
  }

  /** Data for an OUT endpoint, by its number. */
  transferOut(endpoint: number, data: Uint8Array): TransferResult {
    const found = this.#isConfigured ? this.#out.get(endpoint) : undefined;
    return found === undefined ? STALL : found.transfer(data);
  }

  /**
   * Asks an IN endpoint, by its number, for up to `length` bytes. `ended` is called once: within
   * this call, or when there is data; never after `cancel` and `reset`.
   */
  transferIn(
    endpoint: number,
    length: number,
    ended: (result: TransferResult) => void,
  ): PendingTransfer {
    const found = this.#isConfigured ? this.#in.get(endpoint) : undefined;
    if (found !== undefined) return found.transfer(length, ended);
    ended(STALL);
    return NOTHING_PENDING;
  }

  /** Bus reset, or the host is gone: nothing is configured, transfers that wait are dropped. */
  reset(): void {
    this.#isConfigured = false;
    this.#resetEndpoints();
    for (const each of this.#functions) each.reset();
  }

  #request(setup: SetupPacket, data: Uint8Array): ControlAnswer {
    if (setup.class === "standard" && !isFunctionDescriptorRequest(setup)) {
      return standardRequest(this.#requested, setup);
    }
    // Descriptors of an interface may be read before the configuration is chosen.
    const isAllowed = this.#isConfigured || setup.class === "standard";
    if (setup.recipient !== "interface" || !isAllowed) return "stall";
    return this.#interfaces[setup.index & 0xff]?.control(setup, data) ?? "stall";
  }

  #setConfigured(isConfigured: boolean): void {
    this.#isConfigured = isConfigured;
    this.#resetEndpoints();
    if (isConfigured) for (const each of this.#functions) each.configured();
  }

  #resetEndpoints(): void {
    for (const endpoint of this.#in.values()) endpoint.reset();
    for (const endpoint of this.#out.values()) endpoint.reset();
  }

  #asRequested(strings: readonly string[]): RequestedDevice {
    const isConfigured = (): boolean => this.#isConfigured;
    return {
      deviceDescriptor: encodeDeviceDescriptor(this.descriptor),
      configurationDescriptor: encodeConfigurationDescriptor(this.configuration),
      strings,
      get isConfigured() {
        return isConfigured();
      },
      setConfigured: (wanted) => this.#setConfigured(wanted),
      hasInterface: (number) => number < this.#interfaces.length,
      endpoint: (address) =>
        (address & 0x80) !== 0 ? this.#in.get(address & 0x0f) : this.#out.get(address & 0x0f),
    };
  }
}

/** GET_DESCRIPTOR for an interface: HID's own descriptors. */
function isFunctionDescriptorRequest(setup: SetupPacket): boolean {
  return (
    setup.recipient === "interface" &&
    setup.direction === "in" &&
    setup.request === USB_REQUESTS.getDescriptor
  );
}

function describeDevice(
  identity: UsbDeviceIdentity,
  functions: readonly UsbFunction[],
  stringIndex: (text: string) => number,
): DeviceDescriptor {
  const { vendorId, productId, bcdDevice, manufacturer, product, serialNumber } = identity;
  const isAssociated = functions.some(({ interfaceCount }) => interfaceCount > 1);
  const [deviceClass, deviceSubClass, deviceProtocol] = isAssociated ? ASSOCIATED : [0, 0, 0];
  return {
    kind: "device",
    // Higher, and hosts ask for a BOS descriptor.
    bcdUsb: 0x0200,
    deviceClass,
    deviceSubClass,
    deviceProtocol,
    maxPacketBytes0: MAX_PACKET_BYTES_0,
    vendorId,
    productId,
    bcdDevice,
    manufacturerIndex: stringIndex(manufacturer),
    productIndex: stringIndex(product),
    serialIndex: serialNumber === undefined ? 0 : stringIndex(serialNumber),
    numConfigurations: 1,
  };
}

function joined<Endpoint>(
  maps: readonly ReadonlyMap<number, Endpoint>[],
): ReadonlyMap<number, Endpoint> {
  const all = new Map<number, Endpoint>();
  for (const [number, endpoint] of maps.flatMap((map) => [...map])) {
    assertWhole("endpoint", number, 1, 15);
    if (all.has(number)) throw new RangeError(`endpoint ${number} belongs to two functions`);
    all.set(number, endpoint);
  }
  return all;
}
