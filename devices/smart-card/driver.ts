// The smart-card driver: tokens with an OATH applet through the platform's PC/SC (pcscd on Linux,
// built in on macOS and Windows).

import type { Device, OperationOptions } from "../device.ts";
import type { Driver, DriverHealth, Found, OpenOptions } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import { OperationQueue } from "../operation-queue.ts";
import { openYkoathDevice, type YkoathOpenOptions } from "../ykoath/device.ts";
import { formatReaderAddress, parseReaderAddress } from "./address.ts";
import { loadSmartcard } from "./package.ts";
import { openPcscCard } from "./pcsc-card.ts";
import { openError } from "./pcsc-errors.ts";

const NAME = "smart-card";
const LIST_TIMEOUT_MS = 10_000;
/** A card that was off needs a second or two. */
const OPEN_TIMEOUT_MS = 10_000;

/** @see Driver */
export const smartCardDriver: Driver = {
  name: NAME,
  summary: "tokens with an OATH applet in a smart-card reader, or on USB with pcscd (PC/SC)",
  health,
  list,
  open: (address, options) => openSmartCard(address, options),
};

/**
 * Opens the token in a reader.
 *
 * @param text the reader's name, with `?shared` behind it to share the card
 * @throws {DeviceError} missing-package, no-access, not-found, not-supported, timed-out, protocol
 */
export async function openSmartCard(
  text: string,
  options: OpenOptions & Pick<YkoathOpenOptions, "clock"> = {},
): Promise<Device> {
  const address = parseReaderAddress(text);
  const queue = new OperationQueue(OPEN_TIMEOUT_MS);
  const card = await queue.run("open", options, (signal) => openPcscCard(address, signal));
  return openYkoathDevice(card, {
    ...options,
    driver: NAME,
    address: formatReaderAddress(address),
  });
}

async function health(): Promise<DriverHealth> {
  try {
    const readers = await readersWithState();
    const count = readers.length === 1 ? "1 reader" : `${readers.length} readers`;
    return { state: "ready", detail: `the smart-card service runs, with ${count}` };
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return { state: "unavailable", detail: error.message, remedy: error.hint };
  }
}

/** Every reader. One without a card says so. @throws {DeviceError} missing-package, no-access */
async function list(options: OperationOptions = {}): Promise<readonly Found[]> {
  const queue = new OperationQueue(LIST_TIMEOUT_MS);
  return queue.run("list readers", options, async () => {
    const readers = await readersWithState();
    return readers.map(({ name, hasCard }) => ({
      address: name,
      description: hasCard ? "card in it" : "empty reader",
      ...(hasCard ? {} : { problem: "there is no card in it" }),
    }));
  });
}

async function readersWithState(): Promise<
  readonly { readonly name: string; readonly hasCard: boolean }[]
> {
  const pcsc = await loadSmartcard();
  try {
    const context = new pcsc.Context();
    try {
      return context.listReaders().map(({ name, state }) => ({
        name,
        hasCard: (state & pcsc.SCARD_STATE_PRESENT) !== 0,
      }));
    } finally {
      context.close();
    }
  } catch (cause) {
    throw openError("list readers", cause);
  }
}
