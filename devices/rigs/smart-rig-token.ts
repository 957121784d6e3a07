// A smart token as the rig handles it: it has a button but no display, and a clock only where its
// model has one.

import type { SmartToken } from "../../firmware-sim/applets/smart-token.ts";
import type { RigToken } from "./emulated-rig.ts";

/** @see RigToken */
export function smartRigToken(token: SmartToken): RigToken {
  return {
    powerOff: () => token.powerOff(),
    powerOn: () => token.powerOn(),
    pressButton: () => token.press(),
    setTemperature: (celsius) => token.clock?.setTemperature(celsius),
    damageCredential: (name) => token.damageCredential(name),
    failWrite: (afterWrites, progress) => token.failWrite(afterWrites, progress),
    displayText: () => "",
    offsetUs: () => token.clock?.offsetUs() ?? 0,
    ratePpm: () => token.clock?.ratePpm() ?? 0,
    get powered() {
      return token.powered;
    },
  };
}
