// Endpoints of a device (USB 2.0 §5.3.1): one direction each, halted or not. An IN endpoint holds
// the host's transfers until there is data, in the order they came.

import type { DataSource } from "./sources.ts";
import { done, type PendingTransfer, STALL, type TransferResult } from "./transfer.ts";

interface Waiting {
  readonly length: number;
  readonly ended: (result: TransferResult) => void;
}

/** Data for the host. */
export class InEndpoint {
  readonly #source: DataSource;
  #waiting: Waiting[] = [];
  #isHalted = false;

  constructor(source: DataSource) {
    this.#source = source;
  }

  get isHalted(): boolean {
    return this.#isHalted;
  }

  /** Transfers that wait. */
  get waitingTransfers(): number {
    return this.#waiting.length;
  }

  /**
   * The host wants up to `length` bytes. `ended` is called once: within this call if there is data
   * or the endpoint is halted, else when there is; never after `cancel` and `reset`.
   */
  transfer(length: number, ended: (result: TransferResult) => void): PendingTransfer {
    const waiting: Waiting = { length, ended };
    this.#waiting.push(waiting);
    this.dataArrived();
    return {
      cancel: () => {
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        return at >= 0;
      },
    };
  }

  /** The source has data: whoever waits gets it. */
  dataArrived(): void {
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      const result = this.#isHalted ? STALL : this.#source.take(first.length);
      if (result === undefined) return;
      this.#waiting.shift();
      first.ended(result);
    }
  }

  /** From now on every transfer stalls. */
  halt(): void {
    this.#isHalted = true;
    this.dataArrived();
  }

  /** Ends the halt; what was queued is forgotten, as the data toggle is reset. */
  clearHalt(): void {
    if (this.#isHalted) this.#source.clear();
    this.#isHalted = false;
  }

  /** The device was reset or configured anew: data and waiting transfers are gone. */
  reset(): void {
    this.#isHalted = false;
    this.#waiting = [];
    this.#source.clear();
  }
}

/** What takes the data of an OUT endpoint; "stall" halts the endpoint. */
export type DataSink = (data: Uint8Array) => "taken" | "stall";

/** Data from the host. Taken at once: what cannot be is answered by the function's protocol. */
export class OutEndpoint {
  readonly #sink: DataSink;
  readonly #onClear: () => void;
  #isHalted = false;

  /** @param onClear called when a halt ends: what is not complete is to be forgotten */
  constructor(sink: DataSink, onClear: () => void = () => {}) {
    this.#sink = sink;
    this.#onClear = onClear;
  }

  get isHalted(): boolean {
    return this.#isHalted;
  }

  transfer(data: Uint8Array): TransferResult {
    if (!this.#isHalted && this.#sink(data) === "taken") return done();
    this.#isHalted = true;
    return STALL;
  }

  halt(): void {
    this.#isHalted = true;
  }

  clearHalt(): void {
    if (this.#isHalted) this.#onClear();
    this.#isHalted = false;
  }

  reset(): void {
    this.#isHalted = false;
    this.#onClear();
  }
}
