// Acceptance check F22 of the protocol notes on clock drift, the part that needs a fleet: a jump
// that many tokens share is the host's. Emulated clocks and the verifier itself.

import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { createRandom } from "../../core/time/random.ts";
import { createOscillator } from "../../firmware-sim/oscillators/create.ts";
import { nodeCryptoEngine } from "../../verifier/engines/node-crypto.ts";
import { policyOf } from "../../verifier/policy.ts";
import { MemoryStore } from "../../verifier/stores/memory.ts";
import { Verifier } from "../../verifier/verifier.ts";

const PARAMETERS = totpParameters();
const DAY_US = 86_400e6;
const START_US = 1_800_000_000e6;
const FAULT_OF_HOST = "host-clock";

/** Tokens with crystals, enrolled, and used for ten days. */
async function fleetOf(count: number) {
  const verifier = new Verifier({ store: new MemoryStore(), policy: policyOf("default") });
  const tokens = [];
  for (let index = 0; index < count; index++) {
    const random = createRandom(100 + index);
    const { phaseUs } = createOscillator("xtal-token", { random });
    const secret = random.bytes(20);
    const key = nodeCryptoEngine.prepare(secret, PARAMETERS);
    const codeAt = (us: number): string => {
      const tokenUs = START_US + us + phaseUs(us);
      return key.codeAt(BigInt(Math.floor(tokenUs / 30e6)));
    };
    const id = await verifier.create({ label: `T${index}`, parameters: PARAMETERS, secret });
    await verifier.enroll(id, [codeAt(0), codeAt(30e6)], START_US + 33e6);
    for (let day = 1; day <= 10; day++) {
      const verdict = await verifier.verify(
        id,
        codeAt(day * DAY_US),
        START_US + day * DAY_US + 5e6,
      );
      expect(verdict.outcome).toBe("accepted");
    }
    tokens.push({ id, codeAt });
  }
  return { verifier, tokens };
}

/** What each token's login is blamed on, with so many seconds on the clock of the host. */
async function faultsAfter(count: number, hostSeconds: readonly number[]): Promise<unknown[]> {
  const { verifier, tokens } = await fleetOf(count);
  const faults: unknown[] = [];
  for (const [index, { id, codeAt }] of tokens.entries()) {
    const us = 11 * DAY_US + index * 60e6;
    const receivedAtUs = START_US + us + 5e6 + (hostSeconds[index] ?? 0) * 1e6;
    const verdict = await verifier.verify(id, codeAt(us), receivedAtUs);
    faults.push(verdict.outcome === "refused" ? verdict.fault : verdict.outcome);
  }
  return [...faults, verifier.monitor.alarm];
}

test("the host's clock steps an hour back: from the third token on, the host is blamed (F22)", async () => {
  const [first, second, third, fourth, alarm] = await faultsAfter(4, new Array(4).fill(-3600));
  expect(first).toMatchObject({ kind: "zone", hours: 1 });
  expect(second).toMatchObject({ kind: "zone", hours: 1 });
  for (const fault of [third, fourth, alarm]) expect(fault).toMatchObject({ kind: FAULT_OF_HOST });
  const { seconds } = fourth as { readonly seconds: number };
  expect(Math.abs(seconds - 3600)).toBeLessThan(60);
});

test("ten minutes forward are blamed on the host as well (F22)", async () => {
  const faults = await faultsAfter(3, [600, 600, 600]);
  expect(faults.slice(2)).toMatchObject([{ kind: FAULT_OF_HOST, tokens: 3 }, { tokens: 3 }]);
});

test("three tokens that jump differently are to blame themselves (F22)", async () => {
  const faults = await faultsAfter(3, [3600, -7200, 900]);
  expect(faults.at(-1)).toBeNull();
  expect(faults.slice(0, 3)).not.toContainEqual(expect.objectContaining({ kind: FAULT_OF_HOST }));
});
