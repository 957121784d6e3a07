import { expect, test } from "vitest";
import { failure } from "../testing/contract-bench.ts";
import { formatReaderAddress, parseReaderAddress } from "./address.ts";
import type { PcscCard } from "./package.ts";
import { PcscTransport } from "./pcsc-card.ts";
import { openError, transmitError } from "./pcsc-errors.ts";

const OK = Uint8Array.of(0x90, 0x00);
const APDU = Uint8Array.of(0, 0xa1, 0, 0);
const signal = (): AbortSignal => AbortSignal.timeout(5000);

function cardOf(transmit: PcscCard["transmit"]): PcscTransport {
  return new PcscTransport({ transmit, disconnect: () => {} }, "reader", { close: () => {} });
}

test.each(["Yubico YubiKey OTP+CCID 00 00", "Virtual PCD 00 00?shared", "odd?name"])(
  "%s is written as it is read",
  (text) => {
    expect(formatReaderAddress(parseReaderAddress(text))).toBe(text);
  },
);

test.each([
  ["PC/SC service not running", "no-access", /apt-get install pcscd/],
  ["Sharing violation", "no-access", /\?shared/],
  ["Unknown reader", "not-found", /devices list/],
  ["No smart card present", "not-found", /put the token in/],
  ["Card is unresponsive", "protocol", /take the token out/],
  ["Something new", "no-access", /put the token in/],
])("a card that does not open for %s is %s, with a remedy", (text, code, hint) => {
  const error = openError("reader", new Error(text));
  expect(error.code).toBe(code);
  expect(error.hint).toMatch(hint);
});

test.each([
  ["Card was removed", "disconnected"],
  ["Card was reset", "disconnected"],
  ["Reader unavailable", "disconnected"],
  ["Card is not connected", "disconnected"],
  ["Communication error", "disconnected"],
  ["Insufficient buffer", "protocol"],
])("%s in the middle is %s", (text, code) => {
  expect(transmitError(new Error(text)).code).toBe(code);
});

test.each([0, 1, 3])(
  "a command of %i bytes is refused before a reader waits for it",
  async (length) => {
    let sent = 0;
    const card = cardOf(async () => {
      sent++;
      return OK;
    });
    const code = await failure(card.transmit(new Uint8Array(length), signal()));
    expect(code).toBe("not-supported");
    expect(sent).toBe(0);
    expect(await card.transmit(APDU, signal())).toEqual(OK);
  },
);

test("a card that was removed has gone, then and later, and says so once", async () => {
  const card = cardOf(async () => {
    throw new Error("Card was removed");
  });
  const gone: string[] = [];
  card.onGone((error) => gone.push(error.code));
  expect(await failure(card.transmit(APDU, signal()))).toBe("disconnected");
  expect(await failure(card.transmit(APDU, signal()))).toBe("disconnected");
  expect(gone).toEqual(["disconnected"]);
});

test("a card whose answer is no byte at all has gone: pcscd says so of one pulled out", async () => {
  const card = cardOf(async () => new Uint8Array(0));
  expect(await failure(card.transmit(APDU, signal()))).toBe("disconnected");
});

test("gives up at once; the next command waits until the card is done, the answer is its own", async () => {
  const answers: ((answer: Uint8Array) => void)[] = [];
  const card = cardOf(() => new Promise((resolve) => answers.push(resolve)));
  const controller = new AbortController();
  const first = card.transmit(APDU, controller.signal);
  await new Promise(setImmediate);
  controller.abort(new Error("given up"));
  await expect(first).rejects.toThrow("given up");
  const second = card.transmit(APDU, signal());
  await new Promise(setImmediate);
  expect(answers).toHaveLength(1);
  answers[0]?.(Uint8Array.of(0x6f, 0x00));
  await new Promise(setImmediate);
  answers[1]?.(OK);
  expect(await second).toEqual(OK);
});

test("closing tells nobody that the card has gone, and may be done twice", async () => {
  let closings = 0;
  const native: PcscCard = { transmit: async () => OK, disconnect: () => {} };
  const card = new PcscTransport(native, "reader", { close: () => closings++ });
  const gone: string[] = [];
  card.onGone((error) => gone.push(error.code));
  await card[Symbol.asyncDispose]();
  await card[Symbol.asyncDispose]();
  expect([closings, gone]).toEqual([1, []]);
  expect(await failure(card.transmit(APDU, signal()))).toBe("closed");
});
