// The operator driver: a person, a scanner or a camera gives the codes.

import { SystemClock } from "../../core/time/system-clock.ts";
import type { Device } from "../device.ts";
import type { Driver, OpenOptions } from "../driver.ts";
import { formatOperatorAddress, parseOperatorAddress } from "./address.ts";
import { CodeFile } from "./code-file.ts";
import { FileDevice } from "./file-device.ts";
import { StreamTerminal } from "./stream-terminal.ts";
import { TerminalDevice } from "./terminal-device.ts";

/** @see Driver */
export const operatorDriver: Driver = {
  name: "operator",
  summary: "display tokens, phone apps, typing tokens: a person, scanner or camera gives the codes",
  health: async () => ({
    state: "ready",
    detail: process.stdin.isTTY ? "somebody sits at this terminal" : "answers come from a pipe",
  }),
  // Whoever sits there cannot be found, only asked.
  list: async () => [],
  open: async (address, options) => open(address, options ?? {}),
};

async function open(text: string, { log = () => {} }: OpenOptions): Promise<Device> {
  const address = parseOperatorAddress(text);
  const formatted = formatOperatorAddress(address);
  switch (address.kind) {
    case "file":
      return new FileDevice(await CodeFile.open(address.path), formatted, log);
    case "terminal": {
      const { stdin: input, stderr: output } = process;
      const terminal = new StreamTerminal({ input, output, clock: new SystemClock() });
      const { pngFile } = address;
      return new TerminalDevice({
        terminal,
        address: formatted,
        log,
        ...(pngFile === undefined ? {} : { pngFile }),
        onClose: () => terminal[Symbol.dispose](),
      });
    }
  }
}
