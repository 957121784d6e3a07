// Contenders in C and Python: compiled, or looked for, on the spot; where that is not possible the
// row is absent with the reason.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Command } from "./protocol.ts";

/** How to start a contender, or why it cannot be. */
export type Found =
  | { readonly kind: "found"; readonly command: Command }
  | { readonly kind: "absent"; readonly reason: string };

/** A contender in C. */
export interface Source {
  /** File in bench/peers. */
  readonly file: string;
  /** Flags besides -O3. */
  readonly flags: readonly string[];
  readonly libraries: readonly string[];
  /** What to install when it does not compile. */
  readonly remedy: string;
}

const run = promisify(execFile);
const TIMEOUT_MS = 60_000;
const PEERS = fileURLToPath(new URL("../peers/", import.meta.url));
const PYTHONS = ["python3", "/usr/bin/python3"] as const;

/** Compiles a source with the system's compiler into `folder`. */
export async function compile(source: Source, folder: string): Promise<Found> {
  const from = join(PEERS, source.file);
  if (!existsSync(from)) return absent("its source is not there");
  const program = join(folder, source.file.replace(/\.c$/, ""));
  if (existsSync(program)) return { kind: "found", command: { program, args: [] } };
  const args = ["-O3", ...source.flags, from, "-o", program, ...source.libraries];
  try {
    await run("cc", args, { timeout: TIMEOUT_MS });
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    return absent(
      code === "ENOENT" ? "no C compiler (cc) on the PATH; apt install gcc" : source.remedy,
    );
  }
  return { kind: "found", command: { program, args: [] } };
}

/** The Python that has pyotp. */
export async function findPython(): Promise<Found> {
  const script = join(PEERS, "with_pyotp.py");
  for (const program of PYTHONS) {
    try {
      await run(program, ["-c", "import pyotp; pyotp.TOTP"], { timeout: TIMEOUT_MS });
      return { kind: "found", command: { program, args: [script] } };
    } catch {
      // The next one may have it.
    }
  }
  return absent("no Python 3 with pyotp; pip install pyotp");
}

function absent(reason: string): Found {
  return { kind: "absent", reason };
}
