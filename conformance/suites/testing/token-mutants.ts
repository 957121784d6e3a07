// Mutants of a token: the virtual one with one realistic defect each.

import { createHmac } from "node:crypto";
import type { OathParameters } from "../../../core/oath/parameters.ts";
import type { TokenSource } from "../../run/token-source.ts";
import { BROKEN_CLOCKS } from "./broken-clocks.ts";
import { BROKEN_MEMORIES, WORN_MEMORIES } from "./broken-memories.ts";
import { BROKEN_SHELLS } from "./broken-shells.ts";
import { BROKEN_TOKENS, brokenBy, type Defect } from "./broken-tokens.ts";
import { BROKEN_WRITERS } from "./broken-writers.ts";
import { atSeconds, makesCodes, sees } from "./code-makers.ts";
import { decimals, hmac, hotp } from "./model-rules.ts";
import type { Mutant } from "./server-mutants.ts";

const DEFECTS: Readonly<Record<string, readonly [defect: string, wrong: Defect]>> = {
  "truncation-without-mask": [
    "keeps the sign bit when it truncates",
    makesCodes(({ secret, parameters, factor }) => {
      const mac = hmac(secret, parameters, factor);
      return decimals(mac.readUInt32BE((mac.at(-1) ?? 0) & 15), parameters.digits);
    }),
  ],
  "truncation-at-byte-19": [
    "takes the offset from byte 19, whatever the hash",
    makesCodes(({ secret, parameters, factor }) => {
      const mac = hmac(secret, parameters, factor);
      const offset = (mac[19] ?? 0) & 15;
      return decimals(mac.readUInt32BE(offset) & 0x7fff_ffff, parameters.digits);
    }),
  ],
  "truncation-at-zero": [
    "takes the first four bytes of the HMAC",
    makesCodes(({ secret, parameters, factor }) => {
      const mac = hmac(secret, parameters, factor);
      return decimals(mac.readUInt32BE(0) & 0x7fff_ffff, parameters.digits);
    }),
  ],
  "digits-from-the-front": [
    "shows the first digits of the number, not the last",
    makesCodes(({ secret, parameters, factor }) =>
      hotp(secret, { ...parameters, digits: 10 }, factor).slice(0, parameters.digits),
    ),
  ],
  "counter-little-endian": [
    "hashes the moving factor with its bytes in the wrong order",
    makesCodes(({ secret, parameters, factor }) => {
      const message = Buffer.alloc(8);
      message.writeBigUInt64LE(factor);
      const mac = createHmac(parameters.algorithm, secret).update(message).digest();
      const offset = (mac.at(-1) ?? 0) & 15;
      return decimals(mac.readUInt32BE(offset) & 0x7fff_ffff, parameters.digits);
    }),
  ],
  "sha1-only": [
    "makes every code with SHA-1",
    sees(({ parameters }) => ({ parameters: { ...parameters, algorithm: "SHA1" } })),
  ],
  "six-digits-only": [
    "shows six digits, whatever was asked for",
    makesCodes(({ secret, parameters, factor }) =>
      hotp(secret, { ...parameters, digits: 6 }, factor),
    ),
  ],
  "secret-cut-to-20": [
    "uses the first 20 bytes of a secret",
    sees(({ secret }) => ({ secret: secret.subarray(0, 20) })),
  ],
  "long-secret-not-hashed": [
    "cuts a secret longer than the hash's block instead of hashing it",
    sees(({ secret, parameters }) => ({
      secret: secret.subarray(0, parameters.algorithm === "SHA512" ? 128 : 64),
    })),
  ],
  "step-of-30-only": [
    "takes every time step for 30 seconds",
    sees((moment) => ({
      factor: atSeconds(moment, moment.seconds, withStep(moment.parameters, 30)),
    })),
  ],
  "t0-ignored": [
    "counts every credential's steps from 1970",
    sees((moment) => ({ factor: atSeconds(moment, moment.seconds, withT0(moment.parameters)) })),
  ],
  "step-begins-late": [
    "shows the old code for the first second of a step",
    sees((moment) => ({ factor: atSeconds(moment, moment.seconds - 1) })),
  ],
  "step-begins-early": [
    "shows the new code in the last second of a step",
    sees((moment) => ({ factor: atSeconds(moment, moment.seconds + 1) })),
  ],
  "step-rounded": [
    "rounds the time to the nearest step",
    sees((moment) => {
      const { parameters, seconds } = moment;
      const half = parameters.kind === "totp" ? parameters.stepSeconds / 2 : 0;
      return { factor: atSeconds(moment, seconds + half) };
    }),
  ],
  "leap-day-forgotten": [
    "loses a day at the end of February 2028",
    sees((moment) => ({
      factor: atSeconds(moment, moment.seconds - (moment.seconds >= 1_835_481_600 ? 86_400 : 0)),
    })),
  ],
  "step-skipped": [
    "skips a step in every twenty",
    sees((moment) => ({ factor: moment.factor + (moment.factor % 20n === 0n ? 1n : 0n) })),
  ],
  "step-repeated": [
    "shows a step twice in every twenty",
    sees((moment) => ({ factor: moment.factor - (moment.factor % 20n === 0n ? 1n : 0n) })),
  ],
  "leap-day-in-2100": [
    "takes 2100 for a leap year",
    sees((moment) => ({
      factor: atSeconds(moment, moment.seconds - (moment.seconds >= 4_107_542_400 ? 86_400 : 0)),
    })),
  ],
  "years-end-in-2099": [
    "begins again at the year 2000 after 2099",
    sees((moment) => ({
      factor: atSeconds(
        moment,
        moment.seconds - (moment.seconds >= 4_102_444_800 ? 3_155_760_000 : 0),
      ),
    })),
  ],
  "month-of-30-days": [
    "has 30 days in March 2027",
    sees((moment) => ({
      factor: atSeconds(moment, moment.seconds + (moment.seconds >= 1_806_537_600 ? 86_400 : 0)),
    })),
  ],
  "clock-set-to-minutes": [
    "sets its clock to the beginning of the minute",
    (device) => ({
      setTime: (seconds, options) => device.setTime(seconds - (seconds % 60), options),
    }),
  ],
  "takes-any-time": [
    "sets its clock to the last time it can hold when it is told a later one",
    (device) => ({
      setTime: (seconds, options) => {
        const { fromSeconds, toSeconds } = device.capabilities.timeRange;
        return device.setTime(Math.max(fromSeconds, Math.min(toSeconds, seconds)), options);
      },
    }),
  ],
  "clock-of-32-bits-unsigned": [
    "begins again at 1970 in February 2106",
    sees((moment) => ({ factor: atSeconds(moment, moment.seconds % 2 ** 32) })),
  ],
  "counter-skips": [
    "moves its counter on by two",
    (device) => ({
      readHotp: async (request) => {
        const reading = await device.readHotp(request);
        if (request?.counter === undefined) await device.readHotp(request);
        return reading;
      },
    }),
  ],
  "counter-starts-at-one": [
    "begins with the counter after the one it was given",
    (device) => ({
      provision: (credential, options) =>
        device.provision({ ...credential, counter: (credential.counter ?? 0n) + 1n }, options),
    }),
  ],
  "replaces-nothing": [
    "keeps the old secret when a credential of the same name is written",
    (device) => {
      const names = new Set<string>();
      return {
        provision: async (credential, options) => {
          if (!names.has(credential.name)) await device.provision(credential, options);
          names.add(credential.name);
        },
      };
    },
  ],
  "removes-nothing": [
    "says that it removed a credential, and keeps it",
    (device) => ({
      remove: async (name, options) => {
        const held = await device.list(options);
        if (!held.some((one) => one.name === name)) await device.remove(name, options);
      },
    }),
  ],
  "one-counter-for-all": [
    "keeps one counter for all its credentials",
    (device) => {
      let shared = 0n;
      return {
        readHotp: (request = {}) =>
          device.readHotp(
            request.counter === undefined ? { ...request, counter: shared++ } : request,
          ),
      };
    },
  ],
};

/** What is wrong with the tokens that `broken.test.ts` names. */
const NAMED: Readonly<Record<string, string>> = {
  "wrong-codes": "counts the last digit of each code one up",
  "always-well": "says that whatever is asked went well",
  "does-nothing": "claims what it cannot do",
  "drops-leading-zeros": "loses the leading zeros of its codes",
  "counter-does-not-move": "gives the code of counter 0 each time",
  "counter-of-32-bits": "keeps its counter in 32 bits",
  "clock-of-32-bits": "takes times after 2038 for times after 1970",
  "keeps-one-credential": "keeps the last credential, whatever its name",
  "deaf-to-signals": "goes on after it was told to stop",
  "long-codes-only": "claims eight digits only",
  "claims-too-little": "claims less than it does",
  nameless: "does not tell what it is",
  modest: "is an honest display token of few abilities: cases skip or hold",
  "tells-secrets": "tells its secrets in a listing",
  "reading-sets-the-clock": "sets its clock when it is read",
};

/** Mutants of a token. */
export const TOKEN_MUTANTS: readonly Mutant<TokenSource>[] = [
  ...BROKEN_TOKENS.filter(({ name }) => name !== "modest").map((subject) => ({
    name: subject.name,
    defect: NAMED[subject.name] ?? subject.name,
    subject,
  })),
  ...Object.entries(DEFECTS).map(([name, [defect, wrong]]) => ({
    name,
    defect,
    subject: brokenBy(name, wrong),
  })),
  ...named({ ...BROKEN_CLOCKS, ...BROKEN_WRITERS, ...BROKEN_MEMORIES }),
  ...named(WORN_MEMORIES, ["endurance"]),
  ...named(BROKEN_SHELLS, ["serial-shell"]),
];

function named(
  broken: Readonly<Record<string, readonly [defect: string, subject: TokenSource]>>,
  suites?: readonly string[],
): readonly Mutant<TokenSource>[] {
  return Object.entries(broken).map(([name, [defect, subject]]) => ({
    name,
    defect,
    subject,
    ...(suites && { suites }),
  }));
}

function withStep(parameters: OathParameters, stepSeconds: number): OathParameters {
  return parameters.kind === "totp" ? { ...parameters, stepSeconds } : parameters;
}

function withT0(parameters: OathParameters): OathParameters {
  return parameters.kind === "totp" ? { ...parameters, t0: 0 } : parameters;
}
