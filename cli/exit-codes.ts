// How the command ends.

/** Exit codes of `oathbed`, for scripts; never renumbered. */
export const EXIT = {
  ok: 0,
  /** A MUST is broken, or codes were refused. */
  nonConformant: 1,
  /** A wrong flag, value or file. */
  usage: 2,
  /** No device, or no access to a device or file. */
  noDevice: 3,
  /** Our own mistake. */
  harness: 4,
  nothingSelected: 5,
  /** Ctrl-C; or SIGTERM, but for a service: there it is the ordinary end. */
  interrupted: 130,
} as const;

/** @see EXIT */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
