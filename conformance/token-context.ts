// What a token case works with.

import type { OathParameters } from "../core/oath/parameters.ts";
import type { Clock } from "../core/time/clock.ts";
import type { Random } from "../core/time/random.ts";
import type { CodeReading, Device, HotpRequest } from "../devices/device.ts";
import type { Rig } from "../devices/rig.ts";
import type { CheckContext } from "./checks.ts";

/** A freshly set-up token; each case gets its own (a physical one keeps what it holds). */
export interface TokenContext extends CheckContext {
  readonly device: Device;
  readonly rig: Rig | null;
  /** The host's clock. */
  readonly clock: Clock;
  /** Largest rate error the token's data sheet states, parts per million; null when none does. */
  readonly statedPpm: number | null;
  readonly random: Random;
  /** Opens the token again (after a power cycle or a disconnect) and makes it `device`. */
  reconnect(): Promise<Device>;
  /**
   * Writes a credential and returns its name. Skips the case when the token cannot take these
   * parameters or this secret. A token that keeps a time which it cannot tell gets the host's.
   */
  provision(
    secret: Uint8Array,
    parameters: OathParameters,
    options?: { readonly name?: string; readonly counter?: bigint },
  ): Promise<string>;
  /**
   * Brings the token's clock to `seconds` (Unix) and reads the code: sets its time, or passes it
   * in when the clock is the host's. Skips outside the token's time range. Without a name: the
   * code of the credential written last, here and below.
   */
  totpAt(seconds: number, credential?: string): Promise<CodeReading>;
  /** Reads the code the token shows now, at the host's time. */
  totpNow(credential?: string): Promise<CodeReading>;
  hotp(request?: HotpRequest): Promise<CodeReading>;
  /**
   * Lets time pass: by the rig, or in real time up to the run's --max-wait, else skips.
   *
   * @param what is waited for, for people: `second 28 of the step`
   */
  wait(bySeconds: number, what?: string): Promise<void>;
  /**
   * A point of the report's plot: how far the token's clock is from the host's now, and whether
   * the code it showed was right. Without a rig nobody knows that: no point.
   */
  markOffset(isRight: boolean): Promise<void>;
}
