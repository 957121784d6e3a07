// HOST:PORT, as options take it.

import { UsageError } from "../usage-error.ts";

/** `127.0.0.1:3240`, `localhost:0`, `[::1]:3240`. @throws {UsageError} naming the option */
export function parseHostPort(
  option: string,
  text: string,
): { readonly host: string; readonly port: number } {
  const [, host, portText] = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(portText);
  if (host === undefined || port > 0xffff) {
    throw new UsageError(
      `--${option} must be HOST:PORT, got ${JSON.stringify(text.slice(0, 60))}`,
      `for example --${option} 127.0.0.1:3240, or [::1]:3240`,
    );
  }
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port };
}
