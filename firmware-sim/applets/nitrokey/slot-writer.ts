// Programming a slot of a Nitrokey Pro: name and secret come first, in chunks; then the command
// that writes them (HID document, B2).

import {
  NITROKEY_CHUNK_BYTES,
  NITROKEY_STATUS,
  type NitrokeyCommand,
} from "../../../core/wire/hid-reports.ts";
import type { NitrokeyAnswer } from "./codes.ts";
import { type NitrokeyStore, slotKindOf } from "./store.ts";

const NAME_BYTES = 15;
const SECRET_BYTES = 40;

/** What was sent of a slot, until it is written. */
export class SlotWriter {
  readonly #store: NitrokeyStore;
  #name = "";
  #secret = new Uint8Array(SECRET_BYTES);

  constructor(store: NitrokeyStore) {
    this.#store = store;
  }

  /** Takes a chunk of the name or the secret; the answer repeats it. */
  take(command: Extract<NitrokeyCommand, { kind: "send-otp-data" }>): NitrokeyAnswer {
    const { dataType, chunk, data } = command;
    if (dataType === "name") {
      const field = data.subarray(0, NAME_BYTES);
      const end = field.indexOf(0);
      const text = Buffer.from(end < 0 ? field : field.subarray(0, end)).toString("utf8");
      // Bytes that are no UTF-8 read as a longer text: the name must fit when it is read again.
      if (Buffer.byteLength(text) > NAME_BYTES) return { status: NITROKEY_STATUS.noName };
      this.#name = text;
    } else {
      const at = chunk * NITROKEY_CHUNK_BYTES;
      if (at >= SECRET_BYTES) return { status: NITROKEY_STATUS.notSupported };
      if (chunk === 0) this.#secret.fill(0);
      this.#secret.set(data.subarray(0, SECRET_BYTES - at), at);
    }
    return { status: NITROKEY_STATUS.ok, payload: data };
  }

  /** Writes the slot, and forgets what was sent. @throws {PowerFailure} */
  write(command: Extract<NitrokeyCommand, { kind: "write-to-slot" }>): NitrokeyAnswer {
    const { slot, counterOrInterval, config, tokenId } = command;
    const kind = slotKindOf(slot);
    if (kind === undefined) return { status: NITROKEY_STATUS.wrongSlot };
    if (this.#name === "") return { status: NITROKEY_STATUS.noName };
    // There is no time step of 0 seconds, and no text longer than its field.
    const isStep = kind === "hotp" || counterOrInterval > 0n;
    if (!isStep || Buffer.byteLength(tokenId) > MAX_TOKEN_ID_BYTES) {
      return { status: NITROKEY_STATUS.notSupported };
    }
    const [name, secret] = [this.#name, this.#secret];
    this.#name = "";
    this.#secret = new Uint8Array(SECRET_BYTES);
    this.#store.writeSlot(slot, { name, secret, config, tokenId, counterOrInterval });
    return { status: NITROKEY_STATUS.ok };
  }
}

const MAX_TOKEN_ID_BYTES = 13;
