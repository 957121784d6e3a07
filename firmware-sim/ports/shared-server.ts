// USB/IP servers that the tokens of one process share: one an address, open while a token uses it.

import { USBIP_PORT } from "../../core/wire/usbip.ts";
import { LOOPBACK } from "./loopback.ts";
import { openUsbipServer, type UsbipServer, type UsbipServerOptions } from "./usbip-server.ts";

interface Shared {
  readonly server: Promise<UsbipServer>;
  users: number;
}

const servers = new Map<string, Shared>();

/**
 * The server of an address, opened by its first user, whose options it keeps. Port 0 is an address
 * like others: all who ask for it share one port. Dispose of what is returned once.
 *
 * @throws {PortError} when it cannot be opened
 */
export async function shareUsbipServer(
  options: UsbipServerOptions,
): Promise<{ readonly server: UsbipServer; release(): Promise<void> }> {
  const key = `${options.host ?? LOOPBACK}:${options.port ?? USBIP_PORT}`;
  const shared = servers.get(key) ?? { server: openUsbipServer(options), users: 0 };
  servers.set(key, shared);
  shared.users++;
  const release = async (): Promise<void> => {
    shared.users--;
    if (shared.users > 0) return;
    servers.delete(key);
    await (await shared.server)[Symbol.asyncDispose]();
  };
  try {
    return { server: await shared.server, release };
  } catch (error) {
    servers.delete(key);
    throw error;
  }
}
