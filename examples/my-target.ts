// A target of your own: the server whose verification is judged. This one is as naive as many that
// run today: one step to each side, no memory of what was used. The suites say what that costs.
//
//   oathbed conformance verifier --plugin ./my-target.ts --target naive

import { createHmac } from "node:crypto";
import {
  type Plugin,
  type Target,
  type TargetAnswer,
  TargetCannot,
  type TargetFactory,
  type TargetToken,
} from "oathbed/conformance";

const REFUSED: TargetAnswer = { accepted: false, reason: "refused" };

class NaiveServer implements Target {
  readonly #tokens = new Map<string, TargetToken>();

  async create(token: TargetToken): Promise<string> {
    const id = `token-${this.#tokens.size}`;
    this.#tokens.set(id, token);
    return id;
  }

  async enroll(id: string, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    const [first = "", second = ""] = codes;
    const both = this.#stepOf(id, first, atUs) !== null && this.#stepOf(id, second, atUs) !== null;
    return both ? { accepted: true } : REFUSED;
  }

  async submit(id: string, code: string, atUs: number): Promise<TargetAnswer> {
    return this.#stepOf(id, code, atUs) === null ? REFUSED : { accepted: true };
  }

  async resync(): Promise<TargetAnswer> {
    throw new TargetCannot("it has no resynchronization");
  }

  [Symbol.asyncDispose] = async (): Promise<void> => this.#tokens.clear();

  #stepOf(id: string, code: string, atUs: number): number | null {
    const token = this.#tokens.get(id);
    if (token?.parameters.kind !== "totp") return null;
    const { algorithm, digits, stepSeconds } = token.parameters;
    const now = Math.floor(atUs / 1e6 / stepSeconds);
    for (const step of [now - 1, now, now + 1].filter((one) => one >= 0)) {
      const counter = Buffer.alloc(8);
      counter.writeBigUInt64BE(BigInt(step));
      const mac = createHmac(algorithm.toLowerCase(), token.secret).update(counter).digest();
      const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fff_ffff;
      if (String(number % 10 ** digits).padStart(digits, "0") === code) return step;
    }
    return null;
  }
}

const naive: TargetFactory = {
  name: "naive",
  description: "one step to each side, stateless: the example of a target",
  abilities: new Set(["sha256", "sha512"]),
  open: async ({ window }) => {
    if (window !== undefined && (window.past !== 1 || window.future !== 1)) {
      throw new TargetCannot("its window is one step to each side");
    }
    return new NaiveServer();
  },
};

export const plugin: Plugin = { targets: [naive] };
