// What both HID protocols share: one operation after another, pauses while a token is polled, and
// the end of everything when the token has gone.

import { setTimeout as sleep } from "node:timers/promises";
import type { OperationOptions } from "../device.ts";
import type { WireLog } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import { closedError, OperationQueue } from "../operation-queue.ts";
import type { HidTransport } from "./transport.ts";

/** Pauses between polls, milliseconds: short ones first, most answers come within a few. */
const POLL_PAUSES_MS: readonly number[] = [0, 0, 1, 1, 2, 5, 10];
const LONGEST_POLL_PAUSE_MS = 20;

/** A transport with its queue and its log. */
export class HidConnection {
  readonly transport: HidTransport;
  readonly log: WireLog;
  readonly #queue: OperationQueue;

  constructor(transport: HidTransport, log: WireLog, defaultTimeoutMs: number) {
    this.transport = transport;
    this.log = log;
    this.#queue = new OperationQueue(defaultTimeoutMs);
  }

  /** Runs an operation when those before it are done. @see OperationQueue */
  run<T>(
    what: string,
    options: OperationOptions,
    act: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.#queue.run(what, options, async (signal) => {
      try {
        return await act(signal);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        this.log({ direction: "event", text: `${what} failed: ${message}` });
        if (error instanceof DeviceError && error.code === "disconnected") this.#queue.end(error);
        throw error;
      }
    });
  }

  /** Ends what is under way with "closed". */
  async close(): Promise<void> {
    this.#queue.end(closedError());
    await this.#queue.idle();
    await this.transport.close();
  }
}

/** Waits before poll number `poll`, counted from 0. @throws the signal's reason */
export async function pauseBeforePoll(poll: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const pauseMs = POLL_PAUSES_MS[poll] ?? LONGEST_POLL_PAUSE_MS;
  if (pauseMs === 0) return;
  await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** What arrived cannot be right. */
export function damaged(what: string): DeviceError {
  return new DeviceError("protocol", what, {
    hint: "read again; if it stays, no other program may use the token at the same time",
  });
}
