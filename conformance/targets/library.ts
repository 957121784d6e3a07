// The verifier library of this repository as a target: in process, its clock the cases' own.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Policy, policyOf } from "../../verifier/policy.ts";
import { MemoryStore } from "../../verifier/stores/memory.ts";
import { SqliteStore } from "../../verifier/stores/sqlite.ts";
import type { Store } from "../../verifier/stores/store.ts";
import type { RefusalReason, Verdict } from "../../verifier/verdict.ts";
import { Verifier, VerifierError, type VerifierErrorCode } from "../../verifier/verifier.ts";
import {
  type Target,
  type TargetAbility,
  type TargetAnswer,
  TargetCannot,
  type TargetFactory,
  type TargetPolicy,
  type TargetReason,
  TargetRefusal,
  type TargetState,
  type TargetToken,
  type TargetTokenId,
} from "../target.ts";

/** @see libraryTarget */
export interface LibraryTargetOptions {
  /** Where records are kept; default memory. SQLite: a file of its own for each case. */
  readonly store?: "memory" | "sqlite";
  /** As reports name it; default `library`, or `library-sqlite`. */
  readonly name?: string;
}

/** Everything a target can offer: nothing is skipped for want of it. */
const ABILITIES: ReadonlySet<TargetAbility> = new Set<TargetAbility>([
  "hotp",
  "state",
  "resync",
  "offset",
  "watermark",
  "reasons",
  "restart",
  "parallel",
  "enrollment",
  "users",
  "delete",
  "sha256",
  "sha512",
]);

/** Policies count drift in steps; cases in seconds. */
const STEP_SECONDS = 30;

const REFUSALS: Readonly<Record<VerifierErrorCode, TargetReason>> = {
  "unknown-token": "not-enrolled",
  "wrong-state": "wrong-state",
  "device-limit": "limit",
  "secret-in-use": "limit",
};

/** The verifier library, with a fresh store for each case. */
export function libraryTarget(options: LibraryTargetOptions = {}): TargetFactory {
  const { store = "memory" } = options;
  return {
    name: options.name ?? (store === "memory" ? "library" : "library-sqlite"),
    description: `verifier library of oathbed, ${store} store`,
    abilities: ABILITIES,
    open: async (policy) => {
      const settled = libraryPolicy(policy);
      return new LibraryTarget(
        store === "memory" ? memoryPlace() : await filePlace(),
        policy,
        settled,
      );
    },
  };
}

/**
 * The library's policy for what a case asks.
 *
 * @throws {TargetRefusal} "limit" when the library refuses a value
 */
export function libraryPolicy(policy: TargetPolicy): Policy {
  const { window, enrollSteps, resyncSteps, driftCapSeconds, preset } = policy;
  const { lookAheadWindow, throttleLimit, delaySeconds, trackDrift, devicesPerUser } = policy;
  const given = {
    windowPast: window?.past,
    windowFuture: window?.future,
    enrollSteps,
    resyncSteps,
    resyncCounters: resyncSteps,
    driftCapSteps: driftCapSeconds && Math.floor(driftCapSeconds / STEP_SECONDS),
    lookAheadWindow,
    throttleLimit,
    delaySeconds,
    trackDrift,
    devicesPerUser,
  };
  const overrides = Object.entries(given).filter(([, value]) => value !== undefined);
  try {
    return policyOf(preset, Object.fromEntries(overrides));
  } catch (error) {
    if (error instanceof RangeError) throw new TargetRefusal("limit", error.message);
    throw error;
  }
}

/** Where a target's records stay while the verifier stops and starts. */
interface StorePlace {
  open(): Store;
  /** The verifier stops. */
  stop(store: Store): Promise<void>;
  remove(): Promise<void>;
}

/** Memory outlives the verifier, as a store in another process does. */
function memoryPlace(): StorePlace {
  const store = new MemoryStore();
  return { open: () => store, stop: async () => {}, remove: () => store.close() };
}

async function filePlace(): Promise<StorePlace> {
  const folder = await mkdtemp(join(tmpdir(), "oathbed-target-"));
  return {
    open: () => new SqliteStore(join(folder, "state.db")),
    stop: (store) => store.close(),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

class LibraryTarget implements Target {
  readonly #place: StorePlace;
  readonly #asked: TargetPolicy;
  readonly #policy: Policy;
  #store: Store;
  #verifier: Verifier;
  #created = 0;

  constructor(place: StorePlace, asked: TargetPolicy, policy: Policy) {
    this.#place = place;
    this.#asked = asked;
    this.#policy = policy;
    this.#store = place.open();
    this.#verifier = new Verifier({ store: this.#store, policy });
  }

  async create(token: TargetToken): Promise<TargetTokenId> {
    const { secret, parameters, counter, user } = token;
    if (
      this.#asked.driftCapSeconds !== undefined &&
      parameters.kind === "totp" &&
      parameters.stepSeconds !== STEP_SECONDS
    ) {
      throw new TargetCannot(`the library caps drift in steps, taken here as ${STEP_SECONDS} s`);
    }
    this.#created++;
    const id = await administer(() =>
      this.#verifier.create({
        label: `token ${this.#created}`,
        secret,
        parameters,
        ...(counter === undefined ? {} : { counter }),
        ...(user === undefined ? {} : { user }),
      }),
    );
    return String(id);
  }

  async enroll(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    return answerOf(await this.#verifier.enroll(Number(id), codes, atUs));
  }

  async submit(id: TargetTokenId, code: string, atUs: number): Promise<TargetAnswer> {
    return answerOf(await this.#verifier.verify(Number(id), code, atUs));
  }

  async resync(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    return answerOf(await this.#verifier.resync(Number(id), codes, atUs));
  }

  async state(id: TargetTokenId): Promise<TargetState> {
    const view = await this.#verifier.state(Number(id));
    return {
      enabled: view.state === "enabled",
      offsetSteps: view.offsetSteps,
      consecutiveFailures: view.failures,
      ...(view.watermark < 0n ? {} : { watermark: view.watermark }),
    };
  }

  deactivate(id: TargetTokenId): Promise<void> {
    return administer(() => this.#verifier.deactivate(Number(id)));
  }

  delete(id: TargetTokenId): Promise<void> {
    return administer(() => this.#verifier.delete(Number(id)));
  }

  async restart(): Promise<void> {
    await this.#place.stop(this.#store);
    this.#store = this.#place.open();
    this.#verifier = new Verifier({ store: this.#store, policy: this.#policy });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#place.stop(this.#store);
    await this.#place.remove();
  }
}

function answerOf(verdict: Verdict): TargetAnswer {
  return verdict.outcome === "accepted"
    ? { accepted: true }
    : { accepted: false, reason: targetReason(verdict.reason) };
}

/** Targets are asked for fewer reasons than the library tells. */
function targetReason(reason: RefusalReason): TargetReason {
  if (reason === "expired" || reason === "not-yet-valid" || reason === "no-longer-valid") {
    return "not-enrolled";
  }
  return reason === "wrong-parameters" ? "no-match" : reason;
}

/** What the library refuses to do is the target's answer. */
async function administer<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof VerifierError)
      throw new TargetRefusal(REFUSALS[error.code], error.message);
    throw error;
  }
}
