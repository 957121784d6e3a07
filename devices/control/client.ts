// A rig in another process, over its control socket.

import { DeviceError } from "../errors.ts";
import type { DisplayView, Fault, GroundTruth, Rig } from "../rig.ts";
import { type ControlConnection, openConnection } from "./connection.ts";
import type { Endpoint } from "./endpoint.ts";
import { type ControlAct, MAX_STEP_US } from "./protocol.ts";
import { RemoteClock } from "./remote-clock.ts";

const DEFAULT_TIMEOUT_MS = 10_000;
/** Simulated years pass in milliseconds, but not on every computer. */
const ADVANCE_TIMEOUT_MS = 120_000;
/** Alarms of ours that one advance may meet. */
const MAX_STEPS = 1_000_000;

/** @see connectRig */
export interface RigClientOptions {
  /** Longest wait for the connection and for an answer, milliseconds; default 10 s. */
  readonly timeoutMs?: number;
  /** Longest wait for `advance` and `powerCycle`, milliseconds; default 2 minutes. */
  readonly advanceTimeoutMs?: number;
}

/**
 * Connects to the rig behind a control socket.
 *
 * @throws {DeviceError} not-found, no-access, timed-out, protocol
 */
export async function connectRig(endpoint: Endpoint, options: RigClientOptions = {}): Promise<Rig> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const connection = await openConnection(endpoint, timeoutMs);
  try {
    let clock: RemoteClock | undefined;
    connection.onClock((reading) => {
      if (clock === undefined) clock = new RemoteClock(reading);
      else clock.update(reading);
    });
    await connection.ask({ do: "clock" }, timeoutMs);
    if (clock === undefined) throw new DeviceError("protocol", "the answer tells no time");
    const advanceTimeoutMs = options.advanceTimeoutMs ?? ADVANCE_TIMEOUT_MS;
    return new RemoteRig(connection, clock, { timeoutMs, advanceTimeoutMs });
  } catch (error) {
    await connection.close();
    throw error;
  }
}

class RemoteRig implements Rig {
  readonly clock: RemoteClock;
  readonly #connection: ControlConnection;
  readonly #timeouts: Required<RigClientOptions>;

  constructor(
    connection: ControlConnection,
    clock: RemoteClock,
    timeouts: Required<RigClientOptions>,
  ) {
    this.#connection = connection;
    this.clock = clock;
    this.#timeouts = timeouts;
  }

  /** In steps from alarm to alarm: each fires at its own time, as on a clock of this process. */
  async advance(byUs: number): Promise<void> {
    assertSpan("byUs", byUs);
    const untilUs = this.clock.monotonicUs() + byUs;
    let leftUs = byUs;
    for (let step = 0; step < MAX_STEPS; step++) {
      const stepUs = Math.min(leftUs, this.clock.nextAlarmByUs ?? leftUs);
      await this.#ask({ do: "advance", byUs: stepUs });
      leftUs = Math.max(0, untilUs - this.clock.monotonicUs());
      if (leftUs === 0) return;
    }
    throw new Error("alarms re-arm themselves without end");
  }

  async stepHostTime(byUs: number): Promise<void> {
    await this.#ask({ do: "stepHostTime", byUs });
  }

  async powerCycle(offForUs?: number): Promise<void> {
    await this.#ask({ do: "powerCycle", ...(offForUs === undefined ? {} : { offForUs }) });
  }

  async pressButton(): Promise<void> {
    await this.#ask({ do: "pressButton" });
  }

  async setTemperature(celsius: number): Promise<void> {
    await this.#ask({ do: "setTemperature", celsius });
  }

  async inject(fault: Fault): Promise<void> {
    await this.#ask({ do: "inject", fault });
  }

  async reconnect(): Promise<void> {
    await this.#ask({ do: "reconnect" });
  }

  async fresh(): Promise<void> {
    await this.#ask({ do: "fresh" });
  }

  async display(): Promise<DisplayView> {
    const { text } = await this.#ask({ do: "display" });
    if (typeof text === "string") return { text };
    throw new DeviceError("protocol", "the answer to display has no text");
  }

  async truth(): Promise<GroundTruth> {
    const { offsetUs, ratePpm, powered } = await this.#ask({ do: "truth" });
    const isWhole = typeof offsetUs === "number" && typeof ratePpm === "number";
    if (isWhole && typeof powered === "boolean") return { offsetUs, ratePpm, powered };
    throw new DeviceError("protocol", "the answer to truth lacks offsetUs, ratePpm or powered");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#connection.close();
  }

  #ask(act: ControlAct): Promise<Readonly<Record<string, unknown>>> {
    const { timeoutMs, advanceTimeoutMs } = this.#timeouts;
    const isLong = act.do === "advance" || act.do === "powerCycle";
    return this.#connection.ask(act, isLong ? advanceTimeoutMs : timeoutMs);
  }
}

function assertSpan(name: string, us: number): void {
  if (Number.isInteger(us) && us >= 0 && us <= MAX_STEP_US) return;
  throw new RangeError(`${name} must be a whole number of microseconds from 0 to ${MAX_STEP_US}`);
}
