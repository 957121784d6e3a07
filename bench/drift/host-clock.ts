// How good the host's own clock is: no bound on a token's rate in true time can be tighter. The
// monotonic clock measures; the wall clock only says where on the time scale a session lies.

import { execFile } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** What is known of the host's clock. */
export interface HostClock {
  readonly state: "simulated" | "synchronized" | "unsynchronized" | "unknown" | "stated";
  /** Largest rate error against true time, ppm. */
  readonly ratePpm: number;
  /** Largest error of its wall time, seconds. */
  readonly offsetSeconds: number;
  /** One sentence for people. */
  readonly text: string;
}

/** Time is simulated: the host's clock is true. */
export const SIMULATED_HOST: HostClock = {
  state: "simulated",
  ratePpm: 0,
  offsetSeconds: 0,
  text: "time is simulated: the host's clock is true",
};

/** Computers' crystals: ±50 ppm where nothing disciplines them. */
const FREE_PPM = 50;
/** A disciplined clock is slewed by far less than this once it has settled. */
const DISCIPLINED_PPM = 1;
const COMMAND_TIMEOUT_MS = 2000;
const BOOT_ID = "/proc/sys/kernel/random/boot_id";
const TIMESYNCD_FLAG = "/run/systemd/timesync/synchronized";

/** A host clock whose errors the user states. */
export function statedHost(ratePpm: number): HostClock {
  return {
    state: "stated",
    ratePpm,
    offsetSeconds: 1,
    text: `the host's rate error is at most ${ratePpm} ppm, as stated by --host-ppm`,
  };
}

/** Asks chrony, then systemd-timesyncd; where neither answers nothing is known. */
export async function examineHostClock(): Promise<HostClock> {
  const tracking = await chronyTracking();
  if (tracking !== undefined) return tracking;
  try {
    await access(TIMESYNCD_FLAG);
    return {
      state: "synchronized",
      ratePpm: DISCIPLINED_PPM,
      offsetSeconds: 0.1,
      text: `systemd-timesyncd has synchronized it; taken as within ${DISCIPLINED_PPM} ppm`,
    };
  } catch {
    return {
      state: "unknown",
      ratePpm: FREE_PPM,
      offsetSeconds: 1,
      text:
        `no time service answers here (chrony, systemd-timesyncd): taken as within ${FREE_PPM} ` +
        "ppm; state it with --host-ppm if you know it better",
    };
  }
}

/**
 * Which boot of this host it is, so that a later session goes on with its monotonic clock;
 * undefined where the system does not tell.
 */
export async function hostBoot(): Promise<string | undefined> {
  try {
    const id = (await readFile(BOOT_ID, "utf8")).trim();
    return /^[0-9a-f-]{1,64}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** The host's monotonic clock, the same in every process of one boot, microseconds. */
export function bootMonotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** `chronyc -c tracking`: fields 10 and 13 are skew in ppm and leap status (chronyc manual). */
async function chronyTracking(): Promise<HostClock | undefined> {
  try {
    const { stdout } = await promisify(execFile)("chronyc", ["-c", "tracking"], {
      timeout: COMMAND_TIMEOUT_MS,
      maxBuffer: 65_536,
    });
    return parseTracking(stdout);
  } catch {
    return undefined;
  }
}

/** Reads a line of `chronyc -c tracking`; undefined when it is none. */
export function parseTracking(line: string): HostClock | undefined {
  const fields = line.trim().split(",");
  if (fields.length !== 14) return undefined;
  const [offset, skew, delay, dispersion] = [4, 9, 10, 11].map((at) => Number(fields[at]));
  const isNumeric = [offset, skew, delay, dispersion].every(Number.isFinite);
  if (!isNumeric) return undefined;
  if (fields[13] === "Not synchronised") {
    const text = `chrony is not synchronized: taken as within ${FREE_PPM} ppm`;
    return { state: "unsynchronized", ratePpm: FREE_PPM, offsetSeconds: 1, text };
  }
  const ratePpm = Math.max(0.01, skew ?? 0);
  const offsetSeconds = Math.abs(offset ?? 0) + (delay ?? 0) / 2 + (dispersion ?? 0);
  const text = `chrony is synchronized: rate within ${ratePpm} ppm, offset within ${offsetSeconds.toFixed(4)} s`;
  return { state: "synchronized", ratePpm, offsetSeconds, text };
}
