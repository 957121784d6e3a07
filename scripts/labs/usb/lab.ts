// The USB lab: tests in a Linux guest with a real USB stack. Some tokens live in the guest beside
// the tests, some on this host, on the other side of its network.

import { runProgram } from "../testing/program.ts";
import { type Counts, labFiles, runTests, vitestArguments } from "../testing/vitest-run.ts";
import { startHostTokens } from "./host-tokens.ts";

/** Seconds until the guest is stopped: what a busy machine takes, and room. */
const LIMIT_SECONDS = 900;

/** MiB: two runs of vitest, ykman, and the files that they read. */
const MEMORY = "2048";

/** Boots the guest and runs all of it. @param filters parts of file names */
export async function runUsbLab(filters: readonly string[]): Promise<Counts> {
  const files = labFiles("usb", filters);
  // Reads the files and all that they import, once, at this host's pace.
  const listing = await runProgram("vitest", ["list", ...vitestArguments(files).slice(1)]);
  if (listing.exitCode !== 0) throw new Error(listing.stdout + listing.stderr);
  await using tokens = await startHostTokens();
  const args = [tokens.ports.join("."), ...files].join(",");
  const boot = ["scripts/labs/guest/boot.sh", "scripts/labs/usb/guest.sh", args];
  // Awaited here: the tokens stay until the guest is off.
  return await runTests("bash", boot, { LIMIT: String(LIMIT_SECONDS), MEMORY });
}
