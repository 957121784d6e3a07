// Message types, states and errors of USB CCID (CCID document, section 4; USB-IF CCID rev 1.1 §6).

/** Bytes in front of every bulk message. */
export const CCID_HEADER_BYTES = 10;
/** dwMaxCCIDMessageLength of a YubiKey 5, header included. */
export const CCID_MESSAGE_BYTES = 3072;

/** Messages from the host, PC_to_RDR_…, by their bMessageType. */
export const CCID_COMMAND_TYPES = {
  "set-parameters": 0x61,
  "power-on": 0x62,
  "power-off": 0x63,
  "get-slot-status": 0x65,
  secure: 0x69,
  "t0-apdu": 0x6a,
  escape: 0x6b,
  "get-parameters": 0x6c,
  "reset-parameters": 0x6d,
  "icc-clock": 0x6e,
  transfer: 0x6f,
  mechanical: 0x71,
  abort: 0x72,
  "set-data-rate": 0x73,
} as const;

/** Name of a message from the host; `transfer` is XfrBlock. */
export type CcidCommandKind = keyof typeof CCID_COMMAND_TYPES;

/** Messages from the reader, RDR_to_PC_…, by their bMessageType. */
export const CCID_ANSWER_TYPES = {
  "data-block": 0x80,
  "slot-status": 0x81,
  parameters: 0x82,
  escape: 0x83,
  "data-rate": 0x84,
} as const;

/** Name of a message from the reader. */
export type CcidAnswerKind = keyof typeof CCID_ANSWER_TYPES;

/** bmICCStatus: a card that is powered, one that is not, or none. */
export type IccState = "active" | "inactive" | "absent";

/** bmICCStatus 0, 1, 2. */
export const ICC_STATES: readonly IccState[] = ["active", "inactive", "absent"];

/** bClockStatus 0 to 3. */
export type ClockState = "running" | "stopped-low" | "stopped-high" | "stopped";

/** bClockStatus 0, 1, 2, 3. */
export const CLOCK_STATES: readonly ClockState[] = [
  "running",
  "stopped-low",
  "stopped-high",
  "stopped",
];

/** bError of a failed command; 0x01 to 0x7F is the offset of the header byte that is wrong. */
export const CCID_ERRORS = {
  notSupported: 0x00,
  badLength: 0x01,
  badSlot: 0x05,
  badPowerSelect: 0x07,
  badLevel: 0x08,
  slotBusy: 0xe0,
  pinCancelled: 0xef,
  pinTimeout: 0xf0,
  busyWithAutoSequence: 0xf2,
  deactivatedProtocol: 0xf3,
  procedureByteConflict: 0xf4,
  classNotSupported: 0xf5,
  protocolNotSupported: 0xf6,
  badAtrTck: 0xf7,
  badAtrTs: 0xf8,
  hardware: 0xfb,
  overrun: 0xfc,
  parity: 0xfd,
  iccMute: 0xfe,
  aborted: 0xff,
} as const;

/** Which message answers a command; unknown ones are answered by a slot status. */
export function ccidAnswerTo(kind: CcidCommandKind | "unknown"): CcidAnswerKind {
  switch (kind) {
    case "power-on":
    case "transfer":
    case "secure":
      return "data-block";
    case "get-parameters":
    case "reset-parameters":
    case "set-parameters":
      return "parameters";
    case "escape":
      return "escape";
    case "set-data-rate":
      return "data-rate";
    case "power-off":
    case "get-slot-status":
    case "icc-clock":
    case "t0-apdu":
    case "mechanical":
    case "abort":
    case "unknown":
      return "slot-status";
  }
}

/** The name of a bError, as in CCID_ERRORS, or the offset it names. */
export function describeCcidError(error: number): string {
  const found = Object.entries(CCID_ERRORS).find(([, code]) => code === error);
  if (found !== undefined) return found[0];
  return error >= 0x01 && error <= 0x7f ? `header byte ${error}` : `code ${error}`;
}
