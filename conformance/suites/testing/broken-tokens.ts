// Tokens and drivers with one defect each: what the cases must notice. Each is the virtual token
// with something wrong put around its device.

import type { Device } from "../../../devices/device.ts";
import { DeviceError } from "../../../devices/errors.ts";
import { subjectSource } from "../../../devices/sources.ts";
import type { TokenSource } from "../../run/token-source.ts";

/** What is wrong with a device: these replace its own. */
export type Defect = (device: Device) => Partial<Device>;

/** The virtual token, or another of its models, with a defect. */
export function brokenBy(name: string, defect: Defect, model = "virtual"): TokenSource {
  const source = subjectSource(model);
  return {
    ...source,
    name,
    open: async (options) => {
      const subject = await source.open(options);
      const connect = async (): Promise<Device> => {
        const right = await subject.connect();
        return overlay(right, defect(right));
      };
      return overlay(subject, { connect });
    },
  };
}

const broken = brokenBy;

/** `wrong` in front of `right`; what is not in it is the right one's own. */
export function overlay<T extends object>(right: T, wrong: Partial<T>): T {
  return new Proxy(right, {
    get: (of, key) => {
      const own = Reflect.get(wrong, key) ?? Reflect.get(of, key, of);
      if (typeof own !== "function" || key in wrong) return own;
      // No bound function: V8 13.6 does not take one for Symbol.asyncDispose.
      return (...args: readonly unknown[]) => Reflect.apply(own, of, args);
    },
  });
}

/** Changes codes on their way. */
function codesChanged(change: (code: string) => string): Defect {
  return (device) => ({
    readTotp: async (request) => {
      const reading = await device.readTotp(request);
      return { ...reading, code: change(reading.code) };
    },
    readHotp: async (request) => {
      const reading = await device.readHotp(request);
      return { ...reading, code: change(reading.code) };
    },
  });
}

const notSupported = async (): Promise<never> => {
  throw new DeviceError("not-supported", "this token can do nothing");
};

/** Whatever is asked, it went well. */
const alwaysWell: Defect = (device) => ({
  readTotp: () => device.readTotp().catch(() => ({ code: "000000" })),
  readHotp: () => device.readHotp().catch(() => ({ code: "000000" })),
  provision: (credential) => device.provision(credential).catch(() => {}),
  list: () => device.list().catch(() => []),
  remove: (name) => device.remove(name).catch(() => {}),
  setTime: (seconds) => device.setTime(seconds).catch(() => {}),
  readTime: () => device.readTime().catch(() => 0),
});

/** Tokens that are wrong, by name. */
export const BROKEN_TOKENS: readonly TokenSource[] = [
  broken(
    "wrong-codes",
    codesChanged((code) => `${code.slice(0, -1)}${(Number(code.at(-1)) + 1) % 10}`),
  ),
  broken("always-well", alwaysWell),
  broken("does-nothing", () => ({
    readTotp: notSupported,
    readHotp: notSupported,
    provision: notSupported,
    list: notSupported,
    remove: notSupported,
    setTime: notSupported,
    readTime: notSupported,
  })),
  broken(
    "drops-leading-zeros",
    codesChanged((code) => String(Number(code))),
  ),
  broken("counter-does-not-move", (device) => ({
    readHotp: (request) => device.readHotp({ counter: 0n, ...request }),
  })),
  broken("counter-of-32-bits", (device) => ({
    readHotp: (request = {}) =>
      device.readHotp(
        request.counter === undefined
          ? request
          : { ...request, counter: BigInt.asUintN(32, request.counter) },
      ),
  })),
  broken("clock-of-32-bits", (device) => ({
    setTime: (seconds, options) => device.setTime(seconds % 2 ** 31, options),
  })),
  broken("keeps-one-credential", (device) => ({
    provision: (credential, options) => device.provision({ ...credential, name: "one" }, options),
    readTotp: ({ credential, ...rest } = {}) => device.readTotp(rest),
    readHotp: ({ credential, ...rest } = {}) => device.readHotp(rest),
  })),
  broken("deaf-to-signals", (device) => ({
    readTotp: ({ signal, timeoutMs, ...rest } = {}) => device.readTotp(rest),
  })),
  broken("long-codes-only", (device) => {
    const { hotp } = device.capabilities;
    return {
      capabilities: { ...device.capabilities, ...(hotp && { hotp: { ...hotp, digits: [8] } }) },
    };
  }),
  broken("claims-too-little", (device) => {
    const { totp, ...rest } = device.capabilities;
    return { capabilities: { ...rest, list: false } };
  }),
  broken("nameless", (device) => ({ info: { ...device.info, model: "", address: "" } })),
  broken("modest", () => ({}), "virtual:display-token-60"),
  broken("tells-secrets", (device) => {
    const secrets: string[] = [];
    return {
      provision: (credential, options) => {
        secrets.push(Buffer.from(credential.secret).toString("hex"));
        return device.provision(credential, options);
      },
      list: async () =>
        (await device.list()).map((row, at) => ({ ...row, comment: secrets[at] ?? "" })),
    };
  }),
  broken("reading-sets-the-clock", (device) => ({
    readTotp: async (request) => {
      const reading = await device.readTotp(request);
      await device.setTime(1_600_000_000);
      return reading;
    },
    readTime: async (options) => {
      const seconds = await device.readTime(options);
      await device.setTime(seconds + 1);
      return seconds;
    },
  })),
];

/** A broken token by its name. */
export function brokenToken(name: string): TokenSource {
  const found = BROKEN_TOKENS.find((token) => token.name === name);
  if (found === undefined) throw new RangeError(`no broken token is called ${name}`);
  return found;
}
