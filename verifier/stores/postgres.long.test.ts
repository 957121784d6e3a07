// The race of four processes on a PostgreSQL server, a thousand times. Needs OATHBED_POSTGRES:
// scripts/labs/postgres.sh starts a private server, as .ci/run does for the long tests.

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
import { openStore } from "./open.ts";
import { raceProcesses } from "./testing/race.ts";

const SERVER = process.env.OATHBED_POSTGRES ?? "";
const NOW = 10_000;
const ROUNDS = 1000;

test.skipIf(SERVER === "")(
  "of identical logins in 4 processes on one server one is accepted, 1,000 times",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "oathbed-race-"));
    try {
      const schema = `race_${process.pid}`;
      const spec = `${SERVER}?schema=${schema}&key-file=${join(folder, "state.key")}`;
      await using store = await openStore(spec);
      const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
      const parameters = totpParameters();
      const secret = rfc4226Secret();
      const id = await verifier.create({ label: "T", parameters, secret });
      const pair = [NOW - 1, NOW].map((step) => codeOf(parameters, step));
      await verifier.enroll(id, pair, stepUs(NOW));
      await raceProcesses(spec, NOW, ROUNDS);
      const rows = await store.auditOf(id, 1_000_000);
      const accepted = rows.filter(
        ({ act, outcome }) => act === "verify" && outcome === "accepted",
      );
      expect(new Set(accepted.map(({ movingFactor }) => movingFactor)).size).toBe(ROUNDS);
      expect(accepted.length).toBe(ROUNDS);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
