// CALCULATE and CALCULATE ALL of an OATH applet (YKOATH document, section 4).

import type { ResponseApdu } from "../../../core/wire/apdu.ts";
import { STATUS_WORDS } from "../../../core/wire/status-words.ts";
import {
  type CalculateAllEntry,
  type CalculatedResponse,
  encodeCalculateAllAnswer,
  encodeCalculateAnswer,
  type YkoathRequest,
} from "../../../core/wire/ykoath.ts";
import type { Eventually } from "../applet.ts";
import { answerOf } from "../card.ts";
import type { OathProfile } from "../smart-profile.ts";
import { counterBytes, isBehind, remembering, respond } from "./calculate.ts";
import { type CardCredential, needsTouch } from "./credential.ts";
import type { OathStore } from "./store.ts";

type Request<K extends YkoathRequest["kind"]> = Extract<YkoathRequest, { kind: K }>;

/** Runs an act when the button was touched, else answers 6982. */
export type AfterTouch = (act: () => ResponseApdu) => Eventually<ResponseApdu>;

/** The codes of the credentials in a store. */
export class OathCodes {
  readonly #profile: OathProfile;
  readonly #store: OathStore;

  constructor(profile: OathProfile, store: OathStore) {
    this.#profile = profile;
    this.#store = store;
  }

  /** The code of one credential. @throws {PowerFailure} */
  calculate(request: Request<"calculate">, afterTouch: AfterTouch): Eventually<ResponseApdu> {
    const { name, challenge, truncated } = request;
    const credential = this.#store.find(name);
    if (credential === undefined) return answerOf(this.#profile.unknownName);
    const refusal = this.#refusalOf(credential, challenge);
    if (refusal !== undefined) return answerOf(refusal);
    const calculate = (): ResponseApdu => {
      const response =
        credential.type === "hotp"
          ? this.#nextHotp(credential, truncated)
          : this.#totp(credential, challenge, truncated);
      return answerOf(STATUS_WORDS.ok, encodeCalculateAnswer(response));
    };
    return needsTouch(credential) ? afterTouch(calculate) : calculate();
  }

  /**
   * The codes of all; HOTP does not advance, and nothing waits for a touch. A credential that
   * refuses the challenge refuses all (unverified).
   *
   * @throws {PowerFailure}
   */
  calculateAll({ challenge, truncated }: Request<"calculate-all">): ResponseApdu {
    const all = this.#store.all();
    for (const credential of all) {
      const isPlaceholder = credential.type === "hotp" || needsTouch(credential);
      const refusal = isPlaceholder ? undefined : this.#refusalOf(credential, challenge);
      if (refusal !== undefined) return answerOf(refusal);
    }
    const entries = all.map((each) => this.#entryOf(each, challenge, truncated));
    return answerOf(STATUS_WORDS.ok, encodeCalculateAllAnswer(entries));
  }

  #entryOf(
    credential: CardCredential,
    challenge: Uint8Array,
    truncated: boolean,
  ): CalculateAllEntry {
    const { name, digits } = credential;
    const told = this.#profile.calculateAll === "empty-placeholders" ? {} : { digits };
    if (credential.type === "hotp") return { name, response: { kind: "hotp", ...told } };
    if (needsTouch(credential)) return { name, response: { kind: "touch", ...told } };
    return { name, response: this.#totp(credential, challenge, truncated) };
  }

  /** The counter is past this code in memory before the code is given out. */
  #nextHotp(credential: CardCredential, truncated: boolean): CalculatedResponse {
    const { counter } = credential;
    this.#store.put({ ...credential, counter: BigInt.asUintN(64, counter + 1n) });
    return respond(credential, counterBytes(counter), truncated);
  }

  #totp(credential: CardCredential, challenge: Uint8Array, truncated: boolean): CalculatedResponse {
    const after = remembering(credential, challenge);
    if (after !== credential) this.#store.put(after);
    return respond(credential, challenge, truncated);
  }

  /** Why a credential does not take the challenge; HOTP takes any. */
  #refusalOf(credential: CardCredential, challenge: Uint8Array): number | undefined {
    if (credential.isDamaged) return STATUS_WORDS.memoryFailure;
    if (credential.type === "hotp") return undefined;
    if (credential.type !== "totp") return STATUS_WORDS.conditionsNotSatisfied;
    const { length } = challenge;
    if (length === 0 || length > this.#profile.challengeBytes) return STATUS_WORDS.wrongSyntax;
    return isBehind(credential, challenge) ? STATUS_WORDS.securityNotSatisfied : undefined;
  }
}
