// APDUs in wire logs: which applet an APDU belongs to, and its fields as that applet's decoder
// shows them. Data of applets not known here shows by its length alone.

import { CHAINING_BIT, type CommandApdu, decodeCommandApdu, decodeResponseApdu } from "./apdu.ts";
import { hexNumber, sameBytes } from "./bytes.ts";
import {
  type DecodedField,
  type DecodedFrame,
  field,
  hexField,
  hiddenField,
  type WireDirection,
} from "./decoded.ts";
import { describeOtpCommand, OTP_PAYLOAD_BYTES, type OtpCommand } from "./hid-otp.ts";
import { describeStatusWord } from "./status-words.ts";
import {
  describeYkoathCommand,
  describeYkoathResponse,
  MANAGEMENT_AID,
  OTP_AID,
  YKOATH_AID,
  YKOATH_INS,
} from "./ykoath.ts";

/** READ CONFIG of the management applet. */
const INS_READ_CONFIG = 0x1d;
/** In the OTP applet: slot commands and status. */
const INS_SLOT = 0x01;
const INS_STATUS = 0x03;

/** Longest AID (ISO 7816-4 §8.2.1.2). */
const MAX_AID_BYTES = 16;

type Applet = "oath" | "management" | "otp" | "other";

/** The log of one card: remembers the applet that was selected. Before that it expects OATH. */
export class ApduLog {
  #applet: Applet = "oath";
  #command: CommandApdu | undefined;

  /** An APDU by its fields; bytes that are none by their length. */
  describe(direction: WireDirection, bytes: Uint8Array): DecodedFrame {
    return direction === "to-token" ? this.#describeCommand(bytes) : this.#describeResponse(bytes);
  }

  /** Forgets the applet: the card lost its power. */
  reset(): void {
    this.#applet = "oath";
    this.#command = undefined;
  }

  #describeCommand(bytes: Uint8Array): DecodedFrame {
    const result = decodeCommandApdu(bytes);
    if (result.kind === "malformed") return damaged(bytes, result.problem);
    const { command } = result;
    this.#command = command;
    const { cla, ins, p1, data } = command;
    if ((cla & CHAINING_BIT) !== 0) return generic("chained part", command);
    if (ins === YKOATH_INS.select && p1 === 4) {
      this.#applet = appletOf(data);
      // Longer than any AID: it may be anything.
      const aid = data.length > MAX_AID_BYTES ? hiddenField("aid", data) : hexField("aid", data);
      return { name: "SELECT", fields: [field("applet", this.#applet), aid] };
    }
    switch (this.#applet) {
      case "oath":
        return describeYkoathCommand(command);
      case "management":
        return ins === INS_READ_CONFIG
          ? { name: "READ CONFIG", fields: [field("page", p1)] }
          : generic("command", command);
      case "otp":
        return ins === INS_SLOT && data.length <= OTP_PAYLOAD_BYTES
          ? describeOtpCommand(slotCommandOf(command))
          : generic("command", command);
      case "other":
        return generic("command", command);
    }
  }

  #describeResponse(bytes: Uint8Array): DecodedFrame {
    const result = decodeResponseApdu(bytes);
    if (result.kind === "malformed") return damaged(bytes, result.problem);
    const { response } = result;
    if (this.#applet === "oath") return describeYkoathResponse(response);
    const status = field("sw", describeStatusWord(response.sw));
    if (response.data.length === 0) return { name: "answer", fields: [status] };
    const data = this.#isShown()
      ? hexField("data", response.data)
      : hiddenField("data", response.data);
    return { name: "answer", fields: [data, status] };
  }

  /** Whether the answer to the last command is known to hold no secret. */
  #isShown(): boolean {
    const ins = this.#command?.ins;
    if (this.#applet === "management") {
      return ins === INS_READ_CONFIG || ins === YKOATH_INS.select;
    }
    return this.#applet === "otp" && (ins === INS_STATUS || ins === YKOATH_INS.select);
  }
}

function appletOf(aid: Uint8Array): Applet {
  if (sameBytes(aid.subarray(0, YKOATH_AID.length), YKOATH_AID)) return "oath";
  if (sameBytes(aid, MANAGEMENT_AID)) return "management";
  return sameBytes(aid, OTP_AID) ? "otp" : "other";
}

function slotCommandOf({ p1, data }: CommandApdu): OtpCommand {
  const payload = new Uint8Array(OTP_PAYLOAD_BYTES);
  payload.set(data);
  return { slot: p1, payload };
}

function generic(name: string, command: CommandApdu): DecodedFrame {
  const { cla, ins, p1, p2, data } = command;
  const fields: DecodedField[] = Object.entries({ cla, ins, p1, p2 }).map(([each, value]) =>
    field(each, hexNumber(value)),
  );
  if (data.length > 0) fields.push(hiddenField("data", data));
  return { name, fields };
}

function damaged(bytes: Uint8Array, problem: string): DecodedFrame {
  return { name: "apdu", fields: [hiddenField("bytes", bytes), field("problem", problem)] };
}
