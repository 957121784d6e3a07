// The tokens that stay on this side of the guest: a YubiKey 5 for ykman, and a serial token with a
// clock of its own, each with its rig on a control socket.

import { serveControl } from "../../../devices/control/server.ts";
import type { Rig } from "../../../devices/rig.ts";
import { RealTimeWorld } from "../../../devices/rigs/world.ts";
import { plugIn } from "../testing/lab-token.ts";
import { SerialUsbToken } from "./serial-token.ts";

/** Where the guest finds them; it reaches this host's loopback. */
export interface HostTokens extends AsyncDisposable {
  /** USB/IP servers and control sockets, in the order in which guest.sh takes them. */
  readonly ports: readonly number[];
}

/** Serial number of the YubiKey. */
export const HOST_KEY_SERIAL = 4242;

/** Starts them. */
export async function startHostTokens(): Promise<HostTokens> {
  const disposables = new AsyncDisposableStack();
  // Real time, which a reader needs that is kept waiting; the rig can make it jump.
  const key = disposables.use(
    await plugIn({
      profile: "yubikey5",
      kind: "usbip",
      port: 0,
      serial: HOST_KEY_SERIAL,
      touch: "button",
      world: new RealTimeWorld(),
    }),
  );
  const serial = disposables.use(await SerialUsbToken.start(0, new RealTimeWorld()));
  const control = async (rig: Rig): Promise<number> => {
    const endpoint = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;
    const server = disposables.use(await serveControl({ rig, endpoint, time: "real" }));
    return server.endpoint.kind === "tcp" ? server.endpoint.port : 0;
  };
  const ports = [
    portOf(key.attachment.address),
    portOf(serial.address),
    await control(key.rig),
    await control(serial.rig),
  ];
  return { ports, [Symbol.asyncDispose]: () => disposables.disposeAsync() };
}

function portOf(address: string): number {
  return Number(/:(\d+)\//.exec(address)?.[1]);
}
