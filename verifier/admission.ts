// Whether a token may be created, and the record it starts from: a device has one user, a user has
// a limited number of devices, and what a secret has consumed stays consumed.

import type { OathParameters } from "../core/oath/parameters.ts";
import { SECOND_US } from "../core/time/clock.ts";
import { VerifierError } from "./errors.ts";
import type { Policy } from "./policy.ts";
import { type ClockClass, newRecord, type TokenRecord } from "./record.ts";
import type { Peers, StoredToken } from "./stores/store.ts";

/** What admission asks of a new token. */
export interface Applicant {
  readonly user: string | null;
  readonly parameters: OathParameters;
  /** First counter, HOTP only. */
  readonly counter?: bigint;
  readonly clock?: ClockClass;
  readonly factorySetAtUs?: number;
  readonly validFromUs?: number | null;
  readonly validUntilUs?: number | null;
  /** When it is created; 0 or absent: its enrollment does not expire. */
  readonly atUs?: number;
  /** A token of the same user that this one replaces. */
  readonly replaced?: number | null;
}

/**
 * The record of a new token.
 *
 * @throws {VerifierError} device-limit, secret-in-use
 * @throws {RangeError} naming a parameter or a counter that is out of range
 */
export function admit(applicant: Applicant, policy: Policy, peers: Peers): TokenRecord {
  const { parameters, counter } = applicant;
  if (peers.sameSecret.some(isInUse)) {
    throw new VerifierError(
      "secret-in-use",
      "this secret belongs to a token in use; a device has one user",
      "deactivate that token first",
    );
  }
  const spent = peers.sameSecret.filter(hasSpent);
  if (spent.some(({ record }) => !countsAlike(record.parameters, parameters))) {
    throw new VerifierError(
      "secret-in-use",
      "codes of this secret are spent in other steps or counters; no watermark can be carried over",
      "set the device up with a new secret",
    );
  }
  const owned = peers.sameUser
    .filter(isInUse)
    .filter(({ id }) => id !== (applicant.replaced ?? null)).length;
  if (owned >= policy.devicesPerUser) {
    throw new VerifierError(
      "device-limit",
      `user "${applicant.user}" has ${owned} of ${policy.devicesPerUser} devices`,
      "deactivate a device of theirs first, then add the new one",
    );
  }
  const watermark = spent.reduce(
    (highest, { record }) => (record.watermark > highest ? record.watermark : highest),
    -1n,
  );
  return newRecord(parameters, {
    watermark,
    ...(counter === undefined ? {} : { counter }),
    ...(applicant.clock === undefined ? {} : { clock: applicant.clock }),
    factorySetAtUs: applicant.factorySetAtUs ?? null,
    pendingUntilUs: pendingUntil(applicant.atUs ?? 0, policy),
    validFromUs: applicant.validFromUs ?? null,
    validUntilUs: applicant.validUntilUs ?? null,
  });
}

function pendingUntil(atUs: number, { pendingSeconds }: Policy): number | null {
  return atUs === 0 || pendingSeconds === 0 ? null : atUs + pendingSeconds * SECOND_US;
}

/** A first counter that nothing used is no consumption; a step can only be consumed or raised. */
function hasSpent({ record }: StoredToken): boolean {
  const isRaised = record.parameters.kind === "totp" && record.watermark >= 0n;
  return record.lastAcceptedAtUs !== null || isRaised;
}

function isInUse({ record }: StoredToken): boolean {
  return record.state === "created" || record.state === "enabled";
}

/** Whether a moving factor means the same moment, or the same press, under both. */
function countsAlike(a: OathParameters, b: OathParameters): boolean {
  if (a.kind === "hotp" || b.kind === "hotp") return a.kind === b.kind;
  return a.stepSeconds === b.stepSeconds && a.t0 === b.t0;
}
