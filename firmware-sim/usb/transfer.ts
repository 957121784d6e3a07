// What passes between a USB host and a device: transfers and what they came to.

/** What a transfer came to. */
export type TransferResult =
  /** `data` is what was read; empty for a transfer from the host. */
  | { readonly kind: "done"; readonly data: Uint8Array }
  /** A request that is not supported, or a halted endpoint. */
  | { readonly kind: "stall" }
  /** The device had more to say than the host's buffer takes. */
  | { readonly kind: "overflow" };

/** The answer to a control request: the data stage (empty when there is none), or a stall. */
export type ControlAnswer = Uint8Array | "stall";

/** A transfer that waits for data. */
export interface PendingTransfer {
  /** Gives it up: it is never answered. False when it was answered before. */
  cancel(): boolean;
}

/** Nothing. */
export const NO_DATA: Uint8Array = new Uint8Array(0);
/** A stall. */
export const STALL: TransferResult = { kind: "stall" };

/** A transfer that went well. */
export function done(data: Uint8Array = NO_DATA): TransferResult {
  return { kind: "done", data };
}
