// Signing in: password, then the code of a device, or, when it is lost, codes by other ways.

import type { Refused } from "../../../verifier/verdict.ts";
import { CodesRefused } from "../../iam/fault.ts";
import { type DeviceRow, serialOf } from "../../iam/state/model.ts";
import { devicesAs, devicesOfHolder, goTo, type Visit } from "../console.ts";
import type { Session, SignIn, SignInCode, SignInPair } from "../contract.ts";
import { assertCodes, lockedRefusal, plainRefusal } from "../devices/pair-reasons.ts";
import { isPassword } from "../password-hash.ts";
import { PageRefusal } from "../refusal.ts";
import type { Somebody } from "./people.ts";
import {
  assertRecoveryCode,
  beginRecovery,
  type RecoveryState,
  type Sending,
  sendAgain,
  sendToPhone,
  tried,
} from "./recovery.ts";
import { sessionAnswer } from "./session-answer.ts";
import type { Stage } from "./sessions.ts";

/** With the password. Who has no device is signed in by it. */
export async function signIn(visit: Visit, given: SignIn): Promise<Session> {
  const { console, address, atUs } = visit;
  const { byName, byAddress } = console.attempts;
  const name =
    given.kind === "root" ? `root ${given.email}` : `user ${given.account} ${given.user}`;
  const key = name.toLowerCase();
  byAddress.take(address, atUs);
  byName.take(key, atUs);
  const somebody = console.people.named(given);
  // As much work for a name that nobody has.
  const hash = somebody?.signIn.passwordHash ?? console.decoyHash;
  const isRight = await console.passwords.run(() => isPassword(given.password, hash));
  if (somebody === null || !isRight) throw new PageRefusal("sign-in-refused");
  byName.giveBack(key);
  byAddress.giveBack(address);
  const { holder } = somebody;
  const hasDevice = devicesOfHolder(visit, holder).length > 0;
  goTo(
    visit,
    hasDevice
      ? { kind: "code", holder }
      : { kind: "signed-in", holder, isMfa: false, isRestricted: false },
  );
  return sessionAnswer(visit);
}

/** With the code of a device. */
export async function signInCode(visit: Visit, { serial, code }: SignInCode): Promise<Session> {
  const { console, moment } = visit;
  const { holder } = stageOf(visit, "code");
  const row = deviceAsked(visit, serial);
  if (!/^\d{6}$/.test(code)) throw new PageRefusal("code-malformed", { field: "code" });
  const { verifier } = console.iam.core;
  const by = console.iam.endpoint.devices.holderName(holder);
  const verdict = await verifier.verify(row.token, code, moment.codesAtUs, by);
  if (verdict.outcome === "refused") throw codeRefusal(verdict, moment.codesAtUs);
  goTo(visit, { kind: "signed-in", holder, isMfa: true, isRestricted: false });
  return sessionAnswer(visit);
}

/**
 * Two codes find the clock of a device again. They sign nobody in: codes noted down some minutes
 * ago would do for that.
 */
export async function signInResync(visit: Visit, given: SignInPair): Promise<Session> {
  const { moment } = visit;
  const { holder } = stageOf(visit, "code");
  const row = deviceAsked(visit, given.serial);
  const codes = assertCodes(given.code1, given.code2);
  try {
    await devicesAs(visit, holder).resync(serialOf(row), holder, codes, moment);
  } catch (error) {
    if (!(error instanceof CodesRefused)) throw error;
    throw plainRefusal(error.verdict, codes, moment.codesAtUs);
  }
  return sessionAnswer(visit);
}

/** "Troubleshoot your device": sends a code, by e-mail first; again in the step it is at. */
export async function troubleshoot(visit: Visit): Promise<Session> {
  const { console, found, atUs } = visit;
  const stage = found.kind === "live" ? found.session.stage : null;
  if (stage?.kind === "recovery") {
    const recovery = sendAgain(stage.recovery, sendingTo(visit, somebodyOf(visit, stage)));
    keepRecovery(visit, stage, recovery);
    return sessionAnswer(visit);
  }
  const { holder } = stageOf(visit, "code");
  const sending = sendingTo(visit, somebodyOf(visit, { holder }));
  console.attempts.recoveries.take(holder.id, atUs);
  goTo(visit, { kind: "recovery", holder, recovery: beginRecovery(sending) });
  return sessionAnswer(visit);
}

/** The code of one step; after the phone's, in with a session that may but repair. */
export async function recoveryCode(
  visit: Visit,
  step: RecoveryState["step"],
  code: string,
): Promise<Session> {
  const stage = stageOf(visit, "recovery");
  const { holder, recovery } = stage;
  if (recovery.step !== step) throw new PageRefusal("sign-in-stage");
  // Counted before it is compared.
  keepRecovery(visit, stage, tried(recovery));
  assertRecoveryCode(recovery, code, visit.atUs);
  if (step === "email") {
    keepRecovery(visit, stage, sendToPhone(sendingTo(visit, somebodyOf(visit, stage))));
  } else {
    goTo(visit, { kind: "signed-in", holder, isMfa: false, isRestricted: true });
  }
  return sessionAnswer(visit);
}

/** Gives up, at whatever stage. A wizard waits for this person to come back, until it expires. */
export async function signOut(visit: Visit): Promise<Session> {
  const { console } = visit;
  console.sessions.end(visit.cookie);
  visit.cookie = console.sessions.visitor();
  visit.found = { kind: "visitor" };
  return sessionAnswer(visit);
}

function stageOf<K extends Stage["kind"]>(
  { found }: Visit,
  kind: K,
): Extract<Stage, { readonly kind: K }> {
  if (found.kind === "over") throw new PageRefusal("session-expired");
  if (found.kind !== "live" || found.session.stage.kind !== kind) {
    throw new PageRefusal("sign-in-stage");
  }
  return found.session.stage as Extract<Stage, { readonly kind: K }>;
}

function somebodyOf({ console }: Visit, { holder }: Pick<Stage, "holder">): Somebody {
  const somebody = console.people.held(holder);
  if (somebody === null) throw new PageRefusal("session-expired");
  return somebody;
}

function deviceAsked(visit: Visit, serial: string): DeviceRow {
  const { holder } = stageOf(visit, "code");
  const row = devicesOfHolder(visit, holder).find((one) => serialOf(one) === serial);
  if (row === undefined) throw new PageRefusal("device-unknown", { field: "serial" });
  return row;
}

function codeRefusal(verdict: Refused, codesAtUs: number): PageRefusal {
  switch (verdict.reason) {
    case "malformed":
      return new PageRefusal("code-malformed", { field: "code" });
    case "replayed":
      return new PageRefusal("code-repeated");
    case "out-of-sync":
      return new PageRefusal("code-out-of-sync");
    case "throttled":
    case "locked":
      return lockedRefusal(verdict, codesAtUs);
    case "not-enrolled":
      return new PageRefusal("device-unknown", { field: "serial" });
    default:
      return new PageRefusal("code-wrong");
  }
}

function sendingTo({ console, atUs, moment }: Visit, { signIn: to }: Somebody): Sending {
  return { mailbox: console.lab.mailbox, signIn: to, atUs, nowUs: moment.nowUs };
}

function keepRecovery(
  visit: Visit,
  stage: Extract<Stage, { readonly kind: "recovery" }>,
  recovery: RecoveryState,
): void {
  visit.console.sessions.update(visit.cookie, { ...stage, recovery });
}
