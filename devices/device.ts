// What a host can do with a token over the wire.
//
// Rules every driver keeps (devices/testing/contract.ts checks them):
// - Operations on one device run one after another, in the order they were called.
// - Each takes a time-out and an AbortSignal, and settles within them. After "timed-out" or
//   "cancelled" the device can be used again: a late answer is thrown away, never taken for the
//   next one's.
// - A token that goes away: the operation under way and all later ones reject with "disconnected".
//   Open a new device to go on.
// - Everything fails as DeviceError, nothing else; a caller's mistake is TypeError or RangeError.
// - A capability that is claimed works. One that is not claimed answers "not-supported".
// - close() ends what is under way with "closed", may be called twice and never rejects.
// - No operation changes what it was not asked to: reading a TOTP code changes nothing.

import type { HashAlgorithm, OathParameters } from "../core/oath/parameters.ts";
import type { RawAccess, RawChannel } from "./raw.ts";

/** Which token this is, as far as it says so. */
export interface DeviceInfo {
  /** The driver's name: virtual, serial, usb, hid, smart-card, operator. */
  readonly driver: string;
  /** Opens the same token again, with the driver: `serial:/dev/ttyACM0`. */
  readonly address: string;
  /** Model or profile; "unknown" when the token does not tell. */
  readonly model: string;
  readonly serial?: string;
  readonly firmware?: string;
}

/** Whose clock a TOTP code is made from. */
export type ClockSource = "token" | "host";

/** What this token, with this firmware, over this transport, can do. */
export interface Capabilities {
  /** Absent when the token makes no time-based codes. */
  readonly totp?: {
    readonly algorithms: readonly HashAlgorithm[];
    readonly digits: readonly number[];
    /** Step sizes in seconds it can be set to, lowest and highest. */
    readonly stepSeconds: { readonly low: number; readonly high: number };
    /** Whether T0 other than 0 can be set. */
    readonly t0: boolean;
    /** "host": the time is passed in with each read (YubiKey-type tokens have no clock). */
    readonly clock: ClockSource;
  };
  /** Absent when the token makes no event-based codes. */
  readonly hotp?: {
    readonly algorithms: readonly HashAlgorithm[];
    readonly digits: readonly number[];
    /** Whether a code for a counter named by the host can be read. */
    readonly atCounter: boolean;
    /** Whether the token keeps a counter of its own and advances it with each code. */
    readonly ownCounter: boolean;
    /** Highest counter it can be set to or asked for. */
    readonly highestCounter: bigint;
  };
  /** Absent when secrets cannot be written over this transport. */
  readonly provision?: {
    readonly secretBytes: { readonly low: number; readonly high: number };
    /** Which bytes a secret may hold, when not all: the characters from 0x20 to 0x7E. */
    readonly secretAlphabet?: "printable-ascii";
    /** Names of credentials; false: one credential, its name is ignored. */
    readonly names: boolean;
    /** Most credentials at once. */
    readonly credentials: number;
    /**
     * "deleted-first": the token refuses a name that it holds, so that one of the same name is
     * taken away before the new one is written, and power that fails between leaves neither.
     * Absent: replaced whole or not at all.
     */
    readonly replaces?: "deleted-first";
    /** Whether a credential can be made to ask for a touch each time. Absent: no. */
    readonly touch?: boolean;
  };
  readonly list: boolean;
  readonly remove: boolean;
  readonly setTime: boolean;
  /**
   * Setting the clock takes every secret away first: nobody reads codes of times to come from it.
   * Absent: the secrets stay.
   */
  readonly setTimeForgets?: boolean;
  readonly readTime: boolean;
  /** Codes appear only after the button is pressed. */
  readonly button: boolean;
  /** Unix times the token's clock can hold, whole seconds, both included. */
  readonly timeRange: { readonly fromSeconds: number; readonly toSeconds: number };
  /** The optional operations of Device that this token has; absent: none of them. */
  readonly extras?: Extras;
  /**
   * An operation costs microseconds: a call in this process, no wire. It takes a hundred thousand
   * of them in seconds. Absent: it costs what a round trip costs.
   */
  readonly inProcess?: boolean;
  /** Frames that can be sent as they are, through `raw`; absent: none. */
  readonly raw?: readonly RawChannel[];
}

/** Optional operations; one that is false answers "not-supported", as one that is absent. */
export interface Extras {
  readonly readAll: boolean;
  readonly rename: boolean;
  readonly reset: boolean;
  /** Whether a password, or a PIN in its place, can lock it: `unlock` and `setPassword`. */
  readonly password: boolean;
}

/** What every operation takes. */
export interface OperationOptions {
  /** Longest time to wait for the answer, milliseconds. Default: the driver's. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called once when the token waits for a touch, if it tells; the time-out bounds the wait. */
  readonly onTouch?: () => void;
}

/** Which code to read. */
export interface TotpRequest extends OperationOptions {
  /** Name of the credential; default the only one, or the selected one. */
  readonly credential?: string;
  /** Host time, microseconds since the Unix epoch: for tokens whose clock is the host's. */
  readonly atUs?: number;
}

/** Which code to read. */
export interface HotpRequest extends OperationOptions {
  readonly credential?: string;
  /** For this counter; default: the token's own, which then advances by one. */
  readonly counter?: bigint;
}

/** A code as the token gave it, with what it said beside it. */
export interface CodeReading {
  /** Decimal digits, leading zeros kept. */
  readonly code: string;
  /** The token's time in whole Unix seconds, if it tells. */
  readonly tokenSeconds?: number;
  /** The moving factor, if it tells. */
  readonly movingFactor?: bigint;
}

/** A credential to write. Codecs and logs never show `secret`. */
export interface CredentialInput {
  readonly name: string;
  readonly secret: Uint8Array;
  readonly parameters: OathParameters;
  /** First counter of an HOTP credential; default 0. */
  readonly counter?: bigint;
  /** Whether its codes ask for a touch: where `provision.touch` is claimed. Default false. */
  readonly touch?: boolean;
}

/** A credential on the token; the secret cannot be read back. */
export interface CredentialInfo {
  readonly name: string;
  readonly parameters: OathParameters;
}

/** Which codes to read. */
export interface ReadAllRequest extends OperationOptions {
  /** Host time, as for one code. */
  readonly atUs?: number;
}

/** A credential with what can be read of it without touching the token or changing a counter. */
export type CredentialCode = CredentialInfo &
  (
    | { readonly state: "code"; readonly code: string }
    /** Event-based: a reading would advance its counter. */
    | { readonly state: "counter" }
    /** Asks for a touch. */
    | { readonly state: "touch" }
  );

/** A token that is open. Every operation rejects with DeviceError; see the rules above. */
export interface Device extends AsyncDisposable {
  readonly info: DeviceInfo;
  readonly capabilities: Capabilities;
  readTotp(request?: TotpRequest): Promise<CodeReading>;
  readHotp(request?: HotpRequest): Promise<CodeReading>;
  /** Writes a credential; one of the same name is replaced, whole or not at all. */
  provision(credential: CredentialInput, options?: OperationOptions): Promise<void>;
  list(options?: OperationOptions): Promise<readonly CredentialInfo[]>;
  /** Removes a credential. @throws {DeviceError} "refused" when there is no such name */
  remove(name: string, options?: OperationOptions): Promise<void>;
  /** Sets the token's clock, whole Unix seconds. */
  setTime(seconds: number, options?: OperationOptions): Promise<void>;
  /** Reads the token's clock, whole Unix seconds. */
  readTime(options?: OperationOptions): Promise<number>;

  // Optional operations, see `capabilities.extras`.

  /** Reads what can be read of all credentials at once. Changes nothing and asks for no touch. */
  readAll?(request?: ReadAllRequest): Promise<readonly CredentialCode[]>;
  /**
   * Gives a credential another name; its secret, parameters and counter stay.
   *
   * @throws {DeviceError} "refused" when there is none of that name, or one of the new name
   */
  rename?(from: string, to: string, options?: OperationOptions): Promise<void>;
  /** Takes away all credentials and the password, as it came from the factory. */
  reset?(options?: OperationOptions): Promise<void>;
  /** Whether it is locked by a password that was not given: all but `reset` is then refused. */
  readonly isLocked?: boolean;
  /** Unlocks it until it is closed. @throws {DeviceError} "refused" when the password is wrong */
  unlock?(password: string, options?: OperationOptions): Promise<void>;
  /**
   * Sets the password, or takes it away (null). The token stays unlocked until it is closed. A
   * Nitrokey 3 has a PIN in its place: it hides what is written from then on, and stays.
   */
  setPassword?(password: string | null, options?: OperationOptions): Promise<void>;

  /** Frames as they are, see `capabilities.raw`; for conformance and benches. */
  readonly raw?: RawAccess;
  close(): Promise<void>;
}
