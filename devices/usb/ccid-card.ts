// The card in a token's CCID interface as a transport of APDUs.

import {
  CCID_ERRORS,
  type CcidAnswer,
  type CcidStatus,
  decodeCcidNotice,
  describeCcidError,
} from "../../core/wire/ccid.ts";
import { abortable } from "../abortable.ts";
import { DeviceError } from "../errors.ts";
import type { RawCcid } from "../raw.ts";
import type { ApduTransport } from "../ykoath/transport.ts";
import { type CcidInterface, ccidInterfaceOf } from "./ccid-interface.ts";
import { CcidPipe } from "./ccid-pipe.ts";
import { rawCcid } from "./ccid-raw.ts";
import { readConfiguration } from "./control-requests.ts";
import type { UsbTransport } from "./usb-transport.ts";

/** Bytes of a notice of one slot, and of a hardware error. */
const NOTICE_BYTES = 8;
/** How long a card may take to be switched off when it is closed, milliseconds. */
const POWER_OFF_MS = 300;

/**
 * Claims the CCID interface and powers the card on. Takes the transport over, also when it fails.
 *
 * @throws {DeviceError} not-supported, no-access, protocol, disconnected
 */
export async function openCcidCard(
  transport: UsbTransport,
  signal: AbortSignal,
): Promise<ApduTransport> {
  try {
    const reading = readConfiguration((setup) => transport.control(setup));
    const configuration = await abortable(reading, signal);
    const ccid = ccidInterfaceOf(configuration);
    const { configurationValue } = configuration;
    await abortable(transport.claim(configurationValue, ccid.interfaceNumber), signal);
    const pipe = new CcidPipe(transport, ccid);
    assertDone(await pipe.exchange({ kind: "power-on", powerSelect: 0 }, signal));
    return new CcidCard(transport, ccid, pipe);
  } catch (error) {
    await transport[Symbol.asyncDispose]();
    throw error;
  }
}

class CcidCard implements ApduTransport {
  readonly product: string;
  readonly maxCommandBytes: number;
  readonly ccid: RawCcid;
  readonly #transport: UsbTransport;
  readonly #pipe: CcidPipe;
  #ended: DeviceError | undefined;
  #isBusy = false;
  #onGone: (error: DeviceError) => void = () => {};

  constructor(transport: UsbTransport, ccid: CcidInterface, pipe: CcidPipe) {
    this.#transport = transport;
    this.#pipe = pipe;
    this.product = transport.identity.product;
    this.maxCommandBytes = ccid.maxCommandBytes;
    this.ccid = rawCcid(transport, ccid, (signal) => pipe.receive(signal));
    transport.onGone((error) => this.#end(error));
    if (ccid.interruptIn !== undefined) void this.#watch(ccid.interruptIn);
  }

  async transmit(apdu: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    if (this.#ended !== undefined) throw this.#ended;
    this.#isBusy = true;
    try {
      const order = { kind: "transfer", bwi: 0, level: 0, data: apdu } as const;
      const answer = await this.#pipe.exchange(order, signal);
      assertDone(answer);
      if (answer.kind === "data-block" && answer.chain === 0) return answer.data;
      throw new DeviceError("protocol", "the reader does not answer with a whole APDU");
    } catch (error) {
      // A card that was taken out is gone, whatever the reader calls it.
      if (error instanceof DeviceError && error.code === "disconnected") this.#end(error);
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  onGone(listener: (error: DeviceError) => void): void {
    this.#onGone = listener;
    if (this.#ended !== undefined) listener(this.#ended);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#onGone = () => {};
    if (this.#ended === undefined && !this.#isBusy) {
      // Best effort: a reader that is closed powers off by itself, too.
      const signal = AbortSignal.timeout(POWER_OFF_MS);
      await this.#pipe.exchange({ kind: "power-off" }, signal).catch(() => {});
    }
    this.#ended ??= new DeviceError("closed", "the device was closed");
    await this.#transport[Symbol.asyncDispose]();
  }

  #end(error: DeviceError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#onGone(error);
  }

  /** Hears the card being taken out. Ends with the transport. */
  async #watch(endpoint: number): Promise<void> {
    try {
      while (this.#ended === undefined) {
        const notice = decodeCcidNotice(await this.#transport.transferIn(endpoint, NOTICE_BYTES));
        const isOut = notice.kind === "slot-change" && notice.slots[0]?.present === false;
        if (isOut) this.#end(removed());
      }
    } catch {
      // Without notices the next command finds out.
    }
  }
}

/** @throws {DeviceError} when the reader says that the command failed */
function assertDone({ status }: CcidAnswer): void {
  if (status.command !== "failed") return;
  throw status.icc === "absent" ? removed() : failure(status);
}

function failure(status: CcidStatus & { readonly command: "failed" }): DeviceError {
  const isMute = status.error === CCID_ERRORS.iccMute || status.error === CCID_ERRORS.hardware;
  return new DeviceError(
    "protocol",
    `the card does not answer: ${describeCcidError(status.error)}`,
    {
      hint: isMute ? "plug the token in again" : "try again",
    },
  );
}

function removed(): DeviceError {
  return new DeviceError("disconnected", "the card was taken out", {
    hint: "put it in and open it again",
  });
}
