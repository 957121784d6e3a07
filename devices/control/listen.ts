// Listening where nobody else listens, for nobody but this user.

import { chmodSync } from "node:fs";
import { lstat, unlink } from "node:fs/promises";
import { connect, type Server } from "node:net";
import { isMainThread } from "node:worker_threads";
import { DeviceError } from "../errors.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";

const PROBE_TIMEOUT_MS = 1000;

/**
 * Starts listening. A socket file that a process left behind when it died is replaced; one that
 * somebody listens on, and any other file, is left alone.
 *
 * @returns where it listens: with the port that the system chose, when 0 was asked for
 * @throws {DeviceError} no-access
 */
export async function listen(server: Server, endpoint: Endpoint): Promise<Endpoint> {
  try {
    return await bound(server, endpoint);
  } catch (error) {
    if (!(await isLeftBehind(error, endpoint))) throw refused(error, endpoint);
  }
  try {
    if (endpoint.kind === "unix") await unlink(endpoint.path);
    return await bound(server, endpoint);
  } catch (error) {
    throw refused(error, endpoint);
  }
}

function bound(server: Server, endpoint: Endpoint): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => reject(error);
    server.once("error", onError);
    const onListening = (): void => {
      server.off("error", onError);
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      resolve(endpoint.kind === "tcp" ? { ...endpoint, port } : endpoint);
    };
    if (endpoint.kind === "tcp") {
      server.listen({ host: endpoint.host, port: endpoint.port }, onListening);
    } else {
      withPrivateFiles(() => server.listen({ path: endpoint.path }, onListening));
      server.once("listening", () => chmodSync(endpoint.path, 0o600));
    }
  });
}

/** The socket file is private from its first moment on; a worker cannot set its umask. */
function withPrivateFiles(act: () => void): void {
  if (!isMainThread) {
    act();
    return;
  }
  const before = process.umask(0o177);
  try {
    act();
  } finally {
    process.umask(before);
  }
}

async function isLeftBehind(error: unknown, endpoint: Endpoint): Promise<boolean> {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "EADDRINUSE" || endpoint.kind !== "unix") return false;
  try {
    return (await lstat(endpoint.path)).isSocket() && !(await answers(endpoint.path));
  } catch {
    return false;
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    // In doubt somebody is there.
    socket.setTimeout(PROBE_TIMEOUT_MS, () => end(true));
    socket.on("connect", () => end(true));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code !== "ECONNREFUSED"));
  });
}

function refused(cause: unknown, endpoint: Endpoint): DeviceError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code === "EADDRINUSE" ? "somebody listens there, or it is another file" : message;
  return new DeviceError("no-access", `--control ${formatEndpoint(endpoint)}: ${reason}`, {
    cause,
    hint: "choose another place",
  });
}
