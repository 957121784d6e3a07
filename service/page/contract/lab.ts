// The token panel, the mailbox and the settable clock.

import type { CodeClock } from "./session.ts";

/** @see ConsoleApi "GET /lab/fobs" */
export interface Fobs {
  readonly fobs: readonly Fob[];
  readonly codeClock: CodeClock;
}

/** An emulated token. Its display shows what a person would read off a real one. */
export interface Fob {
  readonly id: string;
  readonly name: string;
  /** What its secret was called in its QR code; null: typed in, or none. */
  readonly label: string | null;
  /** Six digits; null without a secret. */
  readonly code: string | null;
  /** Until its next code, by its own clock; at most 30. */
  readonly secondsLeft: number;
  /** Token minus server, seconds; positive = ahead. */
  readonly offsetSeconds: number;
  /** How fast its clock runs away, parts per million; positive = fast. */
  readonly ratePpm: number;
}

/** A token by its id. */
export interface NamedFob {
  readonly fob: string;
}

/** @see ConsoleApi "POST /lab/fobs/secret" */
export interface FobSecret extends NamedFob {
  /** Base32 text, or an otpauth:// URI ("scan"). */
  readonly secret: string;
}

/** @see ConsoleApi "POST /lab/fobs/clock": what is absent stays. */
export interface FobClock extends NamedFob {
  /** -86,400 to 86,400. */
  readonly offsetSeconds?: number;
  /** -100,000 to 100,000. A cheap quartz: 20 to 100. */
  readonly ratePpm?: number;
}

/** @see ConsoleApi "GET /lab/mail" */
export interface Mailbox {
  readonly messages: readonly Mail[];
}

/** A message to somebody's mailbox or phone, nothing of which left this computer. */
export interface Mail {
  readonly id: number;
  readonly channel: "email" | "phone";
  readonly to: string;
  /** What it is about; the page has a text for it. */
  readonly subject: "recovery-code";
  readonly code: string;
  readonly sentAt: string;
  readonly expiresInSeconds: number;
}

/** @see ConsoleApi "POST /lab/clock" */
export type SetClock =
  /** Goes on by so many seconds at once, 1 to 31,536,000; as fast as before. */
  | { readonly mode: "advance"; readonly bySeconds: number }
  | { readonly mode: "freeze" }
  | { readonly mode: "run" }
  /** The computer's time again. */
  | { readonly mode: "real" };
