// The credentials of a token, asked for once and kept until something may have changed them.

import { codeOfTruncated } from "../../core/wire/ykoath.ts";
import type { CredentialCode } from "../device.ts";
import { DeviceError } from "../errors.ts";
import { ALL_PARAMETERS, challengeOf, credentialsOf, type TokenCredential } from "./credentials.ts";
import type { YkoathModel } from "./model.ts";
import type { CalculatedCredential, YkoathSession } from "./session.ts";

/** @see TokenCredential */
export class CredentialTable {
  readonly #session: YkoathSession;
  readonly #calculatesAll: boolean;
  readonly #nowUs: () => number;
  #credentials: readonly TokenCredential[] | undefined;

  /** @param nowUs the host's time: cards that take only increasing times must not see another */
  constructor(session: YkoathSession, model: YkoathModel, nowUs: () => number) {
    this.#session = session;
    this.#calculatesAll = model.calculatesAll;
    this.#nowUs = nowUs;
  }

  /** In the order of the token when it was just asked. */
  async get(signal: AbortSignal): Promise<readonly TokenCredential[]> {
    if (this.#credentials !== undefined) return this.#credentials;
    if (!this.#calculatesAll) return this.#loadOneByOne(signal);
    return this.#load(await this.#calculated(this.#nowUs(), signal), signal);
  }

  /** The codes of all that need neither touch nor counter, for one time. */
  async readAll(atUs: number, signal: AbortSignal): Promise<readonly CredentialCode[]> {
    const calculated = await this.#calculated(atUs, signal);
    const credentials = await this.#load(calculated, signal);
    const byId = new Map(calculated.map((each) => [each.id, each.response]));
    const codes: CredentialCode[] = [];
    for (const { id, name, parameters, touch } of credentials) {
      if (parameters.kind === "hotp") codes.push({ name, parameters, state: "counter" });
      else if (touch) codes.push({ name, parameters, state: "touch" });
      else {
        // The one challenge is right for steps of 30 s only.
        const response = byId.get(id);
        const { digits, truncated } =
          parameters.stepSeconds === ALL_PARAMETERS.stepSeconds && response?.kind === "truncated"
            ? response
            : await this.#session.calculate(id, challengeOf(atUs, parameters), signal);
        const code = codeOfTruncated(truncated, digits);
        codes.push({ name, parameters, state: "code", code });
      }
    }
    return codes;
  }

  /** @throws {DeviceError} refused when there is none */
  named(all: readonly TokenCredential[], name: string): TokenCredential {
    const found = all.find((each) => each.id === name) ?? all.find((each) => each.name === name);
    if (found !== undefined) return found;
    throw new DeviceError("refused", "there is no credential of this name", {
      hint: "list the credentials of the token",
    });
  }

  /** It was written, and everything else of its name removed. */
  put(credential: TokenCredential): void {
    const others = this.#credentials?.filter(({ name }) => name !== credential.name);
    if (others !== undefined) this.#credentials = [...others, credential];
  }

  /** It was removed. */
  remove(id: string): void {
    this.#credentials = this.#credentials?.filter((each) => each.id !== id);
  }

  /** The next `get` asks the token. */
  forget(): void {
    this.#credentials = undefined;
  }

  async #load(
    calculated: readonly CalculatedCredential[],
    signal: AbortSignal,
  ): Promise<readonly TokenCredential[]> {
    const loaded = credentialsOf(await this.#session.list(false, signal), calculated);
    this.#credentials = loaded;
    return loaded;
  }

  /** Without CALCULATE ALL only a code tells its digits; those of HOTP stay unknown. */
  async #loadOneByOne(signal: AbortSignal): Promise<readonly TokenCredential[]> {
    const listed = await this.#session.list(true, signal);
    const challenge = challengeOf(this.#nowUs(), ALL_PARAMETERS);
    const calculated: CalculatedCredential[] = [];
    for (const { id, type, touch } of listed) {
      if (type === "hotp" || touch === true) continue;
      const { digits, truncated } = await this.#session.calculate(id, challenge, signal);
      calculated.push({ id, response: { kind: "truncated", digits, truncated } });
    }
    const loaded = credentialsOf(listed, calculated);
    this.#credentials = loaded;
    return loaded;
  }

  #calculated(atUs: number, signal: AbortSignal): Promise<readonly CalculatedCredential[]> {
    return this.#session.calculateAll(challengeOf(atUs, ALL_PARAMETERS), signal);
  }
}
