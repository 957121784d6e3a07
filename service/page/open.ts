// Puts the page's server side together, over an IAM endpoint that is open.

import type { FastifyInstance } from "fastify";
import { SECOND_US } from "../../core/time/clock.ts";
import type { Iam } from "../iam/open.ts";
import type { ServiceClock, SettableClock } from "../settable-clock.ts";
import { loadPageAssets, type PageAssets } from "./assets.ts";
import type { Console } from "./console.ts";
import type { DemoPerson } from "./contract.ts";
import { pagePlugin } from "./http/plugin.ts";
import { FobShelf } from "./lab/fobs.ts";
import { TestMailbox } from "./lab/mailbox.ts";
import { decoyOf } from "./password-hash.ts";
import { Attempts } from "./sign-in/attempts.ts";
import { Gate } from "./sign-in/gate.ts";
import { People } from "./sign-in/people.ts";
import { SESSION_LIMITS, type SessionLimits, Sessions } from "./sign-in/sessions.ts";

/** @see mountPage */
export interface PageOptions {
  readonly iam: Iam;
  /** Of sessions, throttles and dates: the computer's. */
  readonly clock: ServiceClock;
  /** Of codes: the service's, which test mode moves. */
  readonly codeClock: ServiceClock;
  /** Version of oathbed. */
  readonly version: string;
  /** Whether the server listens for this computer only, and under TLS. */
  readonly isLocal: boolean;
  readonly isTls: boolean;
  /** Emulated tokens to show; default 0: no token panel. For servers of this computer only. */
  readonly fobs?: number;
  /** Whether codes of lost devices are "sent", into a mailbox for all to see; default false. */
  readonly hasMailbox?: boolean;
  /** The clock of codes where the page may set it; default null. */
  readonly settableClock?: SettableClock | null;
  readonly demo?: readonly DemoPerson[] | null;
  readonly limits?: Partial<SessionLimits>;
  /** Requests to the API a minute from one address, default 1200; 0: no limit. */
  readonly clientRequests?: number;
  /** Default: the page's own; null: the API alone. */
  readonly assets?: PageAssets | null;
}

const QUARTER_HOUR_US: number = 900 * SECOND_US;
const CLIENT_REQUESTS = 1200;

/**
 * Adds the page to a server that does not listen yet.
 *
 * @throws {RangeError} for too many fobs, or a lab on a server that others can reach
 * @throws {Error} in a checkout whose page does not build
 */
export async function mountPage(app: FastifyInstance, options: PageOptions): Promise<Console> {
  const { isLocal, isTls, clientRequests = CLIENT_REQUESTS } = options;
  const console = openConsole(options);
  const assets = options.assets === undefined ? await loadPageAssets() : options.assets;
  await app.register(pagePlugin, { console, assets, isLocal, isTls, clientRequests });
  return console;
}

function openConsole(options: PageOptions): Console {
  const { iam, clock, codeClock, version, fobs = 0, hasMailbox = false, demo = null } = options;
  const { settableClock = null } = options;
  const isLab = fobs > 0 || hasMailbox || settableClock !== null || demo !== null;
  if (isLab && !options.isLocal) {
    throw new RangeError("fobs, mailbox and clock are shown to all: listen on 127.0.0.1 for them");
  }
  const limits = { ...SESSION_LIMITS, ...options.limits };
  const people = new People(iam.core);
  return {
    iam,
    people,
    sessions: new Sessions(limits),
    limits,
    lab: {
      fobs: fobs === 0 ? null : new FobShelf(fobs, codeClock),
      mailbox: hasMailbox ? new TestMailbox() : null,
      clock: settableClock,
    },
    demo,
    version,
    clock,
    codeClock,
    passwords: new Gate(2, 64),
    decoyHash: decoyOf(people.anyHash()),
    attempts: {
      byName: new Attempts({ limit: 10, perUs: QUARTER_HOUR_US, id: "sign-in-throttled" }),
      byAddress: new Attempts({ limit: 100, perUs: QUARTER_HOUR_US, id: "sign-in-throttled" }),
      recoveries: new Attempts({ limit: 5, perUs: 4 * QUARTER_HOUR_US, id: "sign-in-throttled" }),
      secrets: new Attempts({ limit: 10, perUs: QUARTER_HOUR_US, id: "too-many-requests" }),
    },
  };
}
