import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { policyOf } from "../policy.ts";
import { codeOf } from "../testing/codes.ts";
import { stepUs } from "../testing/desk.ts";
import { Verifier } from "../verifier.ts";
import { SqliteStore } from "./sqlite.ts";
import { raceProcesses } from "./testing/race.ts";

const NOW = 10_000;
const ROUNDS = 1000;

test("of identical logins in 4 processes on one file one is accepted, 1,000 times", async () => {
  const folder = await mkdtemp(join(tmpdir(), "oathbed-race-"));
  try {
    const path = join(folder, "state.db");
    await using store = new SqliteStore(path);
    const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
    const parameters = totpParameters();
    const secret = rfc4226Secret();
    const id = await verifier.create({ label: "T", parameters, secret });
    const pair = [NOW - 1, NOW].map((step) => codeOf(parameters, step));
    await verifier.enroll(id, pair, stepUs(NOW));
    await raceProcesses(path, NOW, ROUNDS);
    const rows = await store.auditOf(id, 1_000_000);
    const accepted = rows.filter(({ act, outcome }) => act === "verify" && outcome === "accepted");
    expect(new Set(accepted.map(({ movingFactor }) => movingFactor)).size).toBe(ROUNDS);
    expect(accepted.length).toBe(ROUNDS);
  } finally {
    await rm(folder, { recursive: true });
  }
});
