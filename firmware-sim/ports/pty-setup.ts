// What has to be done to a pseudo-terminal with ioctl, which Node does not have: programs that
// every Linux has do it on descriptors they inherit. All of this is over before a port is used.

import { spawnSync } from "node:child_process";

/** A pseudo-terminal cannot be had here; the message says what to do. */
export class PtyError extends Error {
  override readonly name = "PtyError";
}

/** A program and its arguments; the descriptor is its standard input. */
export interface SetupProgram {
  readonly command: string;
  readonly args: readonly string[];
}

const TIMEOUT_MS = 10_000;
/** TIOCSPTLCK of asm-generic/ioctls.h (x86, ARM, RISC-V), with a zero: unlocks the slave. */
const UNLOCK = "0x40045431";

/** Perl is part of every Debian (perl-base), Python of every Fedora. */
const UNLOCKERS: readonly SetupProgram[] = [
  {
    command: "perl",
    args: ["-e", `my $off = pack("i", 0); ioctl(STDIN, ${UNLOCK}, $off) or die "$!\\n"`],
  },
  {
    command: "python3",
    args: ["-c", `import fcntl, struct; fcntl.ioctl(0, ${UNLOCK}, struct.pack("i", 0))`],
  },
];

/** `stty` is part of coreutils and of BusyBox. */
const RAW: readonly SetupProgram[] = [{ command: "stty", args: ["raw", "-echo"] }];

/** Lets clients open the slave of the master `descriptor`. @throws {PtyError} */
export function unlockSlave(
  descriptor: number,
  programs: readonly SetupProgram[] = UNLOCKERS,
): void {
  runFirst(descriptor, programs, "unlock it");
}

/**
 * No echo and no line editing on the terminal `descriptor`, before the first client has set up the
 * line: a token's own bytes would come back to it. @throws {PtyError}
 */
export function makeRaw(descriptor: number, programs: readonly SetupProgram[] = RAW): void {
  runFirst(descriptor, programs, "set it up");
}

/** Runs the first of the programs that is installed. */
function runFirst(descriptor: number, programs: readonly SetupProgram[], what: string): void {
  for (const { command, args } of programs) {
    const { error, status, stderr } = spawnSync(command, args, {
      stdio: [descriptor, "ignore", "pipe"],
      timeout: TIMEOUT_MS,
    });
    if (isMissing(error)) continue;
    if (error === undefined && status === 0) return;
    const reason = error?.message ?? String(stderr).trim().slice(-200);
    throw new PtyError(`a pseudo-terminal opened, but ${command} cannot ${what}: ${reason}`);
  }
  const names = programs.map(({ command }) => command).join(" or ");
  throw new PtyError(`a pseudo-terminal needs ${names} to ${what}; install it`);
}

function isMissing(error: Error | undefined): boolean {
  return error !== undefined && "code" in error && error.code === "ENOENT";
}
