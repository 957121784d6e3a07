// The test mailbox: mails and phone messages that nobody sends.

import type { Mail } from "../contract.ts";
import { secondsUp } from "../refusal.ts";

/** Most messages kept; the oldest go. */
const MAX_MESSAGES = 100;

/** A message to be "sent". */
export interface NewMail {
  readonly channel: "email" | "phone";
  readonly to: string;
  readonly code: string;
  /** Wall time, microseconds since the Unix epoch. */
  readonly sentAtUs: number;
  /** Monotonic microseconds. */
  readonly goodUntilUs: number;
}

/** @see NewMail */
export class TestMailbox {
  readonly #messages: (NewMail & { readonly id: number })[] = [];
  #sent = 0;

  add(mail: NewMail): void {
    this.#messages.unshift({ ...mail, id: ++this.#sent });
    this.#messages.length = Math.min(this.#messages.length, MAX_MESSAGES);
  }

  /** The latest first. @param atUs monotonic microseconds */
  list(atUs: number): readonly Mail[] {
    return this.#messages.map(({ id, channel, to, code, sentAtUs, goodUntilUs }) => ({
      id,
      channel,
      to,
      subject: "recovery-code",
      code,
      sentAt: new Date(sentAtUs / 1000).toISOString(),
      expiresInSeconds: secondsUp(goodUntilUs - atUs),
    }));
  }
}
