// The USB lab: tests in a Linux guest with a real USB stack. Some tokens live in the guest beside
// the tests, some on this host, on the other side of its network.

import { runProgram } from "../testing/program.ts";
import { type Counts, labFiles, runTests, vitestArguments } from "../testing/vitest-run.ts";
import { startHostTokens } from "./host-tokens.ts";

/** Seconds that tests in the guest may take: what a busy machine takes, and room. */
const LIMIT_SECONDS = 900;
/** Seconds for udev and pcscd before them, and for telling what hangs after them. */
const ROOM_SECONDS = 120;
/** Time to read the tests, at most: a minute of a very busy machine, and room. */
const LISTING_MS = 300_000;

/** Where vitest keeps what it makes of the sources: the guest copies it, so no other lab's. */
const CACHE = ".cache/guest-lab";

/** MiB: two runs of vitest, ykman, and the files that they read. */
const MEMORY = "2048";

/** Boots the guest and runs all of it. @param filters parts of file names */
export async function runUsbLab(filters: readonly string[]): Promise<Counts> {
  const files = labFiles("usb", filters);
  // Reads the files and all that they import, once, at this host's pace.
  const list = ["list", ...vitestArguments(files).slice(1)];
  const env = { OATHBED_LAB_CACHE: CACHE };
  const listing = await runProgram("vitest", list, { env, timeoutMs: LISTING_MS });
  if (listing.exitCode !== 0) throw new Error(listing.stdout + listing.stderr);
  await using tokens = await startHostTokens();
  const args = [tokens.ports.join("."), LIMIT_SECONDS, ...files].join(",");
  const boot = ["scripts/labs/guest/boot.sh", "scripts/labs/usb/guest.sh", args];
  // Awaited here: the tokens stay until the guest is off.
  return await runTests("bash", boot, {
    LIMIT: String(LIMIT_SECONDS + ROOM_SECONDS),
    MEMORY,
  });
}
