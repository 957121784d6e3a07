// What the page's API refuses with: an id and a status. Nothing of a request is in it.

import { SECOND_US } from "../../core/time/clock.ts";
import type { MessageId, Refusal } from "./contract.ts";

/** The HTTP status of each id. */
export const STATUS: Readonly<Record<MessageId, number>> = {
  "request-invalid": 400,
  "request-too-large": 413,
  "not-found": 404,
  "origin-refused": 403,
  "csrf-refused": 403,
  "signed-out": 401,
  "session-expired": 401,
  "session-restricted": 403,
  "not-allowed": 403,
  "mfa-needed": 403,
  "too-many-requests": 429,
  busy: 503,
  internal: 500,
  "sign-in-refused": 403,
  "sign-in-throttled": 429,
  "sign-in-stage": 409,
  "recovery-unavailable": 409,
  "recovery-code-malformed": 400,
  "recovery-code-wrong": 403,
  "recovery-code-expired": 410,
  "code-malformed": 400,
  "code-wrong": 403,
  "code-repeated": 403,
  "code-out-of-sync": 403,
  "device-locked": 423,
  "codes-malformed": 400,
  "codes-same": 403,
  "codes-wrong": 403,
  "codes-repeated": 403,
  "codes-swapped": 403,
  "codes-not-consecutive": 403,
  "codes-too-late": 403,
  "device-name-invalid": 400,
  "device-name-taken": 409,
  "device-name-reserved": 409,
  "device-limit": 409,
  "device-quota": 409,
  "device-unknown": 404,
  "device-in-use": 409,
  "device-not-enabled": 409,
  "device-deactivate-first": 409,
  "wizard-expired": 410,
  "wizard-replaced": 410,
  "secret-malformed": 400,
  "secret-not-of-device": 403,
  "user-unknown": 404,
  "lab-absent": 404,
  "fob-unknown": 404,
  "clock-not-settable": 409,
};

/** What may be told besides the id. */
export interface RefusalDetails {
  readonly field?: string;
  /** How long to wait, microseconds. */
  readonly retryAfterUs?: number;
  readonly cause?: unknown;
}

/** @see STATUS */
export class PageRefusal extends Error {
  override readonly name = "PageRefusal";
  readonly id: MessageId;
  readonly status: number;
  readonly body: Refusal;
  constructor(id: MessageId, { field, retryAfterUs, cause }: RefusalDetails = {}) {
    super(id, cause === undefined ? {} : { cause });
    this.id = id;
    this.status = STATUS[id];
    this.body = {
      error: {
        id,
        ...(field === undefined ? {} : { field }),
        ...(retryAfterUs === undefined ? {} : { retryAfterSeconds: secondsUp(retryAfterUs) }),
      },
    };
  }
}

/** A span in whole seconds, at least 0, rounded up: who waits so long has waited enough. */
export function secondsUp(spanUs: number): number {
  return Math.max(0, Math.ceil(spanUs / SECOND_US));
}
