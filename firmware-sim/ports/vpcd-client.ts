// The card in a vpcd reader (vpcd document): connects to pcscd's driver, which then sees a card
// inserted; comes back when pcscd was started anew. Control bytes are not answered, except for the
// request for the ATR.

import { connect, type Socket } from "node:net";
import type { Clock } from "../../core/time/clock.ts";
import {
  decodeVpcdRequest,
  encodeVpcdAnswer,
  VPCD_PORT,
  VpcdAssembler,
  type VpcdRequest,
} from "../../core/wire/vpcd.ts";
import type { Card, CardInterface } from "../applets/applet.ts";
import { hostPort, LOOPBACK } from "./loopback.ts";
import { PortError } from "./port-error.ts";
import type { OpenTap } from "./tap.ts";

/** How long the first connection may take, milliseconds: pcscd may be starting. */
export const FIRST_CONNECTION_MS = 10_000;
/** How long one try may take, milliseconds. */
const TRY_MS = 5000;
/** Wait before the next try, milliseconds: the first, doubled each time up to the last. */
const FIRST_BACK_OFF_MS = 100;
const LAST_BACK_OFF_MS = 2000;
/** Most requests that may wait while the card is at one; the reader waits for each answer. */
const MAX_WAITING_REQUESTS = 16;

/** @see openVpcdCard */
export interface VpcdOptions {
  readonly card: Card;
  /** Waits between tries run on it. */
  readonly clock: Clock;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 35963, slot 0; slot 1 has the next. */
  readonly port?: number;
  /** How the card is reached, as its ATR tells; default contact. */
  readonly by?: CardInterface;
  /** Ends the wait for the first connection. */
  readonly signal?: AbortSignal;
  /** Default FIRST_CONNECTION_MS. */
  readonly timeoutMs?: number;
  readonly log?: (line: string) => void;
  /** Sees each connection, for wire logs. */
  readonly openTap?: OpenTap;
}

/** A card in a reader. */
export interface VpcdCard extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly isConnected: boolean;
  /** Takes the card out (false) or puts it in again. */
  setInserted(isInserted: boolean): void;
}

/**
 * Puts a card into a vpcd reader: resolves when it is connected.
 *
 * @throws {PortError} when there is no reader within the time-out
 */
export async function openVpcdCard(options: VpcdOptions): Promise<VpcdCard> {
  const card = new ConnectedCard(options);
  try {
    await card.firstConnection();
    return card;
  } catch (error) {
    await card[Symbol.asyncDispose]();
    throw error;
  }
}

class ConnectedCard implements VpcdCard {
  readonly host: string;
  readonly port: number;
  readonly #options: VpcdOptions;
  #socket: Socket | undefined;
  #isConnected = false;
  #isInserted = true;
  #backOffMs = FIRST_BACK_OFF_MS;
  /** Takes the next try off the clock. */
  #cancelTry: () => void = () => {};
  #onConnected: () => void = () => {};
  #lastProblem = "no answer";

  constructor(options: VpcdOptions) {
    this.host = options.host ?? LOOPBACK;
    this.port = options.port ?? VPCD_PORT;
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  firstConnection(): Promise<void> {
    const { clock, signal, timeoutMs = FIRST_CONNECTION_MS } = this.#options;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        late.cancel();
        reject(signal?.reason);
      };
      const late = clock.setAlarm(timeoutMs * 1000, () => {
        signal?.removeEventListener("abort", onAbort);
        const where = hostPort(this);
        const problem = `no vpcd reader at ${where}: ${this.#lastProblem}`;
        reject(new PortError(`${problem}; start pcscd with vsmartcard's vpcd (docs/labs.md)`));
      });
      this.#onConnected = () => {
        late.cancel();
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      if (signal?.aborted) onAbort();
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#try();
    });
  }

  setInserted(isInserted: boolean): void {
    if (this.#isInserted === isInserted) return;
    this.#isInserted = isInserted;
    if (isInserted) this.#try();
    else this.#disconnect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isInserted = false;
    this.#disconnect();
  }

  #disconnect(): void {
    this.#cancelTry();
    this.#socket?.destroy();
  }

  #try(): void {
    const socket = connect({ host: this.host, port: this.port, noDelay: true });
    this.#socket = socket;
    socket.setTimeout(TRY_MS, () => socket.destroy(new Error(`no connection in ${TRY_MS} ms`)));
    socket.once("connect", () => {
      socket.setTimeout(0);
      this.#backOffMs = FIRST_BACK_OFF_MS;
      this.#isConnected = true;
      this.#options.log?.(`vpcd ${hostPort(this)}: card inserted`);
      this.#onConnected();
    });
    const tap = this.#options.openTap?.("vpcd", hostPort(this));
    const session = new VpcdSession(this.#options, (bytes) => {
      tap?.("from-token", bytes);
      socket.write(bytes);
    });
    socket.on("data", (bytes) => {
      tap?.("to-token", bytes);
      if (!session.receive(bytes)) socket.destroy();
    });
    // What it says is told when no connection comes about; "close" follows.
    socket.on("error", (error) => {
      this.#lastProblem = error.message;
    });
    socket.once("close", () => {
      session.close();
      this.#closed();
    });
  }

  #closed(): void {
    if (this.#isConnected) {
      this.#options.log?.(`vpcd ${hostPort(this)}: card removed`);
      this.#options.card.reset();
    }
    this.#isConnected = false;
    if (!this.#isInserted) return;
    const alarm = this.#options.clock.setAlarm(this.#backOffMs * 1000, () => this.#try());
    this.#cancelTry = () => alarm.cancel();
    this.#backOffMs = Math.min(2 * this.#backOffMs, LAST_BACK_OFF_MS);
  }
}

/** The requests of one connection: answered in their order. */
export class VpcdSession {
  readonly #card: Card;
  readonly #by: CardInterface;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #assembler = new VpcdAssembler();
  #waiting: VpcdRequest[] = [];
  #isBusy = false;
  #isClosed = false;

  /** @param write takes one whole frame */
  constructor(options: Pick<VpcdOptions, "card" | "by">, write: (bytes: Uint8Array) => void) {
    this.#card = options.card;
    this.#by = options.by ?? "contact";
    this.#write = write;
  }

  /** Takes bytes of the reader. False when it asks faster than it reads: it is no vpcd. */
  receive(bytes: Uint8Array): boolean {
    for (const payload of this.#assembler.feed(bytes)) {
      this.#waiting.push(decodeVpcdRequest(payload));
      if (!this.#isBusy) this.#proceed();
      if (this.#waiting.length > MAX_WAITING_REQUESTS) return false;
    }
    return true;
  }

  /** The connection is gone: nothing is answered any more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
  }

  #proceed(): void {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const answer = this.#answer(next);
      if (answer instanceof Promise) {
        this.#isBusy = true;
        const finish = (payload: Uint8Array): void => {
          this.#isBusy = false;
          this.#send(payload);
          this.#proceed();
        };
        // The card's promise never rejects; if it did: an execution error.
        void answer.then(finish, () => finish(Uint8Array.of(0x6f, 0x00)));
        return;
      }
      if (answer !== undefined) this.#send(answer);
    }
  }

  #answer(request: VpcdRequest): Uint8Array | Promise<Uint8Array> | undefined {
    switch (request.kind) {
      case "get-atr":
        return this.#card.atr(this.#by);
      case "apdu":
        return this.#card.transmit(request.apdu);
      case "power-on":
      case "power-off":
      case "reset":
        this.#card.reset();
        return undefined;
      case "unknown":
        return undefined;
    }
  }

  #send(payload: Uint8Array): void {
    if (!this.#isClosed) this.#write(encodeVpcdAnswer({ kind: "answer", payload }));
  }
}
