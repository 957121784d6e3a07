// A folder of its own for a test's files.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Removed with all it holds when disposed. */
export interface Scratch extends AsyncDisposable {
  readonly path: string;
  /** Path of a file in it. */
  at(name: string): string;
  /** Writes a file and returns its path. */
  write(name: string, text: string | Uint8Array): Promise<string>;
}

/** Makes the folder. */
export async function scratch(): Promise<Scratch> {
  const path = await mkdtemp(join(tmpdir(), "oathbed-cli-"));
  return {
    path,
    at: (name) => join(path, name),
    write: async (name, text) => {
      await writeFile(join(path, name), text, { mode: 0o600 });
      return join(path, name);
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
