// What this server offers to whoever opens the page.

import { PENDING_SECONDS } from "../iam/pending.ts";
import type { Visit } from "./console.ts";
import type { About } from "./contract.ts";

/** @see About */
export async function about({ console }: Visit): Promise<About> {
  const { version, iam, limits, lab, demo } = console;
  const { idleSeconds, sessionSeconds } = limits;
  return {
    version,
    devicesPerUser: iam.core.config.devicesPerUser,
    wizardSeconds: PENDING_SECONDS,
    idleSeconds,
    sessionSeconds,
    lab: {
      fobs: lab.fobs !== null,
      mailbox: lab.mailbox !== null,
      clock: lab.clock !== null,
    },
    demo,
  };
}
