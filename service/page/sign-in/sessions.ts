// Sessions: in memory, so that a restart ends all of them. A session is found by a random cookie
// that changes whenever its stage does; of the cookie only a hash is kept. They are measured by
// monotonic time: setting a clock neither ends nor prolongs one.

import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { SECOND_US } from "../../../core/time/clock.ts";
import type { Holder } from "../../iam/devices.ts";
import type { RecoveryState } from "./recovery.ts";

/** How long sessions last, seconds. */
export interface SessionLimits {
  readonly idleSeconds: number;
  readonly sessionSeconds: number;
  /** From the password to the code of a device or of a mail. */
  readonly signInSeconds: number;
  /** After "troubleshoot your device". */
  readonly restrictedSeconds: number;
}

/** What holds unless told otherwise. */
export const SESSION_LIMITS: SessionLimits = {
  idleSeconds: 900,
  sessionSeconds: 43_200,
  signInSeconds: 600,
  restrictedSeconds: 1800,
};

/** How far somebody is. */
export type Stage =
  | { readonly kind: "code"; readonly holder: Holder }
  | { readonly kind: "recovery"; readonly holder: Holder; readonly recovery: RecoveryState }
  | {
      readonly kind: "signed-in";
      readonly holder: Holder;
      readonly isMfa: boolean;
      readonly isRestricted: boolean;
    };

/** A session that is not over. */
export interface LiveSession {
  readonly stage: Stage;
  /** When it ends unless there is another request, and in any case; monotonic microseconds. */
  readonly idleUntilUs: number;
  readonly untilUs: number;
}

/** What a cookie stands for. */
export type Found =
  | { readonly kind: "live"; readonly session: LiveSession }
  /** A session that is over. */
  | { readonly kind: "over" }
  /** Nobody's. */
  | { readonly kind: "visitor" };

interface Entry {
  stage: Stage;
  idleUntilUs: number;
  readonly untilUs: number;
}

/** Most sessions at a time; of more the oldest ends. */
const MAX_SESSIONS = 10_000;
const SESSION_COOKIE = /^s\.[\w-]{43}$/;
const VISITOR_COOKIE = /^v\.[\w-]{43}$/;

/** @see Stage */
export class Sessions {
  readonly #limits: SessionLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #csrfKey = randomBytes(32);

  constructor(limits: SessionLimits) {
    this.#limits = limits;
  }

  /** A cookie of nobody, for the csrf value of the first request. */
  visitor(): string {
    return `v.${random()}`;
  }

  /**
   * What a cookie stands for.
   *
   * @param isUse whether the request keeps the session alive: none does that a page sends by itself
   */
  find(cookie: string | null, atUs: number, isUse = true): Found {
    if (cookie === null || !SESSION_COOKIE.test(cookie)) return { kind: "visitor" };
    const entry = this.#entries.get(keyOf(cookie));
    if (entry === undefined) return { kind: "over" };
    if (atUs >= entry.untilUs || atUs >= entry.idleUntilUs) {
      this.end(cookie);
      return { kind: "over" };
    }
    if (isUse) entry.idleUntilUs = atUs + this.#idleUs(entry.stage);
    return { kind: "live", session: entry };
  }

  /** Begins a session, or its next stage; the cookie of the stage before is worth nothing. */
  begin(stage: Stage, before: string, atUs: number): string {
    this.end(before);
    const cookie = `s.${random()}`;
    const untilUs = atUs + this.#lengthSeconds(stage) * SECOND_US;
    this.#entries.set(keyOf(cookie), { stage, untilUs, idleUntilUs: atUs + this.#idleUs(stage) });
    if (this.#entries.size > MAX_SESSIONS) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    return cookie;
  }

  /** Changes a stage within its kind: cookie and time stay. */
  update(cookie: string, stage: Stage): void {
    const entry = this.#entries.get(keyOf(cookie));
    if (entry !== undefined) entry.stage = stage;
  }

  end(cookie: string): void {
    this.#entries.delete(keyOf(cookie));
  }

  /** What unsafe requests of this cookie must bring along. */
  csrf(cookie: string): string {
    return createHmac("sha256", this.#csrfKey).update(cookie).digest("base64url");
  }

  isCsrf(cookie: string, given: string): boolean {
    const [expected, told] = [Buffer.from(this.csrf(cookie)), Buffer.from(given)];
    return expected.length === told.length && timingSafeEqual(expected, told);
  }

  /** Whether a cookie is of the form that is given out here. */
  static isCookie(text: string): boolean {
    return SESSION_COOKIE.test(text) || VISITOR_COOKIE.test(text);
  }

  #idleUs(stage: Stage): number {
    const { idleSeconds } = this.#limits;
    return (stage.kind === "signed-in" ? idleSeconds : this.#lengthSeconds(stage)) * SECOND_US;
  }

  #lengthSeconds(stage: Stage): number {
    const { sessionSeconds, signInSeconds, restrictedSeconds } = this.#limits;
    if (stage.kind !== "signed-in") return signInSeconds;
    return stage.isRestricted ? restrictedSeconds : sessionSeconds;
  }
}

function random(): string {
  return randomBytes(32).toString("base64url");
}

function keyOf(cookie: string): string {
  return createHash("sha256").update(cookie).digest("base64url");
}
