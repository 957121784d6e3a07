// A driver of your own: how your token is reached. This one keeps its secret in memory and makes
// codes with node:crypto, where yours talks over a wire.
//
//   oathbed conformance --plugin ./my-driver.ts --device pocket:1 --destructive --serial 0001

import { createHmac } from "node:crypto";
import type { Plugin } from "oathbed/conformance";
import {
  type Capabilities,
  type CodeReading,
  type CredentialInput,
  type Device,
  DeviceError,
  type Driver,
  notSupported,
  type OperationOptions,
  OperationQueue,
  type TotpRequest,
} from "oathbed/devices";

const CAPABILITIES: Capabilities = {
  totp: {
    algorithms: ["SHA1", "SHA256"],
    digits: [6, 8],
    stepSeconds: { low: 1, high: 3600 },
    t0: false,
    clock: "host", // no clock of its own: the time comes with each reading
  },
  provision: { secretBytes: { low: 1, high: 64 }, names: false, credentials: 1 },
  list: false,
  remove: false,
  setTime: false,
  readTime: false,
  button: false,
  timeRange: { fromSeconds: 0, toSeconds: 4_102_444_800 },
};

class PocketToken implements Device {
  readonly info: Device["info"];
  readonly capabilities = CAPABILITIES;
  readonly #memory: Memory;
  // Keeps the rules of all devices: one operation after another, time-outs, what close ends.
  readonly #queue = new OperationQueue(2000);

  constructor(address: string, memory: Memory) {
    this.info = { driver: "pocket", address: `pocket:${address}`, model: "pocket", serial: "0001" };
    this.#memory = memory;
  }

  readTotp(request: TotpRequest = {}): Promise<CodeReading> {
    const { atUs = Date.now() * 1000 } = request;
    return this.#queue.run("read TOTP", request, async () => ({ code: this.#codeAt(atUs) }));
  }

  provision(credential: CredentialInput, options: OperationOptions = {}): Promise<void> {
    return this.#queue.run("provision", options, async () => {
      const { parameters, secret } = credential;
      if (parameters.kind !== "totp") throw notSupported("event-based codes");
      if (secret.length === 0 || secret.length > 64) {
        throw new DeviceError("bad-argument", `a secret has 1 to 64 bytes, not ${secret.length}`);
      }
      this.#memory.held = { ...credential, secret: secret.slice() };
    });
  }

  readHotp = unsupported("event-based codes");
  list = unsupported("a list of credentials");
  remove = unsupported("removing a credential");
  setTime = unsupported("setting the time");
  readTime = unsupported("reading the time");

  async close(): Promise<void> {
    this.#queue.end(new DeviceError("closed", "the token was closed"));
  }

  [Symbol.asyncDispose] = (): Promise<void> => this.close();

  #codeAt(atUs: number): string {
    const { held } = this.#memory;
    if (held?.parameters.kind !== "totp") throw new DeviceError("refused", "it holds no secret");
    const { algorithm, digits, stepSeconds } = held.parameters;
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(atUs / 1e6 / stepSeconds)));
    const mac = createHmac(algorithm.toLowerCase(), held.secret).update(counter).digest();
    const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fff_ffff;
    return String(number % 10 ** digits).padStart(digits, "0");
  }
}

/** What a token keeps while nobody has it open. */
interface Memory {
  held?: CredentialInput;
}

function unsupported(what: string): () => Promise<never> {
  return () => Promise.reject(notSupported(what));
}

const tokens = new Map<string, Memory>([["1", {}]]);

const pocketDriver: Driver = {
  name: "pocket",
  summary: "a token in memory, the example of a driver",
  health: async () => ({ state: "ready", detail: "nothing is needed" }),
  list: async () => [...tokens.keys()].map((address) => ({ address, description: "pocket token" })),
  open: async (address) => {
    const memory = tokens.get(address);
    if (memory !== undefined) return new PocketToken(address, memory);
    throw new DeviceError("not-found", `there is no pocket token ${address.slice(0, 20)}`);
  },
};

export const plugin: Plugin = { drivers: [pocketDriver] };
