// A client's connection to a control socket: requests out, answers in, each within its time-out.

import { connect, type Socket } from "node:net";
import { DeviceError, type DeviceErrorCode } from "../errors.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";
import { LineSplitter } from "./lines.ts";
import {
  type ClockReading,
  type ControlAct,
  type ControlProblem,
  MAX_LINE_BYTES,
} from "./protocol.ts";

interface Waiting {
  readonly resolve: (ok: Readonly<Record<string, unknown>>) => void;
  readonly reject: (error: DeviceError) => void;
  readonly timer: NodeJS.Timeout;
}

/** A line from the server, as far as it can be told that it is one. */
interface Message {
  readonly id?: number | null;
  readonly event?: string;
  readonly ok?: Readonly<Record<string, unknown>>;
  readonly error?: ControlProblem;
  readonly clock?: ClockReading;
}

/** @see openConnection */
export class ControlConnection {
  readonly #socket: Socket;
  readonly #where: string;
  readonly #waiting = new Map<number, Waiting>();
  readonly #lines = new LineSplitter(MAX_LINE_BYTES);
  #nextId = 1;
  #ended: DeviceError | undefined;
  #onClock: (reading: ClockReading) => void = () => {};

  constructor(socket: Socket, where: string) {
    this.#socket = socket;
    this.#where = where;
    socket.on("data", (bytes) => this.#receive(bytes));
    socket.on("error", () => {});
    socket.on("close", () => this.#end(gone(where)));
  }

  /** Called with every reading of the clock, in the order of the answers. One listener. */
  onClock(listener: (reading: ClockReading) => void): void {
    this.#onClock = listener;
  }

  /**
   * Asks for an act and waits for what it gives.
   *
   * @throws {DeviceError} timed-out, disconnected, closed, protocol, or what the rig answered
   */
  ask(act: ControlAct, timeoutMs: number): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(
          new DeviceError("timed-out", `${act.do}: no answer within ${timeoutMs} ms`, {
            hint: `see whether the process behind ${this.#where} still runs`,
          }),
        );
      }, timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.write(`${JSON.stringify({ id, ...act })}\n`);
    });
  }

  async close(): Promise<void> {
    this.#end(new DeviceError("closed", "the control socket was closed"));
    this.#socket.destroy();
  }

  #receive(bytes: Uint8Array): void {
    for (const event of this.#lines.feed(bytes)) {
      const message = event.kind === "line" ? messageOf(event.text) : undefined;
      if (message === undefined) {
        this.#end(noProtocol(this.#where));
        this.#socket.destroy();
        return;
      }
      this.#take(message);
    }
  }

  #take({ id, ok, error, clock }: Message): void {
    if (clock !== undefined) this.#onClock(clock);
    if (typeof id !== "number") {
      // An error that belongs to no request is followed by the end of the connection.
      if (error !== undefined) this.#end(answeredError(error));
      return;
    }
    const waiting = this.#waiting.get(id);
    // Late: nobody waits any more.
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (ok !== undefined) waiting.resolve(ok);
    else waiting.reject(answeredError(error ?? { message: "an answer without content" }));
  }

  #end(error: DeviceError): void {
    this.#ended ??= error;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#ended);
    }
    this.#waiting.clear();
  }
}

/** Connects. @throws {DeviceError} not-found, no-access, timed-out */
export function openConnection(endpoint: Endpoint, timeoutMs: number): Promise<ControlConnection> {
  const where = formatEndpoint(endpoint);
  return new Promise((resolve, reject) => {
    const socket =
      endpoint.kind === "unix"
        ? connect({ path: endpoint.path })
        : connect({ host: endpoint.host, port: endpoint.port });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new DeviceError("timed-out", `${where} does not take the connection`));
    }, timeoutMs);
    socket.once("error", (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(connectError(where, cause));
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(new ControlConnection(socket, where));
    });
  });
}

function connectError(where: string, cause: NodeJS.ErrnoException): DeviceError {
  const code = cause.code === "EACCES" || cause.code === "EPERM" ? "no-access" : "not-found";
  return new DeviceError(code, `nobody answers on ${where} (${cause.code ?? cause.message})`, {
    cause,
    hint: "start the token with: oathbed token run --control SOCKET",
  });
}

function messageOf(line: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null) return undefined;
    const { clock } = value as Message;
    return clock === undefined || isReading(clock) ? (value as Message) : undefined;
  } catch {
    return undefined;
  }
}

function isReading(value: unknown): value is ClockReading {
  if (typeof value !== "object" || value === null) return false;
  const { nowUs, monotonicUs, time } = value as ClockReading;
  const numbers = Number.isFinite(nowUs) && Number.isFinite(monotonicUs);
  return numbers && (time === "simulated" || time === "real");
}

const CODES: readonly DeviceErrorCode[] = [
  "not-found",
  "no-access",
  "missing-package",
  "unsupported-platform",
  "disconnected",
  "timed-out",
  "refused",
  "not-supported",
];

function answeredError({ code, field, message }: ControlProblem): DeviceError {
  const text = typeof message === "string" ? message.slice(0, 1000) : "no reason given";
  const known = CODES.find((candidate) => candidate === code);
  const where = field === undefined || text.startsWith(field) ? "" : `${field}: `;
  return new DeviceError(known ?? "bad-argument", `${where}${text}`);
}

function gone(where: string): DeviceError {
  return new DeviceError("disconnected", `the control socket ${where} was closed`, {
    hint: "see whether the token's process still runs, then connect again",
  });
}

function noProtocol(where: string): DeviceError {
  return new DeviceError("protocol", `what answers on ${where} is no control socket`, {
    hint: "name the socket of oathbed token run --control",
  });
}
