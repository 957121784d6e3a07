// What the bench beside the page knows: the tokens, the mailbox, and when to ask for them anew.

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { AnswerOf, Fobs, GivenOf, Mail, SetClock } from "../../contract.ts";
import { call, Refused } from "../api.ts";
import { codeSpeed, elapsed, elapsedMs, setCodeClock } from "../clock.ts";
import { about } from "../state.ts";

/** Longest time without asking, milliseconds: another tab may have turned a clock. */
const TOKENS_MS = 10_000;
const MAIL_MS = 4000;

/** Tokens, and when they were told. */
export interface ToldFobs {
  readonly fobs: Fobs["fobs"];
  readonly atMs: number;
}

/** Null until they were told. */
export const fobs: Signal<ToldFobs | null> = signal(null);
/** The latest first; null until it was told. */
export const mail: Signal<readonly Mail[] | null> = signal(null);
/** Why the bench is not up to date; null when it is. */
export const benchFault: Signal<Refused | null> = signal(null);

/** Seconds of codes since the tokens were told. */
export const fobSeconds: ReadonlySignal<number> = computed(() =>
  fobs.value === null ? 0 : ((elapsed.value - fobs.value.atMs) / 1000) * codeSpeed.value,
);

/** Seconds until a token's next code, by its own clock. */
export function secondsLeft(fob: Fobs["fobs"][number], sinceToldSeconds: number): number {
  return Math.max(0, fob.secondsLeft - sinceToldSeconds * (1 + fob.ratePpm / 1_000_000));
}

/** Changes a token, and takes what all of them show then. @throws {Refused} */
export async function turn<
  R extends "POST /lab/fobs/secret" | "POST /lab/fobs/clock" | "POST /lab/fobs/clear",
>(route: R, input: GivenOf<R>): Promise<void> {
  takeFobs((await call(route, input)) as AnswerOf<R>);
}

/** Sets the clock that codes are judged by; the tokens follow it. @throws {Refused} */
export async function setClock(setting: SetClock): Promise<void> {
  setCodeClock(await call("POST /lab/clock", setting));
  await askFobs();
}

/** Asks for the tokens. @throws {Refused} */
export async function askFobs(): Promise<void> {
  takeFobs(await call("GET /lab/fobs", {}));
}

/** Asks for the mails. @throws {Refused} */
export async function askMail(): Promise<void> {
  mail.value = (await call("GET /lab/mail", {})).messages;
}

/** Keeps the bench up to date as long as it is shown. Returns what ends it. */
export function followBench(): () => void {
  let mailAtMs = Number.NEGATIVE_INFINITY;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let isAsking = false;
  const look = async (): Promise<void> => {
    const lab = about.peek()?.lab;
    const nowMs = elapsedMs();
    const wantsFobs = lab?.fobs === true && areFobsOld(nowMs) && nowMs - triedAtMs > 500;
    const wantsMail = lab?.mailbox === true && nowMs - mailAtMs > MAIL_MS;
    if (isAsking || document.hidden || !(wantsFobs || wantsMail)) return;
    isAsking = true;
    try {
      if (wantsFobs) {
        triedAtMs = nowMs;
        await askFobs();
      }
      if (wantsMail) {
        mailAtMs = nowMs;
        await askMail();
      }
      benchFault.value = null;
    } catch (error) {
      benchFault.value = error instanceof Refused ? error : new Refused("internal");
    } finally {
      isAsking = false;
    }
  };
  return elapsed.subscribe(() => void look());
}

function areFobsOld(nowMs: number): boolean {
  const told = fobs.peek();
  if (told === null || nowMs - told.atMs > TOKENS_MS) return true;
  const since = fobSeconds.peek();
  return told.fobs.some((fob) => fob.code !== null && secondsLeft(fob, since) === 0);
}

function takeFobs(answer: Fobs): void {
  setCodeClock(answer.codeClock);
  fobs.value = { fobs: answer.fobs, atMs: elapsedMs() };
}
