// What sits behind the ports of an emulated token: applications on a card, and HID applications.
// Neither knows which port it is behind: CCID over USB/IP, vpcd, uhid and memory carry the same.

import type { CommandApdu, ResponseApdu } from "../../core/wire/apdu.ts";

/** An answer that is there at once, or comes when the button was touched or the wait ran out. */
export type Eventually<T> = T | Promise<T>;

/**
 * An application on a card (ISO 7816-4 §8.2). The card around it matches AIDs, joins chained
 * commands and cuts long answers; applications see whole commands and give whole answers.
 */
export interface CardApplication {
  /** Selected by this AID, and by longer ones that begin with it. 5 to 16 bytes. */
  readonly aid: Uint8Array;
  /** Whether commands in parts (CLA bit 0x10) are taken; where not, they are answered 6884. */
  readonly takesChainedCommands: boolean;
  /** The instruction that fetches the next part of a long answer: A5 of OATH, C0 of others. */
  readonly moreDataInstruction: number;
  /** Most bytes of one response to a short command; the rest follows after 61xx. */
  readonly responseBytes: number;
  /** Where a long answer may be cut: anywhere, or between its objects (TLVs) only. */
  readonly cutsAnswers: "anywhere" | "between-objects";
  /** Begins a session: what an earlier one had proven is forgotten. */
  select(): ResponseApdu;
  /**
   * Answers a command; a status word is the answer to anything wrong.
   *
   * @throws {PowerFailure} (or rejects with it) when power failed in a write to memory; nothing
   * else
   */
  transmit(command: CommandApdu): Eventually<ResponseApdu>;
  /** Ends the wait for a touch that `transmit` is in: the host went on to another command. */
  cancel(): void;
  /** Power is off, or the card was reset: the session is gone, what is stored is not. */
  reset(): void;
}

/** A card as a port sees it: bytes in, bytes out. Implemented by SmartCard (card.ts). */
export interface Card {
  /**
   * Answer to reset. `contact` for readers and USB, `contactless` for NFC readers: hosts tell the
   * two by it (YKOATH document, section 2).
   */
  atr(by: CardInterface): Uint8Array;
  /**
   * Answers a raw command APDU with a raw response: data, then the two bytes of the status word.
   * A promise means that the card waits for a touch: the port keeps the host patient (CCID time
   * extension) until it resolves, at most TOUCH_TIMEOUT_MS of the token's clock later. It never
   * rejects, whatever the bytes are. A command that comes while another waits ends that wait.
   * Without power everything is answered 6F00; a port shows an empty slot instead, where it can.
   */
  transmit(apdu: Uint8Array): Eventually<Uint8Array>;
  /** Power cycle or warm reset of the card: no application is selected, nothing is proven. */
  reset(): void;
}

/** How a card is reached. */
export type CardInterface = "contact" | "contactless";

/** An application behind a HID interface. Reports carry no report id: the token has only id 0. */
export interface HidApplication {
  /** Bytes of a feature report: 8 for OTP slots, 64 for a Nitrokey Pro. */
  readonly featureReportBytes: number;
  /** SET_REPORT (feature). Reports of another size are ignored, as the hardware does. */
  setFeatureReport(report: Uint8Array): void;
  /** GET_REPORT (feature): never waits; what takes time is polled. */
  getFeatureReport(): Uint8Array;
  /**
   * Takes the next input report for the interrupt endpoint: keys being typed, 8 bytes each.
   * Undefined when there is none: the endpoint stays pending.
   */
  takeInputReport(): Uint8Array | undefined;
  /** Calls `listener` whenever input reports become available. Returns how to stop that. */
  onInput(listener: () => void): () => void;
  /** USB reset or power off: frames under way are gone. */
  reset(): void;
}
