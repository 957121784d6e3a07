// What has to be done to a pseudo-terminal with ioctl, which Node does not have: programs that
// every Linux has do it on descriptors they inherit. All of this is over before a port is used.

import { type StdioOptions, spawnSync } from "node:child_process";

/** A pseudo-terminal cannot be had here; the message says what to do. */
export class PtyError extends Error {
  override readonly name = "PtyError";
}

/** A program and its arguments; the terminal is a descriptor of it, as said below. */
export interface SetupProgram {
  readonly command: string;
  readonly args: readonly string[];
}

const TIMEOUT_MS = 10_000;
/** TIOCSPTLCK of asm-generic/ioctls.h (x86, ARM, RISC-V), with a zero: unlocks the slave. */
const UNLOCK = "0x40045431";

const PERL = `$_ = pack("i", 0); open(PTY, "+<&=", 3) && ioctl(PTY, ${UNLOCK}, $_) or die "$!\\n"`;
const PYTHON = `import fcntl, struct; fcntl.ioctl(3, ${UNLOCK}, struct.pack("i", 0))`;

/** What unlocks, first the most usual: every Debian has Perl (perl-base), every Fedora Python. */
export const UNLOCKERS: readonly SetupProgram[] = [
  { command: "perl", args: ["-e", PERL] },
  { command: "python3", args: ["-c", PYTHON] },
];

/** `stty` is part of coreutils and of BusyBox. */
const RAW: readonly SetupProgram[] = [{ command: "stty", args: ["raw", "-echo"] }];

/** Lets clients open the slave of the master `descriptor`, 3 in the program. @throws {PtyError} */
export function unlockSlave(
  descriptor: number,
  programs: readonly SetupProgram[] = UNLOCKERS,
): void {
  // Not as standard input: Node takes O_NONBLOCK off those, here as in the program.
  runFirst(["ignore", "ignore", "pipe", descriptor], programs, "unlock it");
}

/**
 * No echo and no line editing on the terminal `descriptor`, before the first client has set up the
 * line: a token's own bytes would come back to it. It is the program's standard input.
 *
 * @throws {PtyError}
 */
export function makeRaw(descriptor: number, programs: readonly SetupProgram[] = RAW): void {
  runFirst([descriptor, "ignore", "pipe"], programs, "set it up");
}

/** Runs the first of the programs that is installed. */
function runFirst(stdio: StdioOptions, programs: readonly SetupProgram[], what: string): void {
  for (const { command, args } of programs) {
    const { error, status, stderr } = spawnSync(command, args, { stdio, timeout: TIMEOUT_MS });
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
