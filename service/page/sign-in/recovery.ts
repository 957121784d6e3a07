// "Troubleshoot your device": a code by e-mail, then one by phone. Nothing leaves this computer:
// both arrive in the test mailbox, and where there is none there is no such way in.

import { randomInt, timingSafeEqual } from "node:crypto";
import { SECOND_US } from "../../../core/time/clock.ts";
import type { ConfiguredSignIn } from "../../iam/config.ts";
import type { TestMailbox } from "../lab/mailbox.ts";
import { PageRefusal } from "../refusal.ts";

/** How long a code is good, seconds. */
export const RECOVERY_CODE_SECONDS = 600;
/** How often one may be sent, and each be tried. */
const SENDS = 3;
const TRIES = 5;

/** How far a recovery is. */
export interface RecoveryState {
  readonly step: "email" | "phone";
  readonly code: string;
  readonly sentTo: string;
  readonly sendsLeft: number;
  readonly triesLeft: number;
  /** Monotonic microseconds. */
  readonly goodUntilUs: number;
}

/** What is needed to send a code. */
export interface Sending {
  readonly mailbox: TestMailbox | null;
  readonly signIn: ConfiguredSignIn;
  /** Monotonic, and wall time for the date of the message; microseconds. */
  readonly atUs: number;
  readonly nowUs: number;
}

/** Whether there is a way to send both codes. */
export function canRecover(
  mailbox: TestMailbox | null,
  { email, phone }: ConfiguredSignIn,
): boolean {
  return mailbox !== null && email !== null && phone !== null;
}

/** Begins with the e-mail. @throws {PageRefusal} recovery-unavailable */
export function beginRecovery(sending: Sending): RecoveryState {
  return send(sending, "email", SENDS);
}

/** Sends another code in this step. @throws {PageRefusal} too-many-requests */
export function sendAgain(state: RecoveryState, sending: Sending): RecoveryState {
  if (state.sendsLeft === 0) throw new PageRefusal("too-many-requests");
  return send(sending, state.step, state.sendsLeft);
}

/** The step after the e-mail's: a code to the phone. */
export function sendToPhone(sending: Sending): RecoveryState {
  return send(sending, "phone", SENDS);
}

/** The state with one try less, to be stored before the code is compared. */
export function tried(state: RecoveryState): RecoveryState {
  return { ...state, triesLeft: Math.max(0, state.triesLeft - 1) };
}

/** @throws {PageRefusal} recovery-code-malformed, -expired, -wrong */
export function assertRecoveryCode(state: RecoveryState, given: string, atUs: number): void {
  if (!/^\d{6}$/.test(given)) throw new PageRefusal("recovery-code-malformed", { field: "code" });
  if (state.triesLeft === 0 || atUs >= state.goodUntilUs) {
    throw new PageRefusal("recovery-code-expired");
  }
  if (!timingSafeEqual(Buffer.from(state.code), Buffer.from(given))) {
    throw new PageRefusal("recovery-code-wrong", { field: "code" });
  }
}

function send(
  { mailbox, signIn, atUs, nowUs }: Sending,
  step: "email" | "phone",
  sends: number,
): RecoveryState {
  const to = step === "email" ? signIn.email : signIn.phone;
  if (mailbox === null || to === null || !canRecover(mailbox, signIn)) {
    throw new PageRefusal("recovery-unavailable");
  }
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  const goodUntilUs = atUs + RECOVERY_CODE_SECONDS * SECOND_US;
  mailbox.add({ channel: step, to, code, sentAtUs: nowUs, goodUntilUs });
  return {
    step,
    code,
    sentTo: step === "email" ? maskedEmail(to) : maskedPhone(to),
    sendsLeft: sends - 1,
    triesLeft: TRIES,
    goodUntilUs,
  };
}

function maskedEmail(email: string): string {
  const at = email.lastIndexOf("@");
  return `${email.slice(0, 1)}•••${email.slice(at)}`;
}

function maskedPhone(phone: string): string {
  return `•••• ${phone.replace(/\D/g, "").slice(-2)}`;
}
