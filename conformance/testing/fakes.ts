// Subjects for the runner's own tests: a token and a target that do as they are told.

import { timeStepAt } from "../../core/drift/steps.ts";
import type { OathParameters } from "../../core/oath/parameters.ts";
import { SECOND_US } from "../../core/time/clock.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import type { Capabilities, CredentialInput, Device, TotpRequest } from "../../devices/device.ts";
import type { WireEntry } from "../../devices/driver.ts";
import { DeviceError } from "../../devices/errors.ts";
import type { Rig } from "../../devices/rig.ts";
import type { Subject, SubjectOptions } from "../../devices/subject.ts";
import type { ConformanceCase, Suite, TokenCase, VerifierCase } from "../case.ts";
import { expectedCode } from "../oracle.ts";
import type { TokenSource } from "../run/token-source.ts";
import type { TargetAbility, TargetFactory, TargetPolicy } from "../target.ts";

/** 2026-01-01T00:00:00Z. */
export const FAKE_START_US: number = 1_767_225_600 * SECOND_US;

/** A token with SHA-1 only that can do everything else. */
export const FAKE_CAPABILITIES: Capabilities = {
  totp: {
    algorithms: ["SHA1"],
    digits: [6, 8],
    stepSeconds: { low: 1, high: 3600 },
    t0: false,
    clock: "token",
  },
  hotp: {
    algorithms: ["SHA1"],
    digits: [6],
    atCounter: true,
    ownCounter: true,
    highestCounter: 0xffff_ffffn,
  },
  provision: { secretBytes: { low: 1, high: 64 }, names: true, credentials: 8 },
  list: true,
  remove: true,
  setTime: true,
  readTime: true,
  button: false,
  timeRange: { fromSeconds: 0, toSeconds: 4_102_444_799 },
};

/** How a fake token behaves. */
export interface FakeTokenOptions {
  readonly name?: string;
  readonly capabilities?: Partial<Capabilities>;
  /** Whether it is emulated; default true. */
  readonly hasRig?: boolean;
  /** Called with each opening; may throw. */
  readonly onOpen?: (options: SubjectOptions) => void;
  readonly onClose?: () => Promise<void>;
  readonly wire?: readonly WireEntry[];
}

/** A source of fake tokens. */
export function fakeToken(options: FakeTokenOptions = {}): TokenSource {
  return {
    name: options.name ?? "fake",
    driver: "fake",
    description: "a token for tests",
    open: async (subjectOptions) => {
      options.onOpen?.(subjectOptions);
      return fakeSubject(options);
    },
  };
}

function fakeSubject(options: FakeTokenOptions): Subject {
  const clock = new SimulatedClock(FAKE_START_US);
  const device = new FakeDevice(clock, { ...FAKE_CAPABILITIES, ...options.capabilities });
  return {
    name: options.name ?? "fake",
    driver: "fake",
    rig: (options.hasRig ?? true) ? fakeRig(clock) : null,
    clock,
    connect: async () => device,
    wireLog: () => options.wire ?? [],
    [Symbol.asyncDispose]: async () => options.onClose?.(),
  };
}

function fakeRig(clock: SimulatedClock): Rig {
  const nothing = async (): Promise<void> => {};
  return {
    clock,
    advance: (byUs) => clock.advance(byUs),
    stepHostTime: nothing,
    powerCycle: nothing,
    pressButton: nothing,
    setTemperature: nothing,
    inject: nothing,
    reconnect: nothing,
    display: async () => ({ text: "" }),
    truth: async () => ({ offsetUs: 0, ratePpm: 0, powered: true }),
    [Symbol.asyncDispose]: nothing,
  };
}

class FakeDevice implements Device {
  readonly info = { driver: "fake", address: "fake:0", model: "fake" } as const;
  readonly capabilities: Capabilities;
  readonly #clock: SimulatedClock;
  #offsetSeconds = 0;
  #credential: CredentialInput | undefined;

  constructor(clock: SimulatedClock, capabilities: Capabilities) {
    this.#clock = clock;
    this.capabilities = capabilities;
  }

  async readTotp(request: TotpRequest = {}) {
    const { secret, parameters } = this.#stored();
    if (parameters.kind !== "totp") throw new DeviceError("refused", "not time-based");
    const atUs = request.atUs ?? this.#clock.nowUs() + this.#offsetSeconds * SECOND_US;
    return { code: expectedCode(secret, parameters, timeStepAt(atUs, parameters)) };
  }

  async readHotp(request: { readonly counter?: bigint } = {}) {
    const { secret, parameters } = this.#stored();
    return { code: expectedCode(secret, parameters, request.counter ?? 0n) };
  }

  async provision(credential: CredentialInput): Promise<void> {
    this.#credential = credential;
  }

  async list() {
    return this.#credential === undefined ? [] : [this.#credential];
  }

  async remove(): Promise<void> {
    this.#credential = undefined;
  }

  async setTime(seconds: number): Promise<void> {
    this.#offsetSeconds = seconds - this.#clock.nowUs() / SECOND_US;
  }

  async readTime(): Promise<number> {
    return Math.floor(this.#clock.nowUs() / SECOND_US + this.#offsetSeconds);
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}

  #stored(): CredentialInput {
    if (this.#credential === undefined) throw new DeviceError("refused", "no credential");
    return this.#credential;
  }
}

/** A target that accepts `enroll` and `resync` always, and each code of `right` once. */
export function fakeTarget(
  options: {
    readonly abilities?: readonly TargetAbility[];
    readonly right?: readonly string[];
    readonly onOpen?: (policy: TargetPolicy) => void;
  } = {},
): TargetFactory {
  return {
    name: "fake-server",
    description: "a target for tests",
    abilities: new Set(options.abilities ?? ["state"]),
    open: async (policy) => {
      options.onOpen?.(policy);
      const left = new Set(options.right);
      return {
        create: async () => "t1",
        enroll: async () => ({ accepted: true }),
        resync: async () => ({ accepted: true }),
        submit: async (_id, code) =>
          left.delete(code) ? { accepted: true } : { accepted: false, reason: "no-match" },
        [Symbol.asyncDispose]: async () => {},
      };
    },
  };
}

/** A token case for tests; the id is `test/1/<name>`. */
export function tokenCase(
  name: string,
  run: TokenCase["run"],
  more: Partial<Omit<TokenCase, "run" | "subject">> = {},
): TokenCase {
  return { ...caseHead(name), subject: "token", needs: [], run, ...more };
}

/** A verifier case for tests; the id is `test/1/<name>`. */
export function verifierCase(
  name: string,
  run: VerifierCase["run"],
  more: Partial<Omit<VerifierCase, "run" | "subject">> = {},
): VerifierCase {
  return { ...caseHead(name), subject: "verifier", needs: [], run, ...more };
}

/** A suite of these cases, called `test`. */
export function suiteOf(...cases: readonly ConformanceCase[]): Suite {
  return { name: "test", title: "Cases for tests", cases };
}

/** TOTP with SHA-1, 6 digits, 30 s. */
export const FAKE_TOTP: OathParameters = {
  kind: "totp",
  algorithm: "SHA1",
  digits: 6,
  stepSeconds: 30,
  t0: 0,
};

function caseHead(name: string) {
  return {
    id: `test/1/${name}`,
    title: `${name} is true`,
    requirement: { text: `${name} holds`, source: "RFC 0000 §1" },
    level: "MUST",
  } as const;
}
