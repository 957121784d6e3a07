// Where a control socket is: the path of a Unix socket, or a TCP port of this computer.

/** A control socket's address. */
export type Endpoint =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** sun_path of sockaddr_un holds 108 bytes on Linux, 104 elsewhere, with a zero at the end. */
const MAX_PATH_BYTES = 103;
const LOOPBACK: readonly string[] = ["127.0.0.1", "[::1]", "localhost"];

/**
 * Reads `--control`: `/run/user/1000/token.sock`, `./token.sock`, `127.0.0.1:7000`. Only this
 * computer's own address is taken: whoever reaches the socket moves the token's time.
 *
 * @throws {RangeError} saying how it is written
 */
export function parseEndpoint(text: string): Endpoint {
  const [, host, port] = /^(\[::1\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text) ?? [];
  if (host !== undefined && port !== undefined) {
    if (!LOOPBACK.includes(host)) {
      throw new RangeError(`--control: ${host} is not this computer; use 127.0.0.1:PORT`);
    }
    if (Number(port) > 65_535) throw new RangeError(`--control: there is no port ${port}`);
    return { kind: "tcp", host: host === "[::1]" ? "::1" : host, port: Number(port) };
  }
  const bytes = Buffer.byteLength(text);
  if (bytes < 1 || bytes > MAX_PATH_BYTES || text.includes("\0")) {
    throw new RangeError(
      `--control: write a path of 1 to ${MAX_PATH_BYTES} bytes for a Unix socket, ` +
        `or 127.0.0.1:PORT; this has ${bytes} bytes`,
    );
  }
  return { kind: "unix", path: text };
}

/** The reverse of parseEndpoint. */
export function formatEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === "unix") return endpoint.path;
  const host = endpoint.host.includes(":") ? `[${endpoint.host}]` : endpoint.host;
  return `${host}:${endpoint.port}`;
}
