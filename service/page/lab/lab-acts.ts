// The token panel, the mailbox and the clock, as routes.

import type { Visit } from "../console.ts";
import type {
  CodeClock,
  FobClock,
  FobSecret,
  Fobs,
  Mailbox,
  NamedFob,
  SetClock,
} from "../contract.ts";
import { PageRefusal } from "../refusal.ts";
import type { FobShelf } from "./fobs.ts";
import { codeClockView, setCodeClock } from "./lab.ts";

/** What the displays show. */
export async function listFobs(visit: Visit): Promise<Fobs> {
  return shown(visit, shelfOf(visit));
}

/** A secret typed in, or a QR code scanned. */
export async function scanFob(visit: Visit, { fob, secret }: FobSecret): Promise<Fobs> {
  const shelf = shelfOf(visit);
  shelf.provision(fob, secret);
  return shown(visit, shelf);
}

/** Puts a fob's clock ahead, or lets it run away. */
export async function setFobClock(visit: Visit, wanted: FobClock): Promise<Fobs> {
  const shelf = shelfOf(visit);
  shelf.setClock(wanted);
  return shown(visit, shelf);
}

/** A fob that lost its secret. */
export async function clearFob(visit: Visit, { fob }: NamedFob): Promise<Fobs> {
  const shelf = shelfOf(visit);
  shelf.clear(fob);
  return shown(visit, shelf);
}

/** The messages that were "sent". */
export async function readMail({ console, atUs }: Visit): Promise<Mailbox> {
  const { mailbox } = console.lab;
  if (mailbox === null) throw new PageRefusal("lab-absent");
  return { messages: mailbox.list(atUs) };
}

/** The clock of codes. */
export async function setClock({ console }: Visit, wanted: SetClock): Promise<CodeClock> {
  const { clock } = console.lab;
  setCodeClock(clock, wanted);
  return codeClockView(console.codeClock, clock);
}

function shelfOf({ console }: Visit): FobShelf {
  const { fobs } = console.lab;
  if (fobs === null) throw new PageRefusal("lab-absent");
  return fobs;
}

function shown({ console }: Visit, shelf: FobShelf): Fobs {
  const codeClock = codeClockView(console.codeClock, console.lab.clock);
  return { fobs: shelf.list(), codeClock };
}
