// CCID messages as they are, beside the commands of CcidPipe: for conformance cases.

import { CCID_REQUESTS } from "../../core/wire/usb-descriptors.ts";
import { abortable } from "../abortable.ts";
import type { RawCcid } from "../raw.ts";
import type { CcidInterface } from "./ccid-interface.ts";
import { UsbStall, type UsbTransport } from "./usb-transport.ts";

/** @param receive takes the next message of bulk-IN: the pipe reads it */
export function rawCcid(
  transport: UsbTransport,
  { bulkOut, interfaceNumber, maxMessageBytes }: CcidInterface,
  receive: (signal: AbortSignal) => Promise<Uint8Array>,
): RawCcid {
  return {
    maxMessageBytes,
    send: (bytes, signal) => abortable(transport.transferOut(bulkOut, bytes), signal),
    receive,
    abort: async (slot, sequence, signal) => {
      const setup = {
        direction: "out",
        class: "class",
        recipient: "interface",
        request: CCID_REQUESTS.abort,
        value: (sequence << 8) | slot,
        index: interfaceNumber,
        length: 0,
      } as const;
      try {
        await abortable(transport.control(setup), signal);
        return true;
      } catch (error) {
        if (error instanceof UsbStall) return false;
        throw error;
      }
    },
  };
}
