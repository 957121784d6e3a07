// The rules that all devices keep, written once: operations run one after another, each settles
// within its time-out and its AbortSignal, and a device that closed or went away answers so.

import type { OperationOptions } from "./device.ts";
import { DeviceError } from "./errors.ts";

/** Longest time-out taken, milliseconds: an hour, for codes that a person reads. */
export const MAX_TIMEOUT_MS = 3_600_000;

/** What an operation does; it must come to an end soon after `signal` is aborted. */
export type Work<T> = (signal: AbortSignal) => Promise<T>;

/** Runs the operations of one device. */
export class OperationQueue {
  readonly #defaultTimeoutMs: number;
  readonly #pending = new Set<AbortController>();
  #tail: Promise<void> = Promise.resolve();
  #ended: DeviceError | undefined;

  constructor(defaultTimeoutMs: number) {
    this.#defaultTimeoutMs = defaultTimeoutMs;
  }

  /** Why nothing can be done any more; undefined while the device is usable. */
  get ended(): DeviceError | undefined {
    return this.#ended;
  }

  /**
   * Runs `work` when the operations before it are done. Rejects with DeviceError "timed-out" or
   * "cancelled" at once when that happens; the next operation still waits for `work` to end.
   *
   * @param what names the operation in messages: `read TOTP`
   * @throws {RangeError} when the time-out is out of range
   */
  async run<T>(what: string, options: OperationOptions, work: Work<T>): Promise<T> {
    const timeoutMs = options.timeoutMs ?? this.#defaultTimeoutMs;
    if (!Number.isFinite(timeoutMs) || timeoutMs <= 0 || timeoutMs > MAX_TIMEOUT_MS) {
      throw new RangeError(`timeoutMs must be above 0 and at most ${MAX_TIMEOUT_MS} ms`);
    }
    if (this.#ended !== undefined) throw again(this.#ended);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(timedOut(what, timeoutMs)), timeoutMs);
    const onAbort = (): void => controller.abort(cancelled(what));
    options.signal?.addEventListener("abort", onAbort, { once: true });
    if (options.signal?.aborted) onAbort();
    this.#pending.add(controller);
    try {
      return await this.#enqueue(controller.signal, work);
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
      this.#pending.delete(controller);
    }
  }

  /** Ends everything with `error`: what is under way, and whatever is asked later. */
  end(error: DeviceError): void {
    this.#ended ??= error;
    for (const controller of this.#pending) controller.abort(error);
  }

  /** Resolves when the last operation has come to its end. Never rejects. */
  idle(): Promise<void> {
    return this.#tail;
  }

  #enqueue<T>(signal: AbortSignal, work: Work<T>): Promise<T> {
    const aborted = new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    const running = this.#tail.then(() => {
      signal.throwIfAborted();
      return work(signal);
    });
    const settled = (): void => {};
    this.#tail = running.then(settled, settled);
    return Promise.race([running, aborted]);
  }
}

/** The device was closed by us. */
export function closedError(): DeviceError {
  return new DeviceError("closed", "the device was closed", { hint: "open it again" });
}

/** A fresh error for each caller: a stack that tells who asked. */
function again(error: DeviceError): DeviceError {
  return new DeviceError(error.code, error.message, { cause: error.cause, hint: error.hint });
}

function timedOut(what: string, timeoutMs: number): DeviceError {
  return new DeviceError("timed-out", `${what}: no answer within ${timeoutMs} ms`, {
    hint: "check that the token has power and waits for no button",
  });
}

function cancelled(what: string): DeviceError {
  return new DeviceError("cancelled", `${what}: cancelled`);
}
