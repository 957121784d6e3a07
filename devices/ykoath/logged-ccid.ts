// CCID messages sent as they are, in the wire log.

import { createWireDecoder } from "../../core/wire/decode.ts";
import type { WireLog } from "../driver.ts";
import type { RawCcid } from "../raw.ts";

/** The same channel; what goes over it is told to `log`, secrets replaced. */
export function loggedCcid(ccid: RawCcid, log: WireLog): RawCcid {
  const decode = createWireDecoder("ccid");
  const write = (direction: "to-token" | "from-token", bytes: Uint8Array): void => {
    for (const text of decode(direction, bytes)) log({ direction, text });
  };
  return {
    maxMessageBytes: ccid.maxMessageBytes,
    send: (bytes, signal) => {
      write("to-token", bytes);
      return ccid.send(bytes, signal);
    },
    receive: async (signal) => {
      const message = await ccid.receive(signal);
      write("from-token", message);
      return message;
    },
    abort: (slot, sequence, signal) => {
      log({ direction: "to-token", text: `control: abort slot=${slot} seq=${sequence}` });
      return ccid.abort(slot, sequence, signal);
    },
  };
}
