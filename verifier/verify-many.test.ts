// Many submissions at once give what the same ones give one by one.

import fc from "fast-check";
import { expect, test } from "vitest";
import { hotpParameters, type OathParameters, totpParameters } from "../core/oath/parameters.ts";
import { createRandom } from "../core/time/random.ts";
import type { Engine } from "./engines/engine.ts";
import { nodeCryptoEngine } from "./engines/node-crypto.ts";
import { loadSimdEngine } from "./engines/simd/engine.ts";
import { PRESET_NAMES, type PresetName, policyOf } from "./policy.ts";
import { MemoryStore } from "./stores/memory.ts";
import type { Store, Write } from "./stores/store.ts";
import { codeOf } from "./testing/codes.ts";
import { MAX_SUBMISSIONS, type Submission, Verifier } from "./verifier.ts";

const NOW_US = 1_800_000_000_000_000;
const KINDS: readonly OathParameters[] = [
  totpParameters(),
  totpParameters(),
  totpParameters({ stepSeconds: 60, digits: 8 }),
  totpParameters({ algorithm: "SHA256" }),
  totpParameters({ algorithm: "SHA512", digits: 7 }),
  hotpParameters(),
  hotpParameters({ algorithm: "SHA256", digits: 8 }),
];
const SECRETS = KINDS.map((_, at) => createRandom(31).fork(String(at)).bytes(20));

/** The moving factor of a token `steps` from now; counters are counted from 10. */
function factorOf(parameters: OathParameters, steps: number): number {
  const seconds = NOW_US / 1_000_000;
  return parameters.kind === "hotp"
    ? 10 + steps
    : Math.floor(seconds / parameters.stepSeconds) + steps;
}

interface Given {
  /** Index of a token; beyond the last one, of nobody's. */
  readonly token: number;
  /** Steps from the enrollment; null: a code of another length. */
  readonly steps: number | null;
  /** A wrong digit at the end. */
  readonly isWrong: boolean;
}

function submissionOf({ token, steps, isWrong }: Given): Submission {
  const parameters = KINDS[token];
  if (parameters === undefined) return { id: 99, code: "123456", receivedAtUs: NOW_US };
  const factor = factorOf(parameters, steps ?? 1);
  const right = codeOf(parameters, factor, SECRETS[token] as Uint8Array);
  const wrong = `${right.slice(0, -1)}${(Number(right.at(-1)) + 1) % 10}`;
  const code = steps === null ? right.slice(1) : isWrong ? wrong : right;
  const stepSeconds = parameters.kind === "totp" ? parameters.stepSeconds : 30;
  const receivedAtUs = NOW_US + (steps ?? 0) * stepSeconds * 1_000_000;
  return { id: token + 1, code, receivedAtUs };
}

async function verifierOf(preset: PresetName, engine: Engine, store: Store) {
  const verifier = new Verifier({ store, engine, policy: policyOf(preset) });
  for (const [at, parameters] of KINDS.entries()) {
    const secret = SECRETS[at] as Uint8Array;
    const counter = parameters.kind === "hotp" ? { counter: 8n } : {};
    const id = await verifier.create({ label: `T${at}`, parameters, secret, ...counter });
    const pair = [-1, 0].map((steps) => codeOf(parameters, factorOf(parameters, steps), secret));
    expect((await verifier.enroll(id, pair, NOW_US)).outcome).toBe("accepted");
  }
  return verifier;
}

const GIVEN: fc.Arbitrary<Given> = fc.record({
  token: fc.integer({ min: 0, max: KINDS.length }),
  steps: fc.option(fc.integer({ min: -2, max: 6 }), { freq: 8 }),
  isWrong: fc.boolean(),
});

function loaded(): Engine {
  const load = loadSimdEngine();
  if (load.kind === "unavailable") throw new Error(load.reason);
  return load.engine;
}

test.each([
  ["simd", loaded(), 60],
  ["node-crypto", nodeCryptoEngine, 15],
] as const)(
  "any batch is judged as its submissions are one by one, %s",
  async (_, engine, numRuns) => {
    const property = async (preset: PresetName, given: readonly Given[]) => {
      const together = await verifierOf(preset, engine, new MemoryStore());
      const alone = await verifierOf(preset, engine, new MemoryStore());
      const submissions = given.map(submissionOf);
      const expected = [];
      for (const { id, code, receivedAtUs } of submissions) {
        expected.push(await alone.verify(id, code, receivedAtUs));
      }
      expect(await together.verifyMany(submissions)).toEqual(expected);
      for (const id of KINDS.keys()) {
        expect(await together.state(id + 1)).toEqual(await alone.state(id + 1));
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PRESET_NAMES),
        fc.array(GIVEN, { minLength: 1, maxLength: 24 }),
        property,
      ),
      { numRuns },
    );
  },
);

test("of one code sent many times in a batch exactly one is accepted, the first", async () => {
  const verifier = await verifierOf("rfc6238", loaded(), new MemoryStore());
  const right = submissionOf({ token: 0, steps: 1, isWrong: false });
  const answers = await verifier.loginMany(Array.from({ length: 9 }, () => right));
  expect(answers.map(({ accepted }) => accepted)).toEqual([true, ...Array(8).fill(false)]);
  await verifier.settled();
});

test("a submission whose write came too late is judged again", async () => {
  const store = new MemoryStore();
  const verifier = await verifierOf("rfc6238", loaded(), store);
  const right = submissionOf({ token: 0, steps: 1, isWrong: false });
  const write = store.writeNow.bind(store);
  let rivals = 0;
  store.writeNow = (mine: Write) => {
    if (mine.kind !== "swap" || rivals++ > 0) return write(mine);
    // Another process has consumed the step meanwhile.
    expect(write(mine)).toBe(true);
    return write(mine);
  };
  const [verdict] = await verifier.verifyMany([right]);
  expect(verdict).toMatchObject({ outcome: "refused", reason: "replayed" });
});

test("too many submissions at a time are refused", async () => {
  const verifier = await verifierOf("rfc6238", loaded(), new MemoryStore());
  const one = { id: 1, code: "", receivedAtUs: NOW_US };
  const many = Array.from({ length: MAX_SUBMISSIONS + 1 }, () => one);
  await expect(verifier.verifyMany(many)).rejects.toThrow("at most 65536 submissions");
});

test("keys made ready ahead are those that logins use", async () => {
  const verifier = await verifierOf("rfc6238", loaded(), new MemoryStore());
  expect(await verifier.prepareKeys()).toBe(KINDS.length);
  const right = submissionOf({ token: 3, steps: 1, isWrong: false });
  expect((await verifier.verify(right.id, right.code, right.receivedAtUs)).outcome).toBe(
    "accepted",
  );
});
