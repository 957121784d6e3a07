// How reports get to a HID token and back, whatever carries them: the operating system's HID
// driver, control transfers of a USB device, or memory.

/**
 * A HID interface that is open. Reports carry no report id: these tokens have only id 0, and what
 * an operating system wants in front of it is the transport's affair.
 *
 * Every method rejects with DeviceError: `disconnected` when the token has gone, `protocol` when
 * a transfer failed and may be tried again. Where a signal is given, its reason when it is aborted;
 * a late answer is then thrown away.
 */
export interface HidTransport {
  /** SET_REPORT (feature), HID 1.11 §7.2.2. */
  sendFeature(report: Uint8Array, signal: AbortSignal): Promise<void>;
  /** GET_REPORT (feature), HID 1.11 §7.2.1: at most `length` bytes. */
  getFeature(length: number, signal: AbortSignal): Promise<Uint8Array>;
  /** An output report. */
  write(report: Uint8Array, signal: AbortSignal): Promise<void>;
  /** The next input report; waits for it. */
  read(signal: AbortSignal): Promise<Uint8Array>;
  /** May be called twice; never rejects. */
  close(): Promise<void>;
}
