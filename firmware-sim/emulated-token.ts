// The inside of a token as its ports and its rig see it. Ports (shell, applet) call the upper part;
// the rig around it calls the lower one. Nothing here knows of a wire.

import type { HashAlgorithm, OathParameters } from "../core/oath/parameters.ts";

/** What a token model can do and how it behaves; data, one object a model. */
export interface TokenProfile {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  readonly firmware: string;
  readonly algorithms: readonly HashAlgorithm[];
  /** Digits it can show. */
  readonly digits: readonly number[];
  readonly stepSeconds: { readonly low: number; readonly high: number };
  readonly secretBytes: { readonly low: number; readonly high: number };
  readonly credentials: number;
  readonly timeRange: { readonly fromSeconds: number; readonly toSeconds: number };
  /** Codes show only for a while after the button is pressed, seconds; 0 = always on. */
  readonly showSeconds: number;
  /** Whether the clock goes on while the power is off (battery, or a backed RTC). */
  readonly clockSurvivesPowerOff: boolean;
  /** Whether every credential is taken away before the clock is set. Absent: they stay. */
  readonly settingTimeForgets?: boolean;
}

/** A credential in the token's non-volatile memory. */
export interface StoredCredential {
  readonly name: string;
  readonly secret: Uint8Array;
  readonly parameters: OathParameters;
  /** Next counter of an HOTP credential; 0 for TOTP. */
  readonly counter: bigint;
}

/** Why the firmware refused; ports translate it into their own words. */
export type FirmwareRefusal =
  | "no-credential"
  | "wrong-kind" // a TOTP code of an HOTP credential, or the other way round
  | "full"
  | "bad-parameters"
  | "counter-exhausted" // 2^64 - 1 was given out; it never wraps
  | "before-t0"
  | "button-needed"
  | "time-out-of-range"
  | "off"; // no power

/** The firmware refused a request. */
export class FirmwareError extends Error {
  override readonly name = "FirmwareError";
  readonly refusal: FirmwareRefusal;
  constructor(refusal: FirmwareRefusal, message: string) {
    super(message);
    this.refusal = refusal;
  }
}

/** A code the firmware made. */
export interface FirmwareCode {
  readonly code: string;
  readonly movingFactor: bigint;
  /** The token's own time, whole Unix seconds. */
  readonly tokenSeconds: number;
}

/** An emulated token: firmware, memory, clock, display and button. */
export interface EmulatedToken {
  readonly profile: TokenProfile;

  /** The token's own time, microseconds since the Unix epoch, not rounded. */
  nowUs(): number;
  /** Sets the token's clock to a whole second. @throws {FirmwareError} time-out-of-range, off */
  setTime(seconds: number): void;
  /** @throws {FirmwareError} see FirmwareRefusal */
  totp(credential?: string): FirmwareCode;
  /** Without `counter`: the stored one, which advances before the code is given out. */
  hotp(credential?: string, counter?: bigint): FirmwareCode;
  /** The code of a moving factor that the host names, whatever kind the credential is of. */
  codeAt(credential: string, movingFactor: bigint): FirmwareCode;
  /** Writes a credential, whole or not at all; replaces one of the same name, in its place. */
  put(credential: Omit<StoredCredential, "counter"> & { readonly counter?: bigint }): void;
  list(): readonly StoredCredential[];
  /** @throws {FirmwareError} no-credential */
  remove(name: string): void;

  readonly powered: boolean;
  powerOff(): void;
  powerOn(): void;
  pressButton(): void;
  /** What the display shows now; empty when blank or off. */
  displayText(): string;
  setTemperature(celsius: number): void;
  /**
   * Power fails in the n-th next write to non-volatile memory (1 = the next one).
   *
   * @param progress how far that write gets: 0 not begun, 1 done when the power fails; default 0.5
   * @throws {RangeError}
   */
  failWrite(afterWrites: number, progress?: number): void;
  /** Token time minus true time, microseconds: ground truth for the rig, never for a port. */
  offsetUs(): number;
  /** Momentary rate error, parts per million. */
  ratePpm(): number;
}
