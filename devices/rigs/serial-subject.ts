// An emulated token on a pseudo-terminal, opened by the serial driver like any other port.

import { openSubject } from "../open-subject.ts";
import { parseSerialAddress } from "../serial/address.ts";
import { openSerialDevice } from "../serial/serial-device.ts";
import type { Subject, SubjectOptions } from "../subject.ts";
import { statedPpmOf } from "./emulated-token.ts";
import { startSerialToken } from "./serial-token.ts";
import { unplugged } from "./unplugged.ts";

/**
 * Starts a token with a shell of its own on a port of its own.
 *
 * @throws {DeviceError} unsupported-platform, missing-package
 * @throws {RangeError} naming an option that is out of range
 */
export async function openSerialSubject(name: string, options: SubjectOptions): Promise<Subject> {
  const token = await startSerialToken(options);
  return openSubject({
    name,
    driver: "serial",
    rig: token.rig,
    summary: token.description,
    statedPpm: statedPpmOf(options),
    open: async (log) => {
      const { path } = token;
      if (path === undefined) throw unplugged();
      return openSerialDevice(parseSerialAddress(path), { log });
    },
    close: () => Promise.resolve(token[Symbol.asyncDispose]()),
  });
}
