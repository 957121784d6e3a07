// Files with keys and tokens: read within a size, and told about when others can read them.

import { open } from "node:fs/promises";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

/** Largest such file, bytes. */
const MAX_BYTES = 1_048_576;

/**
 * The bytes of a file. Warns when the group or others may read it.
 *
 * @throws {UsageError} when it is longer than 1 MiB
 * @throws {Error} ENOENT, EACCES and the like
 */
export async function readPrivate(path: string, terminal: Terminal): Promise<Buffer> {
  await using file = await open(path, "r");
  const { mode } = await file.stat();
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    const shown = (mode & 0o777).toString(8).padStart(4, "0");
    terminal.err(
      `${terminal.errStyle.warn("warning:")} ${path} has mode ${shown}; ` +
        `chmod 600 keeps it from other users\n`,
    );
  }
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
  if (bytesRead > MAX_BYTES) {
    throw new UsageError(`${path} is longer than ${MAX_BYTES} bytes`, "is it the right file?");
  }
  return buffer.subarray(0, bytesRead);
}
