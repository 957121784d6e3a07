// The rig of an emulated token for other processes: JSON lines on a socket that only this user
// (Unix socket) or only this computer (TCP) reaches. docs/control-socket.md is its manual.

import { createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import { DeviceError } from "../errors.ts";
import type { Rig } from "../rig.ts";
import type { Endpoint } from "./endpoint.ts";
import { LineSplitter } from "./lines.ts";
import { listen } from "./listen.ts";
import { type Lend, Loan } from "./loan.ts";
import { movesTime, Performer } from "./perform.ts";
import {
  type ClockReading,
  type ControlProblem,
  MAX_LINE_BYTES,
  parseRequest,
  RequestError,
  type TimeKind,
} from "./protocol.ts";

const MAX_CLIENTS = 32;
/** Requests of one client that wait; a client that sends more is cut off. */
const MAX_WAITING = 1000;
/** Bytes for a client that does not read; beyond, it is cut off. */
const MAX_UNREAD_BYTES = 1_048_576;

const TOO_MANY: ControlProblem = {
  message: `${MAX_WAITING} requests wait; read their answers first`,
};
const TOO_LONG: ControlProblem = {
  field: "line",
  message: `a line has at most ${MAX_LINE_BYTES} bytes`,
};

/** @see serveControl */
export interface ControlOptions {
  readonly rig: Rig;
  readonly endpoint: Endpoint;
  /** Whether the rig's time stands still but for `advance`. */
  readonly time: TimeKind;
  /** Makes the token fresh for a client; absent: `fresh` is refused. @see Lend */
  readonly lend?: Lend;
}

/** A control socket that listens. Disposing closes it, and every client's connection. */
export interface ControlServer extends AsyncDisposable {
  /** Where it listens; the port the system chose when 0 was asked for. */
  readonly endpoint: Endpoint;
}

/**
 * Offers a rig on a socket.
 *
 * @throws {DeviceError} no-access when the socket cannot be had: in use, no permission
 */
export async function serveControl(options: ControlOptions): Promise<ControlServer> {
  const clients = new ControlClients(options);
  const server = createServer({ allowHalfOpen: true }, (socket) => clients.welcome(socket));
  const endpoint = await listen(server, options.endpoint);
  return {
    endpoint,
    [Symbol.asyncDispose]: () => {
      clients.endAll();
      return closed(server).then(() => clients.idle());
    },
  };
}

/** Everyone who is connected. What one does or fails to do does not hold up another. */
export class ControlClients {
  readonly #rig: Rig;
  readonly #time: TimeKind;
  readonly #performer: Performer;
  readonly #loan: Loan<Duplex>;
  readonly #sockets = new Set<Duplex>();

  constructor({ rig, time, lend }: Omit<ControlOptions, "endpoint">) {
    this.#loan = new Loan(lend);
    this.#rig = rig;
    this.#time = time;
    this.#performer = new Performer(rig);
  }

  /** Takes up a connection: a socket, or another stream both ways. */
  welcome(socket: Duplex): void {
    // A connection that breaks is closed; "close" follows.
    socket.on("error", () => {});
    if (this.#sockets.size >= MAX_CLIENTS) {
      end(socket, { message: `${MAX_CLIENTS} clients are connected; close one` });
      return;
    }
    this.#sockets.add(socket);
    socket.on("close", () => {
      this.#sockets.delete(socket);
      this.#loan.end(socket);
    });
    this.#listenTo(socket);
    send(socket, { event: "clock", clock: this.#clock() });
  }

  /** How many are connected. */
  get count(): number {
    return this.#sockets.size;
  }

  /** Resolves when what was lent is back. */
  idle(): Promise<void> {
    return this.#loan.idle();
  }

  /** Cuts off all of them. */
  endAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Answers in the order of the requests; all of them, even if the client says no more. */
  #listenTo(socket: Duplex): void {
    const lines = new LineSplitter(MAX_LINE_BYTES);
    let waiting = 0;
    let tail: Promise<void> = Promise.resolve();
    const answerLater = (text: string): void => {
      waiting++;
      tail = tail.then(async () => {
        if (socket.writable) await this.#answer(socket, text);
        waiting--;
      });
    };
    socket.on("data", (bytes) => {
      for (const event of lines.feed(bytes)) {
        if (event.kind === "line" && waiting < MAX_WAITING) answerLater(event.text);
        else {
          end(socket, event.kind === "line" ? TOO_MANY : TOO_LONG);
          return;
        }
      }
    });
    socket.on("end", () => {
      tail = tail.then(() => {
        socket.end();
      });
    });
  }

  async #answer(socket: Duplex, line: string): Promise<void> {
    let id: number | null = null;
    try {
      const request = parseRequest(line);
      id = request.id;
      if (request.act.do === "fresh") await this.#loan.begin(socket);
      const ok = await this.#performer.perform(request.act);
      send(socket, { id, ok, clock: this.#clock() });
      if (movesTime(request.act)) this.#tellOthers(socket);
    } catch (error) {
      if (!(error instanceof RequestError)) {
        send(socket, { id, error: problemOf(error) });
        return;
      }
      const { field, message } = error;
      // Whoever sends no JSON (a web page that found the port) gets no second try.
      if (field === "line") end(socket, { field, message });
      else send(socket, { id: error.id, error: { field, message } });
    }
  }

  #tellOthers(socket: Duplex): void {
    for (const other of this.#sockets) {
      if (other !== socket) send(other, { event: "clock", clock: this.#clock() });
    }
  }

  #clock(): ClockReading {
    const { clock } = this.#rig;
    return { nowUs: clock.nowUs(), monotonicUs: clock.monotonicUs(), time: this.#time };
  }
}

function problemOf(error: unknown): ControlProblem {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof DeviceError ? { code: error.code, message } : { message };
}

function send(socket: Duplex, message: object): void {
  if (!socket.writable) return;
  if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
  else socket.write(`${JSON.stringify(message)}\n`);
}

function end(socket: Duplex, error: ControlProblem): void {
  if (socket.writable) socket.end(`${JSON.stringify({ id: null, error })}\n`);
  // What it still sends is not read.
  socket.removeAllListeners("data");
  socket.resume();
  setTimeout(() => socket.destroy(), 1000).unref();
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
