// What a dialect of the shell makes of the operations of a device.

import type {
  Capabilities,
  CodeReading,
  CredentialInfo,
  CredentialInput,
  HotpRequest,
  TotpRequest,
} from "../device.ts";

/** Sends a line and gives the answer without its echo; rejects with DeviceError. */
export type Ask = (line: string) => Promise<string>;

/**
 * The commands of one dialect. Each operation rejects with DeviceError: what the token refused,
 * what it cannot do, or an answer that is none.
 */
export interface ShellDialect {
  readonly model: string;
  readonly firmware?: string;
  readonly capabilities: Capabilities;
  readTotp(ask: Ask, request: TotpRequest): Promise<CodeReading>;
  readHotp(ask: Ask, request: HotpRequest): Promise<CodeReading>;
  provision(ask: Ask, credential: CredentialInput): Promise<void>;
  list(ask: Ask): Promise<readonly CredentialInfo[]>;
  remove(ask: Ask, name: string): Promise<void>;
  setTime(ask: Ask, seconds: number): Promise<void>;
  readTime(ask: Ask): Promise<number>;
}
