// Secrets of a run's own for a server that remembers them: a device that was deleted stays used up,
// and a case that runs again must not find its own traces.

import { randomBytes } from "node:crypto";
import type { Target, TargetAnswer, TargetToken, TargetTokenId } from "../target.ts";
import { refuseAmbiguousPair, translateCode } from "./translate-code.ts";

/** `target`, the secrets of its tokens drawn anew; equal ones of a case stay equal. */
export function withFreshSecrets(target: Target): Target {
  const wrapped = new FreshSecrets(target);
  const { state, deactivate, delete: remove } = target;
  return Object.assign(wrapped, {
    ...(state && { state: (id: TargetTokenId) => state.call(target, id) }),
    ...(deactivate && { deactivate: (id: TargetTokenId) => deactivate.call(target, id) }),
    ...(remove && { delete: (id: TargetTokenId) => remove.call(target, id) }),
  });
}

class FreshSecrets implements Target {
  readonly #target: Target;
  readonly #drawn = new Map<string, Uint8Array>();
  readonly #tokens = new Map<
    TargetTokenId,
    { readonly token: TargetToken; readonly secret: Uint8Array }
  >();

  constructor(target: Target) {
    this.#target = target;
  }

  async create(token: TargetToken): Promise<TargetTokenId> {
    const key = Buffer.from(token.secret).toString("hex");
    const secret = this.#drawn.get(key) ?? randomBytes(token.secret.length);
    this.#drawn.set(key, secret);
    const id = await this.#target.create({ ...token, secret });
    this.#tokens.set(id, { token: { ...token, secret: token.secret.slice() }, secret });
    return id;
  }

  async enroll(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    return this.#target.enroll(id, this.#translated(id, codes, atUs), atUs);
  }

  async submit(id: TargetTokenId, code: string, atUs: number): Promise<TargetAnswer> {
    const [translated = ""] = this.#translated(id, [code], atUs);
    return this.#target.submit(id, translated, atUs);
  }

  async resync(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    return this.#target.resync(id, this.#translated(id, codes, atUs), atUs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const secret of this.#drawn.values()) secret.fill(0);
    this.#drawn.clear();
    await this.#target[Symbol.asyncDispose]();
  }

  #translated(id: TargetTokenId, codes: readonly string[], atUs: number): readonly string[] {
    const known = this.#tokens.get(id);
    if (known === undefined) return codes;
    const [first = ""] = codes;
    if (codes.length === 2) refuseAmbiguousPair(known.token, first, atUs);
    return codes.map((code) => translateCode(known.token, known.secret, code, atUs, 0));
  }
}
