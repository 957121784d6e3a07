// Started by tokens.ts: emulates tokens on a USB/IP server, tells when the first one is ready and,
// when it is asked, what many of them need.

import { SystemClock } from "../../core/time/system-clock.ts";
import { openUsbipServer } from "../../firmware-sim/ports/usbip-server.ts";
import { createTokenDevice } from "../../firmware-sim/usb/token-device.ts";
import { benchToken, cardOf } from "./exchange.ts";

const MEBIBYTE = 1024 * 1024;

const tell = (message: object): void => {
  process.send?.(message);
};

const server = await openUsbipServer({ port: 0 });
let tokens = 0;

function add(): void {
  const token = benchToken(tokens++);
  const { otpKeyboard } = token;
  const parts = {
    card: cardOf(token),
    ...(otpKeyboard === undefined ? {} : { otpKeyboard }),
  };
  server.add(createTokenDevice(token.info.usb, parts, new SystemClock()));
}

add();
process.on("message", (count: number) => {
  while (tokens < count) add();
  tell({ tokens, mebibytes: process.memoryUsage().rss / MEBIBYTE });
});
process.on("disconnect", () => process.exit());
tell({ ready: true });
