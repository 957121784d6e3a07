// The verifier library of this repository as a target: in process, its clock the cases' own.

import { Base32Error, decodeBase32 } from "../../core/oath/base32.ts";
import { totpParameters } from "../../core/oath/parameters.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import { driftReport } from "../../verifier/drift-report.ts";
import type { Policy } from "../../verifier/policy.ts";
import { type FailingStore, failingStore } from "../../verifier/stores/failing.ts";
import { StoreError } from "../../verifier/stores/store.ts";
import { exportTokens } from "../../verifier/transfer/export.ts";
import { importFile, storeSink } from "../../verifier/transfer/import.ts";
import { TransferError } from "../../verifier/transfer/problems.ts";
import { transferTokenOf } from "../../verifier/transfer/token.ts";
import type { Verdict } from "../../verifier/verdict.ts";
import { Verifier, VerifierError } from "../../verifier/verifier.ts";
import type { ImportFormat, TargetAuditLine, TargetDrift } from "../operations.ts";
import {
  type Target,
  type TargetAnswer,
  type TargetFactory,
  type TargetPolicy,
  TargetRefusal,
  type TargetState,
  type TargetToken,
  type TargetTokenId,
} from "../target.ts";
import { filePlace, memoryPlace, type StorePlace } from "./library-stores.ts";
import {
  assertCapFits,
  libraryPolicy,
  OWN_ABILITIES,
  refusalOf,
  targetReason,
} from "./own-verifier.ts";

export { libraryPolicy } from "./own-verifier.ts";

/** @see libraryTarget */
export interface LibraryTargetOptions {
  /** Where records are kept; default memory. SQLite: a file of its own for each case. */
  readonly store?: "memory" | "sqlite";
  /** As reports name it; default `library`, or `library-sqlite`. */
  readonly name?: string;
}

/** The verifier library, with a fresh store for each case. */
export function libraryTarget(options: LibraryTargetOptions = {}): TargetFactory {
  const { store = "memory" } = options;
  return {
    name: options.name ?? (store === "memory" ? "library" : "library-sqlite"),
    description: `verifier library of oathbed, ${store} store`,
    abilities: OWN_ABILITIES,
    open: async (policy) => {
      const settled = libraryPolicy(policy);
      const place = store === "memory" ? memoryPlace() : await filePlace();
      return new LibraryTarget(place, policy, settled);
    },
  };
}

class LibraryTarget implements Target {
  readonly #place: StorePlace;
  readonly #asked: TargetPolicy;
  readonly #policy: Policy;
  #failing: FailingStore;
  #verifier: Verifier;
  #created = 0;

  constructor(place: StorePlace, asked: TargetPolicy, policy: Policy) {
    this.#place = place;
    this.#asked = asked;
    this.#policy = policy;
    this.#failing = failingStore(place.open());
    this.#verifier = this.#newVerifier();
  }

  async create(token: TargetToken): Promise<TargetTokenId> {
    const { secret, parameters, counter, user } = token;
    assertCapFits(this.#asked, token);
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

  enroll(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    return answered(() => this.#verifier.enroll(Number(id), codes, atUs));
  }

  submit(id: TargetTokenId, code: string, atUs: number): Promise<TargetAnswer> {
    return answered(() => this.#verifier.verify(Number(id), code, atUs));
  }

  resync(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    return answered(() => this.#verifier.resync(Number(id), codes, atUs));
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
    await this.#place.stop(this.#failing.store);
    this.#start();
  }

  createFromText(text: string): Promise<TargetTokenId> {
    return administer(async () =>
      this.create({ secret: decodeBase32(text), parameters: totpParameters() }),
    );
  }

  setOffset(id: TargetTokenId, steps: number, atUs: number): Promise<void> {
    return administer(() => this.#verifier.admin.setOffset(Number(id), steps, atUs));
  }

  async driftReport(id: TargetTokenId, atUs: number): Promise<TargetDrift> {
    const token = await this.#failing.store.load(Number(id));
    const report = token === null ? null : driftReport(token.record, this.#policy, atUs);
    if (report === null) throw new TargetRefusal("wrong-state", "it has no clock");
    const { firstAtUs, lastAtUs, offsetSeconds, ratePpm } = report;
    return { firstAtUs: firstAtUs ?? 0, lastAtUs: lastAtUs ?? 0, offsetSeconds, ratePpm };
  }

  async exportPskc(id: TargetTokenId): Promise<string> {
    const token = await this.#failing.store.load(Number(id));
    if (token === null) throw new TargetRefusal("not-enrolled", "there is no such token");
    const file = await exportTokens([transferTokenOf(token)], { format: "pskc", plain: true });
    return new TextDecoder().decode(file);
  }

  importFile(text: string, format: ImportFormat): Promise<readonly TargetTokenId[]> {
    return administer(async () => {
      const sink = storeSink(this.#failing.store, this.#policy);
      const report = await importFile(new TextEncoder().encode(text), sink, { format, atUs: 0 });
      return (report.ids ?? []).map(String);
    });
  }

  async publicAnswer(id: TargetTokenId, code: string, atUs: number): Promise<string> {
    return JSON.stringify(await this.#verifier.login(Number(id), code, atUs));
  }

  async audit(id: TargetTokenId): Promise<readonly TargetAuditLine[]> {
    await this.#verifier.settled();
    const rows = await this.#verifier.history(Number(id), 1000);
    return rows.map((row) => {
      const { act, outcome, reason, movingFactor, offsetSteps } = row;
      const texts = { ...row, movingFactor: String(movingFactor) };
      return { act, outcome, reason, movingFactor, offsetSteps, text: JSON.stringify(texts) };
    });
  }

  async hostFault(): Promise<number> {
    await this.#verifier.settled();
    return this.#verifier.monitor.alarm?.seconds ?? 0;
  }

  /** What was open stays so, as a process that is killed closes nothing, until the case ends. */
  async crash(): Promise<void> {
    this.#start();
  }

  async twin(): Promise<Target> {
    return new LibraryTarget(this.#place.second(), this.#asked, this.#policy);
  }

  async backup(): Promise<(atUs: number) => Promise<void>> {
    await this.#place.stop(this.#failing.store);
    const restore = await this.#place.backup();
    this.#start();
    return async (atUs) => {
      await this.#place.stop(this.#failing.store);
      await restore();
      this.#start();
      await this.#verifier.admin.raiseWatermarks(atUs);
    };
  }

  async failStore(isFailing: boolean): Promise<void> {
    this.#failing.fail(isFailing ? "full" : null);
  }

  async timeLogins(
    id: TargetTokenId,
    codes: readonly string[],
    atUs: number,
  ): Promise<readonly number[]> {
    const clock = new SystemClock();
    const times: number[] = [];
    for (const code of codes) {
      const sinceUs = clock.monotonicUs();
      await this.#verifier.login(Number(id), code, atUs);
      times.push(clock.monotonicUs() - sinceUs);
    }
    return times;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#place.stop(this.#failing.store);
    await this.#place.remove();
  }

  #start(): void {
    this.#failing = failingStore(this.#place.open());
    this.#verifier = this.#newVerifier();
  }

  #newVerifier(): Verifier {
    return new Verifier({ store: this.#failing.store, policy: this.#policy });
  }
}

/** What cannot be stored is an answer, too: nothing was accepted. */
async function answered(judge: () => Promise<Verdict>): Promise<TargetAnswer> {
  try {
    const verdict = await judge();
    if (verdict.outcome === "accepted") return { accepted: true };
    return { accepted: false, reason: targetReason(verdict.reason) };
  } catch (error) {
    if (error instanceof StoreError) return { accepted: false, reason: "unavailable" };
    throw error;
  }
}

/** What the library refuses to do is the target's answer. */
async function administer<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof VerifierError) {
      throw new TargetRefusal(refusalOf(error.code), error.message);
    }
    const isInput =
      error instanceof RangeError || error instanceof Base32Error || error instanceof TransferError;
    if (isInput) throw new TargetRefusal("refused", error.message);
    throw error;
  }
}
