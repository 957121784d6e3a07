// Tokens that power cuts and lines break: what was half done stays, and is taken for whole.

import type { Device } from "../../../devices/device.ts";
import { DeviceError } from "../../../devices/errors.ts";
import type { TokenSource } from "../../run/token-source.ts";
import { brokenBy, type Defect } from "./broken-tokens.ts";

/** What is written when the power or the line fails meanwhile: `half`, as soon as it is back. */
function whenItIsBack(half: (device: Device, failed: Written) => Promise<void>): Defect {
  let failed: Written | undefined;
  return (device) => {
    const first = async (): Promise<void> => {
      const left = failed;
      failed = undefined;
      if (left === undefined) return;
      await half(device, left).catch(() => {
        failed ??= left;
      });
    };
    return {
      provision: async (credential, options) => {
        await first();
        try {
          await device.provision(credential, options);
        } catch (error) {
          failed = { act: "provision", credential };
          throw error;
        }
      },
      remove: async (name, options) => {
        await first();
        const held = (await device.list(options)).find((one) => one.name === name);
        try {
          await device.remove(name, options);
        } catch (error) {
          if (held !== undefined) failed = { act: "remove", name };
          throw error;
        }
      },
      readTotp: async (request) => {
        await first();
        return device.readTotp(request);
      },
      readHotp: async (request) => {
        await first();
        return device.readHotp(request);
      },
    };
  };
}

type Credential = Parameters<Device["provision"]>[0];

type Written =
  | { readonly act: "provision"; readonly credential: Credential }
  | { readonly act: "remove"; readonly name: string };

/** The last bytes of a secret that was erased, or not written yet. */
function halfOf(secret: Uint8Array): Uint8Array {
  return secret.map((byte, at) => (at < secret.length / 2 ? byte : 0xff));
}

const DEFECTS: Readonly<Record<string, readonly [defect: string, wrong: () => Defect]>> = {
  "half-written-credential": [
    "keeps half of a credential when the power or the line fails meanwhile",
    () =>
      whenItIsBack(async (device, failed) => {
        if (failed.act !== "provision") return;
        const { credential } = failed;
        await device.provision({ ...credential, secret: halfOf(credential.secret) });
      }),
  ],
  "new-secret-old-counter": [
    "has the new secret with another counter when the power fails meanwhile",
    () =>
      whenItIsBack(async (device, failed) => {
        if (failed.act !== "provision" || failed.credential.parameters.kind !== "hotp") return;
        await device.provision({ ...failed.credential, counter: 500n });
      }),
  ],
  "half-removed-credential": [
    "keeps a credential without its secret when the power fails while it is removed",
    () =>
      whenItIsBack(async (device, failed) => {
        if (failed.act !== "remove") return;
        const listed = await device.list();
        const parameters = listed.find(({ name }) => name === failed.name)?.parameters;
        if (parameters === undefined) return;
        await device.provision({ name: failed.name, secret: new Uint8Array(20), parameters });
      }),
  ],
  "loses-all-with-one": [
    "loses every credential when the power fails while one is written",
    () =>
      whenItIsBack(async (device, failed) => {
        if (failed.act !== "provision") return;
        for (const { name } of await device.list()) await device.remove(name);
      }),
  ],
  "refusals-take-away": [
    "takes a credential away after twenty requests that it refused",
    () => {
      let refused = 0;
      return (device) => ({
        readTotp: async (request) => {
          try {
            return await device.readTotp(request);
          } catch (error) {
            const isNo = error instanceof DeviceError && error.code === "refused";
            if (isNo && ++refused % 20 === 0) await device.remove("oathbed").catch(() => {});
            throw error;
          }
        },
      });
    },
  ],
  "slow-to-forget": [
    "loses a credential in a hundred and fifty requests",
    () => {
      let requests = 0;
      return (device) => ({
        readTotp: async (request) => {
          const reading = await device.readTotp(request);
          if (++requests % 50 === 0) {
            for (const { name } of (await device.list()).slice(0, 1)) await device.remove(name);
          }
          return reading;
        },
      });
    },
  ],
  "names-cut-to-64": [
    "cuts names to 64 characters",
    () => (device) => ({
      readTotp: ({ credential, ...rest } = {}) =>
        credential === undefined || credential.length <= 64
          ? device.readTotp({ ...rest, ...(credential === undefined ? {} : { credential }) })
          : device.readTotp(rest),
    }),
  ],
  "reads-overtake-writes": [
    "answers a read before a write that was asked for first",
    () => (device) => ({
      provision: async (credential, options) => {
        await new Promise(setImmediate);
        await device.provision(credential, options);
      },
    }),
  ],
};

/** What shows after many operations only. */
const WEAR: typeof DEFECTS = {
  "worn-after-a-hundred": [
    "loses a credential at its hundredth write",
    () => {
      let writes = 0;
      return (device) => ({
        provision: async (credential, options) => {
          await device.provision(credential, options);
          if (++writes % 100 !== 0) return;
          await device.provision({ ...credential, secret: halfOf(credential.secret) }, options);
        },
      });
    },
  ],
  "counter-slips": [
    "leaves a counter out now and then, in a hundred codes",
    () => {
      let codes = 0;
      return (device) => ({
        readHotp: async (request) => {
          if (++codes % 100 === 0 && request?.counter === undefined) await device.readHotp(request);
          return device.readHotp(request);
        },
      });
    },
  ],
};

/** What is wrong with memories that wear out, a token each. */
export const WORN_MEMORIES: Readonly<Record<string, readonly [string, TokenSource]>> = rows(WEAR);

/** What is wrong, a token each. A fresh one remembers nothing of the one before. */
export const BROKEN_MEMORIES: Readonly<Record<string, readonly [string, TokenSource]>> =
  rows(DEFECTS);

function rows(defects: typeof DEFECTS): Readonly<Record<string, readonly [string, TokenSource]>> {
  return Object.fromEntries(
    Object.entries(defects).map(([name, [defect, wrong]]) => [
      name,
      [defect, freshly(name, wrong)] as const,
    ]),
  );
}

function freshly(name: string, wrong: () => Defect): TokenSource {
  const source = brokenBy(name, wrong());
  return { ...source, open: (options) => brokenBy(name, wrong()).open(options) };
}
