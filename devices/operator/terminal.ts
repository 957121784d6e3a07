// A person at a terminal, as the operator driver sees them; a script can stand in.

/** A key that was pressed. */
export interface KeyPress {
  /** The character, or the escape sequence of a key without one. */
  readonly key: string;
  /** When, host time, microseconds since the Unix epoch. */
  readonly atUs: number;
}

/**
 * What a person is shown and asked. What is shown may hold a secret as a QR code: it goes to the
 * person and nowhere else. Ctrl-C rejects what waits with DeviceError "cancelled"; the end of the
 * input with "disconnected"; a signal with its reason.
 */
export interface OperatorTerminal {
  show(text: string): void;
  /** The line that the person types, without its end; at most MAX_LINE_CHARACTERS are kept. */
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** Keys as they are pressed, none echoed, until the loop over them ends. */
  keys(signal: AbortSignal): AsyncIterable<KeyPress>;
}

/** Longest line taken from a person or a keyboard-typing token. */
export const MAX_LINE_CHARACTERS = 512;
