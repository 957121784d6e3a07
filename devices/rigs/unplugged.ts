// The port of an emulated token that was unplugged.

import { DeviceError } from "../errors.ts";

/** What opening it ends with. */
export function unplugged(): DeviceError {
  return new DeviceError("not-found", "the token is not connected", {
    hint: "connect it again: the rig can",
  });
}
