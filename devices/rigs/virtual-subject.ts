// A virtual token with its rig, as a subject for suites, benches and the demo.

import { openSubject } from "../open-subject.ts";
import type { Rig } from "../rig.ts";
import type { Subject, SubjectOptions } from "../subject.ts";
import { openVirtualDevice, VirtualLink } from "../virtual.ts";
import { EmulatedRig } from "./emulated-rig.ts";
import { statedPpmOf, tokenInWorld } from "./emulated-token.ts";
import { unplugged } from "./unplugged.ts";

/** A token of this process, of the model `profileName`. */
export function openVirtualSubject(
  name: string,
  profileName: string,
  options: SubjectOptions,
): Subject {
  const { token, world, description } = tokenInWorld(profileName, options);
  const link = new VirtualLink();
  const rig: Rig = new EmulatedRig(token, world, {
    inject: (fault) => link.inject(fault),
    powerLost: () => link.cut(),
    powerBack: () => {
      link.reset();
      link.mend();
    },
    reconnect: async () => link.mend(),
    idle: async () => {},
  });
  return openSubject({
    name,
    driver: "virtual",
    rig,
    summary: description,
    statedPpm: statedPpmOf(options),
    open: (log) => {
      if (link.isCut) throw unplugged();
      const address = `virtual:${profileName}`;
      return openVirtualDevice({ token, link, driver: "virtual", address, log });
    },
    close: () => Promise.resolve(rig[Symbol.asyncDispose]()),
  });
}
