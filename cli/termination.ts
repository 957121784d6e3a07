// The signal that ended a command: SIGTERM is how a service is stopped, Ctrl-C how work is cut off.

/** Why a command's signal was aborted, its `reason`. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  /** Which signal of the operating system it was. */
  readonly signalName: string;
  constructor(signalName: string) {
    super("interrupted");
    this.signalName = signalName;
  }
}

/** Whether the process was asked to end: what it began is done, nothing broke. */
export function isTermination(signal: AbortSignal): boolean {
  const { reason } = signal;
  return reason instanceof Interruption && reason.signalName === "SIGTERM";
}
