// The virtual driver: a software token in this process, living in real time. Suites and the demo
// open subjects instead (devices/sources.ts), which put the same token into simulated time.

import type { Device } from "./device.ts";
import type { Driver } from "./driver.ts";
import { DeviceError } from "./errors.ts";
import { tokenInWorld, VIRTUAL_MODELS } from "./rigs/emulated-token.ts";
import { RealTimeWorld } from "./rigs/world.ts";
import { openVirtualDevice, VirtualLink } from "./virtual.ts";

/** @see Driver */
export const virtualDriver: Driver = {
  name: "virtual",
  summary: "software tokens in this process; nothing to plug in",
  health: async () => ({ state: "ready", detail: "needs nothing" }),
  list: async () =>
    VIRTUAL_MODELS.map(({ name, summary }) => ({ address: name, description: summary })),
  open: async (address, { log = () => {} } = {}): Promise<Device> => {
    const { token } = tokenInWorld(modelNamed(address), {}, new RealTimeWorld());
    const link = new VirtualLink();
    return openVirtualDevice({
      token,
      link,
      driver: "virtual",
      address: `virtual:${address}`,
      log,
    });
  },
};

function modelNamed(address: string): string {
  if (VIRTUAL_MODELS.some(({ name }) => name === address)) return address;
  const names = VIRTUAL_MODELS.map(({ name }) => name).join(", ");
  throw new DeviceError("not-found", `there is no virtual token "${address.slice(0, 100)}"`, {
    hint: `there are ${names}`,
  });
}
