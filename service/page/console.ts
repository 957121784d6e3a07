// What all parts of the page's API work with.

import type { Moment } from "../iam/core.ts";
import type { Devices, Holder } from "../iam/devices.ts";
import type { Iam } from "../iam/open.ts";
import type { DeviceRow } from "../iam/state/model.ts";
import type { ServiceClock } from "../settable-clock.ts";
import type { DemoPerson } from "./contract.ts";
import type { Who } from "./devices/who.ts";
import type { Lab } from "./lab/lab.ts";
import { PageRefusal } from "./refusal.ts";
import type { Attempts } from "./sign-in/attempts.ts";
import type { Gate } from "./sign-in/gate.ts";
import type { People } from "./sign-in/people.ts";
import type { Found, SessionLimits, Sessions, Stage } from "./sign-in/sessions.ts";

/** The parts, made once (open.ts). */
export interface Console {
  readonly iam: Iam;
  readonly people: People;
  readonly sessions: Sessions;
  readonly limits: SessionLimits;
  readonly lab: Lab;
  /** Whom to try; null but in demo mode. */
  readonly demo: readonly DemoPerson[] | null;
  readonly version: string;
  /** Of sessions, throttles and dates. */
  readonly clock: ServiceClock;
  /** Of codes, and of secrets that wait for them. */
  readonly codeClock: ServiceClock;
  readonly passwords: Gate;
  /** Compared with when nobody has the name that was given: it takes as long. */
  readonly decoyHash: string;
  readonly attempts: {
    readonly byName: Attempts;
    readonly byAddress: Attempts;
    readonly recoveries: Attempts;
    readonly secrets: Attempts;
  };
}

/** One request. */
export interface Visit {
  readonly console: Console;
  /** By which dates are told and codes are judged. */
  readonly moment: Moment;
  /** By which sessions and throttles are measured: monotonic microseconds. */
  readonly atUs: number;
  /** Of the client. */
  readonly address: string;
  /** Its cookie, or a new one of nobody; changes with the stage. */
  cookie: string;
  found: Found;
}

/** The acts on devices, in the audit log as this person's. */
export function devicesAs({ console: { iam } }: Visit, holder: Holder): Devices {
  const { devices } = iam.endpoint;
  return devices.as(devices.holderName(holder));
}

/** Begins a stage of signing in: another cookie, another csrf value. */
export function goTo(visit: Visit, stage: Stage): void {
  const { sessions } = visit.console;
  visit.cookie = sessions.begin(stage, visit.cookie, visit.atUs);
  visit.found = sessions.find(visit.cookie, visit.atUs);
}

/** The devices that somebody holds. */
export function devicesOfHolder({ console }: Visit, { id }: Holder): readonly DeviceRow[] {
  return console.iam.core.state.devicesOf(id);
}

/** Who is signed in. @throws {PageRefusal} signed-out, session-expired */
export function whoOf({ console, found }: Visit): Who {
  if (found.kind === "over") throw new PageRefusal("session-expired");
  if (found.kind !== "live" || found.session.stage.kind !== "signed-in") {
    throw new PageRefusal("signed-out");
  }
  const { holder, isMfa, isRestricted } = found.session.stage;
  const somebody = console.people.held(holder);
  if (somebody === null) throw new PageRefusal("session-expired");
  return { holder, identity: somebody.identity, isMfa, isRestricted };
}

/**
 * What a cookie stands for now. A session ends with its user; and half a sign-in when there is no
 * device any more whose code it waits for.
 *
 * @param isUse @see Sessions.find
 */
export function foundOf(
  console: Console,
  cookie: string | null,
  atUs: number,
  isUse: boolean,
): Found {
  const found = console.sessions.find(cookie, atUs, isUse);
  if (found.kind !== "live" || cookie === null) return found;
  const { stage } = found.session;
  const isGone = console.people.held(stage.holder) === null;
  const hasDevice = console.iam.core.state.devicesOf(stage.holder.id).length > 0;
  if (!isGone && (stage.kind === "signed-in" || hasDevice)) return found;
  console.sessions.end(cookie);
  return { kind: "over" };
}
