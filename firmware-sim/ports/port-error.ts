// Why a token cannot be attached.

/** A port cannot be had; the message says what to do. */
export class PortError extends Error {
  override readonly name = "PortError";
}
