// The rules at the head of device.ts as tests: every driver's test runs them on an emulated token
// of its kind. They need the rig around it, for faults and power.

import { describe } from "vitest";
import type { Subject } from "../subject.ts";
import { capabilityContract } from "./contract-capabilities.ts";
import { credentialContract } from "./contract-credentials.ts";
import { faultContract } from "./contract-faults.ts";
import { lifeContract } from "./contract-life.ts";
import { queueContract } from "./contract-queue.ts";

/** Opens a token that is fresh from the factory, with a rig; each test disposes of its own. */
export type OpenSubject = () => Promise<Subject>;

/** What a kind of token has, and its capabilities do not tell. */
export interface TokenTraits {
  /** Whether the rig sees a display; default true. */
  readonly display?: boolean;
  /** Longest name of a credential, bytes of UTF-8; default 64. */
  readonly nameBytes?: number;
}

/** Registers the contract's tests, under the name of the driver or of the kind of token. */
export function deviceContract(
  name: string,
  openSubject: OpenSubject,
  traits: TokenTraits = {},
): void {
  describe(`${name} keeps the contract of devices`, () => {
    describe("capabilities", () => capabilityContract(openSubject, traits));
    describe("credentials", () => credentialContract(openSubject, traits));
    describe("order, time-outs and cancellation", () => queueContract(openSubject));
    describe("faults", () => faultContract(openSubject));
    describe("closing, power and the wire log", () => lifeContract(openSubject));
  });
}
