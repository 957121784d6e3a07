// Whether the operating system's clock is kept by a time server. Codes of time-based tokens are
// judged by it: when it is wrong, every token seems to drift.

import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { promisify } from "node:util";

/** "unknown" where nothing here can tell. */
export type HostClockState = "synchronized" | "unsynchronized" | "unknown";

/** Longest wait for an answer, milliseconds. */
const TIMEOUT_MS = 2000;
/** systemd-timesyncd makes this file once it has set the clock. */
const TIMESYNC_MARK = "/run/systemd/timesync/synchronized";

/** What `hostClockState` asks, so that tests can answer. */
export interface HostClockSources {
  /** The output of `timedatectl show -p NTPSynchronized --value`; rejects when it cannot run. */
  timedatectl(signal: AbortSignal): Promise<string>;
  /** Whether a file exists. */
  exists(path: string): Promise<boolean>;
}

const SYSTEM: HostClockSources = {
  async timedatectl(signal) {
    const words = ["show", "--property=NTPSynchronized", "--value"];
    const options = { timeout: TIMEOUT_MS, signal, maxBuffer: 4096 };
    return (await promisify(execFile)("timedatectl", words, options)).stdout;
  },
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
};

/** Asks the system, at most two seconds. Never rejects. */
export async function hostClockState(
  sources: HostClockSources = SYSTEM,
  signal: AbortSignal = AbortSignal.timeout(TIMEOUT_MS),
): Promise<HostClockState> {
  if (await sources.exists(TIMESYNC_MARK)) return "synchronized";
  const answer = await sources.timedatectl(signal).catch(() => "");
  switch (answer.trim()) {
    case "yes":
      return "synchronized";
    case "no":
      return "unsynchronized";
    default:
      return "unknown";
  }
}
