// What the page knows: who is signed in, what the service offers, and the secret that was told
// last. The secret is kept here only: a reload forgets it.

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { About, AnswerOf, DeviceSecret, GivenOf, RouteKey, Session } from "../contract.ts";
import { call, lastCallAtMs, Refused, takeCsrf } from "./api.ts";
import { codeNowMs, elapsed, elapsedMs, setCodeClock } from "./clock.ts";
import type { Messages } from "./i18n/en.ts";
import { show } from "./views.ts";

/** A session and when it was told, so that its spans can be counted down. */
export interface ToldSession {
  readonly session: Session;
  /** As elapsedMs(). */
  readonly atMs: number;
}

/** A secret told just now. */
export interface ToldSecret {
  readonly secret: DeviceSecret;
  /** By the clock of codes, which its expiry follows. */
  readonly atCodeMs: number;
}

/** Something that was done, or lost; shown once above the next view. */
export interface Notice {
  readonly kind: "ok" | "warn" | "info";
  readonly key: keyof Messages;
  readonly name?: string;
}

/** Null until the service answered. */
export const about: Signal<About | null> = signal(null);
/** Null until the service answered. */
export const session: Signal<ToldSession | null> = signal(null);
/** The secret that the wizard shows; null when there is none, or after a reload. */
export const secret: Signal<ToldSecret | null> = signal(null);
/** @see Notice */
export const notice: Signal<Notice | null> = signal(null);

/** Takes a session that was told just now. */
export function takeSession(next: Session): void {
  const before = session.value?.session;
  takeCsrf(next);
  setCodeClock(next.codeClock);
  if (next.stage !== "signed-in") secret.value = null;
  if (next.stage === "signed-out" && (next.isExpired || before?.stage === "signed-in")) {
    if (next.isExpired) notice.value = { kind: "warn", key: "notice.expired" };
  }
  session.value = { session: next, atMs: elapsedMs() };
}

/** Takes the secret of a device and shows it. */
export function takeSecret(next: DeviceSecret): void {
  secret.value = { secret: next, atCodeMs: codeNowMs.peek() ?? 0 };
}

/** Seconds that the secret told last still waits for its codes; null: no secret, or no limit. */
export const secretSecondsLeft: ReadonlySignal<number | null> = computed(() => {
  const told = secret.value;
  if (told === null || told.secret.expiresInSeconds === null) return null;
  const passedMs = (codeNowMs.value ?? told.atCodeMs) - told.atCodeMs;
  return Math.max(0, Math.ceil(told.secret.expiresInSeconds - passedMs / 1000));
});

/** Asks who is signed in. @throws {Refused} */
export async function askSession(): Promise<void> {
  takeSession(await call("GET /session", {}));
}

/**
 * Calls a route of somebody who is signed in. When the session is over, the sign-in is shown.
 *
 * @throws {Refused}
 */
export async function act<R extends RouteKey>(route: R, input: GivenOf<R>): Promise<AnswerOf<R>> {
  try {
    return await call(route, input);
  } catch (error) {
    if (error instanceof Refused && SESSION_IS_OVER.has(error.id)) {
      await askSession();
      if (error.id === "session-expired") notice.value = { kind: "warn", key: "notice.expired" };
    }
    throw error;
  }
}

/** Signs out, or gives up a sign-in. @throws {Refused} */
export async function signOut(): Promise<void> {
  takeSession(await call("POST /sign-out", {}));
  show({ name: "devices" });
}

const SESSION_IS_OVER: ReadonlySet<string> = new Set([
  "signed-out",
  "session-expired",
  "sign-in-stage",
]);

/**
 * When the session's time is over, asks the service, which then says that nobody is signed in: what
 * is on the screen does not stay for the next person.
 */
export function watchSession(): void {
  elapsed.subscribe((nowMs) => {
    const told = session.peek();
    if (told === null || told.session.stage === "signed-out") return;
    const { session: now, atMs } = told;
    const isIdle =
      now.stage === "signed-in" && nowMs - lastCallAtMs() > (now.idleInSeconds + 1) * 1000;
    const isOver = nowMs - atMs > (now.expiresInSeconds + 1) * 1000;
    if (!(isIdle || isOver) || nowMs - askedAtMs < RETRY_MS) return;
    askedAtMs = nowMs;
    askSession().catch(() => undefined);
  });
}

/** When the service does not answer. */
const RETRY_MS = 10_000;
let askedAtMs = Number.NEGATIVE_INFINITY;
