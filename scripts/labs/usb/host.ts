// What the tests in the guest know of the tokens on the other side of its network.

import { connectRig } from "../../../devices/control/client.ts";
import type { Rig } from "../../../devices/rig.ts";
import { patience } from "../testing/patience.ts";

/** How the guest reaches its host's loopback. */
const HOST = "10.0.2.2";

/** Address of a device of the host's for `attachToKernel`. @param variable that has the port */
export function hostAddress(
  variable: "OATHBED_HOST_USBIP" | "OATHBED_HOST_SERIAL",
  busid: string,
): string {
  return `${HOST}:${process.env[variable]}/${busid}`;
}

/** The rig of a token of the host's, over its control socket. */
export function hostRig(variable: "OATHBED_CONTROL_KEY" | "OATHBED_CONTROL_SERIAL"): Promise<Rig> {
  const endpoint = { kind: "tcp", host: HOST, port: Number(process.env[variable]) } as const;
  return connectRig(endpoint, { timeoutMs: patience(5000) });
}
