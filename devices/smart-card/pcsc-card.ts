// A card in a PC/SC reader as a transport of APDUs.

import { encodeCommandApdu } from "../../core/wire/apdu.ts";
import { encodeYkoathRequest, YKOATH_AID } from "../../core/wire/ykoath.ts";
import { abortable } from "../abortable.ts";
import { DeviceError } from "../errors.ts";
import type { ApduTransport } from "../ykoath/transport.ts";
import type { ReaderAddress } from "./address.ts";
import { loadSmartcard, type PcscCard, type SmartcardPackage } from "./package.ts";
import { openError, transmitError } from "./pcsc-errors.ts";

/** Longest answer taken: an extended response APDU. */
const MAX_RESPONSE_BYTES = 0x1_0000 + 2;
/** Longest command given to a reader: what a YubiKey 5 takes. */
const MAX_COMMAND_BYTES = 3072;
/** How long a card may take to be locked when it is closed, milliseconds. */
const LOCK_MS = 300;

/** CLA, INS, P1, P2. */
const HEADER_BYTES = 4;

/** Readers wait for ever for what is no command; vpcd takes a single byte for a power switch. */
function noHeader(): DeviceError {
  return new DeviceError("not-supported", "PC/SC carries no command shorter than its header", {
    hint: "send CLA, INS, P1 and P2 at least",
  });
}

/**
 * Connects to the card in a reader, which is then powered and reset.
 *
 * @throws {DeviceError} missing-package, not-found, no-access, protocol
 */
export async function openPcscCard(
  address: ReaderAddress,
  signal: AbortSignal,
): Promise<ApduTransport> {
  const pcsc = await loadSmartcard();
  const what = `reader "${address.reader}"`;
  try {
    const context = new pcsc.Context();
    const reader = context.listReaders().find(({ name }) => name === address.reader);
    if (reader === undefined) throw new Error("Unknown reader");
    const share = address.isShared ? pcsc.SCARD_SHARE_SHARED : pcsc.SCARD_SHARE_EXCLUSIVE;
    const connecting = reader.connect(share, pcsc.SCARD_PROTOCOL_T0 | pcsc.SCARD_PROTOCOL_T1);
    // One that comes too late is let go.
    const card = await abortable(connecting, signal).catch((error: unknown) => {
      void connecting.then(
        (late) => late.disconnect(pcsc.SCARD_LEAVE_CARD),
        () => {},
      );
      throw error;
    });
    return new PcscTransport(card, address.reader, {
      close: () => closed(context, card, pcsc),
    });
  } catch (error) {
    if (signal.aborted || error instanceof DeviceError) throw error;
    throw openError(what, error);
  }
}

function closed(
  context: { close(): void },
  card: PcscCard,
  { SCARD_LEAVE_CARD }: SmartcardPackage,
): void {
  try {
    // Not a reset: it would block this process, and a card of this process with it.
    card.disconnect(SCARD_LEAVE_CARD);
    context.close();
  } catch {
    // A card that has gone needs no goodbye.
  }
}

/** @see ApduTransport */
export class PcscTransport implements ApduTransport {
  readonly product: string;
  readonly maxCommandBytes: number = MAX_COMMAND_BYTES;
  readonly #card: PcscCard;
  readonly #close: () => void;
  #ended: DeviceError | undefined;
  #isClosed = false;
  /** Resolves when the command under way, given up or not, is done. */
  #busy: Promise<unknown> = Promise.resolve();
  #onGone: (error: DeviceError) => void = () => {};

  /** @param product the reader's name */
  constructor(card: PcscCard, product: string, options: { readonly close: () => void }) {
    this.#card = card;
    this.product = product;
    this.#close = options.close;
  }

  async transmit(apdu: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    if (apdu.length < HEADER_BYTES) throw noHeader();
    // PC/SC cannot call a command off: the next one waits until the card is done with it.
    await abortable(this.#busy, signal);
    if (this.#ended !== undefined) throw this.#ended;
    const command = Buffer.from(apdu);
    const answering = this.#card.transmit(command, { maxRecvLength: MAX_RESPONSE_BYTES });
    this.#busy = answering.then(
      () => {},
      () => {},
    );
    const answer = answering.then(assertAnswered).catch((cause: unknown) => {
      const error = transmitError(cause);
      if (error.code === "disconnected") this.#end(error);
      throw error;
    });
    return new Uint8Array(await abortable(answer, signal));
  }

  onGone(listener: (error: DeviceError) => void): void {
    this.#onGone = listener;
    if (this.#ended !== undefined) listener(this.#ended);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onGone = () => {};
    await this.#lock();
    this.#end(new DeviceError("closed", "the device was closed"));
    this.#close();
  }

  /** Begins a session that nobody uses: what was proven with a password is forgotten. */
  async #lock(): Promise<void> {
    if (this.#ended !== undefined) return;
    const select = encodeCommandApdu(encodeYkoathRequest({ kind: "select", aid: YKOATH_AID }));
    await this.transmit(select, AbortSignal.timeout(LOCK_MS)).catch(() => {});
  }

  #end(error: DeviceError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#onGone(error);
  }
}

/** pcscd calls it a success, without any bytes, when a card vanishes in the middle of a command. */
function assertAnswered(answer: Uint8Array): Uint8Array {
  if (answer.length === 0) throw new Error("Card was removed");
  return answer;
}
