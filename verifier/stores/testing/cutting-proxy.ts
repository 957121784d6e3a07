// Between a client and a database server: passes everything on, and once loses the answer to a
// request. The server has then done what it was asked, and the client does not know.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** @see cuttingProxy */
export class CuttingProxy implements AsyncDisposable {
  readonly host = "127.0.0.1";
  readonly port: number;
  /** Answers that were lost. */
  cuts = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #text: string | undefined;

  constructor(server: Server, target: { readonly host: string; readonly port: number }) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on("connection", (client) => this.#join(client, connect(target)));
  }

  /** Loses the answer to the next request that has `text` in it, and its connection. */
  cutAfter(text: string): void {
    this.#text = text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket, server: Socket): void {
    let isArmed = false;
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("error", end).on("close", end);
    }
    client.on("data", (data) => {
      if (this.#text !== undefined && data.includes(this.#text)) {
        this.#text = undefined;
        isArmed = true;
      }
      server.write(data);
    });
    server.on("data", (data) => {
      if (!isArmed) {
        client.write(data);
        return;
      }
      // "Z": ready for the next query, so the transaction is over.
      if (!data.includes("Z")) return;
      this.cuts++;
      end();
    });
  }
}

/** A proxy to the server of this URL, on a free port. */
export async function cuttingProxy(url: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(url);
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return new CuttingProxy(server, { host: hostname, port: Number(port) });
}
