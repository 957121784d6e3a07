// Parameters and secrets as a driver hands them over, up to where a token ends.

import {
  HASH_ALGORITHMS,
  type HashAlgorithm,
  MAX_MOVING_FACTOR,
  type TotpParameters,
  totpParameters,
} from "../../../core/oath/parameters.ts";
import { DeviceError } from "../../../devices/errors.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { tokenHotp, tokenTotp } from "../shared/token-codes.ts";
import { type Offer, Offering, WHOLE } from "./offer.ts";

/** What the oracle and the RFCs know; beyond it a code is nobody's. */
const KNOWN = { digits: [6, 10], stepSeconds: [1, 86_400], bytes: [1, 1024] } as const;

const SECRET: Uint8Array = patternSecret(21);

/** A parameter of no RFC, as a careless host might pass it on. */
function parametersOf(t: TokenContext, odd: object): TotpParameters {
  return { ...tokenTotp(t), ...odd };
}

function isWithin(value: number, [low, high]: readonly [number, number]): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

/** A case that offers one thing after another. */
function offering(
  what: string,
  title: string,
  run: (t: TokenContext, token: Offering) => Promise<void>,
  needs: TokenCase["needs"] = ["totp", "provision"],
): TokenCase {
  return {
    id: `provisioning/${what}`,
    subject: "token",
    title,
    requirement: WHOLE,
    level: "MUST",
    needs,
    run: async (t) => run(t, await Offering.on(t)),
  };
}

const UNKNOWN_ALGORITHMS: readonly string[] = ["MD5", "SHA224", "SHA3-256", "sha-1", "", "SHA1 "];

const unknownAlgorithm = offering(
  "parameters/unknown-algorithm",
  "an algorithm the token does not know is refused, never taken for another one",
  async (t, token) => {
    for (const name of UNKNOWN_ALGORITHMS) {
      const odd: object = { algorithm: name };
      await token.offer(`the algorithm "${name}"`, offerOf(parametersOf(t, odd)), false);
    }
  },
);

const algorithms = offering(
  "parameters/algorithms",
  "each algorithm is taken, and its codes are right, or is refused",
  async (t, token) => {
    const sizes: Readonly<Record<HashAlgorithm, number>> = { SHA1: 20, SHA256: 32, SHA512: 64 };
    for (const algorithm of HASH_ALGORITHMS) {
      const secret = patternSecret(sizes[algorithm]);
      await token.offer(algorithm, { secret, parameters: parametersOf(t, { algorithm }) });
    }
    t.holds("at least one is taken", token.taken > 0, token.taken);
  },
);

const digits = offering(
  "parameters/digits",
  "a number of digits is shown as asked for or refused, never another one",
  async (t, token) => {
    for (const count of [0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 16, 255, 256, -6, 6.5]) {
      const offer = offerOf(parametersOf(t, { digits: count }));
      await token.offer(`${count} digits`, offer, isWithin(count, KNOWN.digits));
    }
  },
);

const periods = offering(
  "parameters/periods",
  "a time step is kept as asked for or refused, never another one",
  async (t, token) => {
    const periods = [0, 1, 7, 15, 29, 30, 31, 45, 60, 90, 255, 256, 3600, 86_400, 86_401, -30, 1.5];
    for (const stepSeconds of periods) {
      const offer = offerOf(parametersOf(t, { stepSeconds }));
      await token.offer(
        `steps of ${stepSeconds} s`,
        offer,
        isWithin(stepSeconds, KNOWN.stepSeconds),
      );
    }
  },
);

const t0s = offering(
  "parameters/t0",
  "a T0 is kept as asked for or refused, never dropped",
  async (t, token) => {
    for (const t0 of [1, 29, 30, 1_000_000_007, 1_800_000_000]) {
      await token.offer(`T0 = ${t0}`, offerOf(parametersOf(t, { t0 })));
    }
  },
);

const counters = offering(
  "parameters/counters",
  "a first counter of up to eight bytes is kept as asked for or refused, never cut",
  async (t, token) => {
    const counters = [0n, 1n, 255n, 256n, 65_536n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n];
    const far = [2n ** 53n + 1n, 2n ** 63n, MAX_MOVING_FACTOR, MAX_MOVING_FACTOR + 1n, -1n];
    for (const counter of [...counters, ...far]) {
      const isKnown = counter >= 0n && counter <= MAX_MOVING_FACTOR;
      const offer = { secret: SECRET, parameters: tokenHotp(t), counter };
      await token.offer(`from counter ${counter}`, offer, isKnown);
    }
  },
  ["totp", "hotp", "hotp-own-counter", "provision"],
);

const LENGTHS: readonly number[] = [
  0, 1, 10, 15, 16, 20, 32, 40, 63, 64, 65, 66, 100, 122, 123, 127, 128, 129, 255, 256, 1024, 1025,
];

const longSecrets = offering(
  "secrets/lengths",
  "a secret of any length is taken whole or refused, never cut",
  async (t, token) => {
    for (const bytes of LENGTHS) {
      const offer = { secret: patternSecret(bytes), parameters: tokenTotp(t) };
      await token.offer(`${bytes} bytes`, offer, isWithin(bytes, KNOWN.bytes));
    }
    t.holds("some are taken", token.taken > 0, token.taken);
  },
);

const longWithOthers = offering(
  "secrets/longer-than-a-block",
  "a secret longer than the hash's block is hashed with its own algorithm, or refused",
  async (t, token) => {
    for (const algorithm of HASH_ALGORITHMS) {
      for (const bytes of [65, 129, 200]) {
        const offer = { secret: patternSecret(bytes), parameters: parametersOf(t, { algorithm }) };
        await token.offer(`${algorithm}, ${bytes} bytes`, offer);
      }
    }
  },
);

/** What text handling, or a length counted up to a zero, makes shorter. */
const ODD_BYTES: readonly (readonly [string, Uint8Array])[] = [
  ["a zero first", Uint8Array.from({ length: 20 }, (_, at) => at)],
  ["a zero in the middle", patternSecret(20).map((byte, at) => (at === 9 ? 0 : byte))],
  ["zeros at the end of 70 bytes", patternSecret(70).map((byte, at) => (at > 65 ? 0 : byte))],
  ["spaces at the end of 20 bytes", patternSecret(20).map((byte, at) => (at > 16 ? 0x20 : byte))],
  ["line ends", patternSecret(20).map((byte, at) => (at % 2 === 0 ? 0x0a : byte))],
  ["only 0xff", new Uint8Array(20).fill(0xff)],
  ["what looks like hexadecimal", new TextEncoder().encode("0123456789abcdef0123")],
  ["what looks like Base32", new TextEncoder().encode("GEZDGNBVGY3TQOJQGEZD")],
];

const oddBytes = offering(
  "secrets/bytes",
  "a secret of odd bytes is taken as it is or refused, never trimmed or decoded",
  async (t, token) => {
    for (const [what, secret] of ODD_BYTES) {
      await token.offer(what, { secret, parameters: tokenTotp(t) });
    }
  },
);

/** Judges what is listed, so that tokens are judged, too, whose codes only people see. */
const listed: TokenCase = {
  id: "provisioning/parameters/listed",
  subject: "token",
  title: "what is taken is listed with the parameters it was written with; what is refused is not",
  requirement: WHOLE,
  level: "MUST",
  needs: ["provision", "names", "list", "rig"],
  async run(t) {
    const { device, signal } = t;
    const list = () => device.list({ signal });
    const forms: readonly object[] = [
      { algorithm: "SHA1" },
      { algorithm: "SHA256" },
      { algorithm: "SHA512" },
      { algorithm: "MD5" },
      { digits: 5 },
      { digits: 8 },
      { digits: 12 },
      { stepSeconds: 60 },
      { stepSeconds: 300 },
      { stepSeconds: 0 },
    ];
    for (const form of forms) {
      const before = await list();
      const parameters = { ...totpParameters(), ...form };
      const name = `c${before.length}`;
      const wasTaken = await device
        .provision({ name, secret: SECRET, parameters }, { signal })
        .then(
          () => true,
          (error: unknown) => {
            if (error instanceof DeviceError || error instanceof RangeError) return false;
            throw error;
          },
        );
      const after = wasTaken ? [...before, { name, parameters }] : before;
      t.equal(`${Object.entries(form)[0]?.join(" ")}: the list`, await list(), after);
      if (before.length + 1 === device.capabilities.provision?.credentials) break;
    }
  },
};

function offerOf(parameters: TotpParameters): Offer {
  return { secret: SECRET, parameters };
}

/** Cases of this section. */
export const PARAMETER_CASES: readonly ConformanceCase[] = [
  algorithms,
  unknownAlgorithm,
  digits,
  periods,
  t0s,
  counters,
  longSecrets,
  longWithOthers,
  oddBytes,
  listed,
];
