// The CCID interface of a device: where it is, and what it takes (CCID document, sections 1, 2).

import { CCID_EXCHANGE_LEVELS } from "../../core/wire/ccid.ts";
import {
  type ConfigurationDescriptor,
  type EndpointDescriptor,
  USB_CLASSES,
} from "../../core/wire/usb-descriptors.ts";
import { DeviceError } from "../errors.ts";

/** Bits of dwFeatures with the exchange level. */
const LEVEL_MASK = 0x0007_0000;
const HEADER_BYTES = 10;
/** Longest command of short form. */
const SHORT_APDU_BYTES = 261;

/** A CCID interface. Endpoints are numbers without the direction bit. */
export interface CcidInterface {
  readonly interfaceNumber: number;
  readonly bulkOut: number;
  readonly bulkIn: number;
  /** Absent: the card cannot be heard coming and going. */
  readonly interruptIn?: number;
  /** dwMaxCCIDMessageLength. */
  readonly maxMessageBytes: number;
  /** Most bytes of a command APDU. */
  readonly maxCommandBytes: number;
}

/**
 * Finds the first CCID interface.
 *
 * @throws {DeviceError} not-supported when there is none, or it takes no whole APDUs
 */
export function ccidInterfaceOf({ functions }: ConfigurationDescriptor): CcidInterface {
  const at = functions.findIndex((each) => each.kind === "ccid");
  const owner = functions.slice(0, Math.max(at, 0)).findLast((each) => each.kind === "interface");
  const descriptor = functions[at];
  if (
    descriptor?.kind !== "ccid" ||
    owner?.kind !== "interface" ||
    !isReader(owner.interfaceClass)
  ) {
    throw lacking("has no smart-card interface (CCID)");
  }
  const next = functions.findIndex((each, index) => index > at && each.kind === "interface");
  const endpoints = functions
    .slice(at, next < 0 ? undefined : next)
    .filter((each): each is EndpointDescriptor => each.kind === "endpoint");
  const bulkOut = numberOf(endpoints, "bulk", "out");
  const bulkIn = numberOf(endpoints, "bulk", "in");
  if (bulkOut === undefined || bulkIn === undefined) throw lacking("has no bulk endpoints");
  const { features, maxMessageBytes } = descriptor;
  const level = features & LEVEL_MASK;
  const isExtended = (level & CCID_EXCHANGE_LEVELS.extendedApdu) !== 0;
  if (!isExtended && (level & CCID_EXCHANGE_LEVELS.shortApdu) === 0) {
    throw lacking("takes no whole APDUs: use the smart-card driver, which does T=1");
  }
  const longest = maxMessageBytes - HEADER_BYTES;
  const interruptIn = numberOf(endpoints, "interrupt", "in");
  return {
    interfaceNumber: owner.interfaceNumber,
    bulkOut,
    bulkIn,
    ...(interruptIn === undefined ? {} : { interruptIn }),
    maxMessageBytes,
    maxCommandBytes: isExtended ? longest : Math.min(longest, SHORT_APDU_BYTES),
  };
}

function isReader(interfaceClass: number): boolean {
  return interfaceClass === USB_CLASSES.ccid || interfaceClass === USB_CLASSES.vendor;
}

function numberOf(
  endpoints: readonly EndpointDescriptor[],
  transferType: EndpointDescriptor["transferType"],
  direction: "in" | "out",
): number | undefined {
  const bit = direction === "in" ? 0x80 : 0;
  const found = endpoints.find(
    (each) => each.transferType === transferType && (each.address & 0x80) === bit,
  );
  return found === undefined ? undefined : found.address & 0x0f;
}

function lacking(problem: string): DeviceError {
  return new DeviceError("not-supported", `the USB device ${problem}`, {
    hint: "see what is plugged in with: oathbed devices list",
  });
}
