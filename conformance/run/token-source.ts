// A token to be judged: opened anew for each case.

import type { Capabilities, Device } from "../../devices/device.ts";
import { DeviceError } from "../../devices/errors.ts";
import type { Subject, SubjectOptions } from "../../devices/subject.ts";
import type { ReportSubject } from "../report.ts";
import type { TargetFactory } from "../target.ts";
import { CaseTimedOut, type Deadline } from "./deadline.ts";
import { printSeconds } from "./needs.ts";
import { printError } from "./printing.ts";

/** A kind of token, or a physical one. */
export interface TokenSource {
  /** As reports name it: `virtual`, `serial:emulated`, an inventory name. */
  readonly name: string;
  readonly driver: string;
  /** What it is, one line. */
  readonly description: string;
  /**
   * Opens it for one case: an emulated token fresh from the factory (a port may be used again), a
   * physical one as it is. Disposed of before the next one is opened.
   */
  open(options: SubjectOptions): Promise<Subject>;
}

/** A token that was looked at before its cases run, and found reachable. */
export interface ProbedToken {
  readonly source: TokenSource;
  readonly capabilities: Capabilities;
  readonly hasRig: boolean;
}

/** What is known of a token before its cases run; `token` is absent when it cannot be reached. */
export interface Probe {
  readonly row: ReportSubject;
  readonly token?: ProbedToken;
}

/**
 * Opens the token once to see what it is. A token that cannot be reached is a row that says so.
 *
 * @throws whatever is not a DeviceError or the time-out: the harness's own mistakes
 */
export async function probeToken(source: TokenSource, deadline: Deadline): Promise<Probe> {
  const { name, driver, description } = source;
  const row = { name, kind: "token", driver, description, facts: [], unavailable: "" } as const;
  try {
    const { facts, token } = await deadline.race(lookAt(source));
    return { row: { ...row, facts }, token };
  } catch (error) {
    if (!(error instanceof DeviceError || error instanceof CaseTimedOut)) throw error;
    const hint = error instanceof DeviceError && error.hint !== "" ? `; ${error.hint}` : "";
    return { row: { ...row, unavailable: `${printError(error)}${hint}` } };
  }
}

/** The row of a target. */
export function targetRow(factory: TargetFactory): ReportSubject {
  const facts = [{ name: "offers", value: [...factory.abilities].sort().join(", ") }];
  const { name, description } = factory;
  return { name, kind: "verifier", driver: "target", description, facts, unavailable: "" };
}

/** The row of a token and a target together. */
export function pairRow(source: TokenSource, factory: TargetFactory): ReportSubject {
  return {
    name: `${source.name} + ${factory.name}`,
    kind: "pair",
    driver: source.driver,
    description: `${source.description}; ${factory.description}`,
    facts: [],
    unavailable: "",
  };
}

async function lookAt(
  source: TokenSource,
): Promise<{ readonly facts: ReportSubject["facts"]; readonly token: ProbedToken }> {
  await using subject = await source.open({});
  const device = await subject.connect();
  const hasRig = subject.rig !== null;
  const { capabilities } = device;
  return { facts: tokenFacts(device, hasRig), token: { source, capabilities, hasRig } };
}

function tokenFacts(device: Device, hasRig: boolean): ReportSubject["facts"] {
  const { info, capabilities } = device;
  const facts = [
    { name: "address", value: info.address },
    { name: "model", value: info.model },
    { name: "serial number", value: info.serial ?? "" },
    { name: "firmware", value: info.firmware ?? "" },
    { name: "kind", value: hasRig ? "emulated" : "physical" },
    ...capabilityFacts(capabilities),
  ];
  return facts.filter((fact) => fact.value !== "");
}

function capabilityFacts(capabilities: Capabilities): ReportSubject["facts"] {
  const { totp, hotp, provision, timeRange } = capabilities;
  const codes = (side: NonNullable<typeof totp | typeof hotp>): string =>
    `${side.algorithms.join(", ")}; ${side.digits.join(", ")} digits`;
  const steps = totp?.stepSeconds;
  return [
    { name: "time-based codes", value: totp ? codes(totp) : "none" },
    { name: "time steps", value: steps ? `${steps.low} to ${steps.high} s` : "" },
    { name: "clock", value: totp ? CLOCKS[totp.clock] : "" },
    { name: "event-based codes", value: hotp ? codes(hotp) : "none" },
    { name: "credentials", value: provision ? `up to ${provision.credentials}` : "cannot write" },
    {
      name: "time range",
      value: `${printSeconds(timeRange.fromSeconds)} to ${printSeconds(timeRange.toSeconds)}`,
    },
  ];
}

const CLOCKS = { token: "its own", host: "the host's" } as const;
