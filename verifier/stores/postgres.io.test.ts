// The PostgreSQL store on a real server: `npm run lab:postgres` starts a private one.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { policyOf } from "../policy.ts";
import { codeOf } from "../testing/codes.ts";
import { outcomeOf, stepUs } from "../testing/desk.ts";
import { Verifier } from "../verifier.ts";
import { openStore } from "./open.ts";
import { VerifierProcess } from "./testing/child.ts";
import { testStore } from "./testing/contract.ts";
import { cuttingProxy } from "./testing/cutting-proxy.ts";
import { raceProcesses } from "./testing/race.ts";

const SERVER = process.env.OATHBED_POSTGRES ?? "";
const LAB = fileURLToPath(new URL("../../scripts/labs/postgres.sh", import.meta.url));
const PARAMETERS = totpParameters();
const NOW = 10_000;
const code = (step: number) => codeOf(PARAMETERS, step);
/** Rounds of a race of 4 processes: all of them in the long tests, as `lab:postgres` runs them. */
const ROUNDS = process.env.OATHBED_LONG === "1" ? 1000 : 20;
const why = "(needs OATHBED_POSTGRES: npm run lab:postgres)";
let folder = "";
let schemas = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oathbed-postgres-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A specification with a schema and a key of its own. */
function newSpec(options = ""): string {
  const schema = `t${process.pid}_${schemas++}`;
  return `${SERVER}?schema=${schema}&key-file=${join(folder, `${schema}.key`)}${options}`;
}

function schemaOf(spec: string): string {
  return new URL(spec).searchParams.get("schema") ?? "";
}

/** Runs SQL behind the store's back. */
async function sql(text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: SERVER });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** start, stop or restart (which is a crash, and a start) of the lab's server. */
async function server(act: string): Promise<void> {
  await promisify(execFile)(LAB, [act], { timeout: 30_000 });
}

/** A database with token 1 enrolled at step NOW. */
async function enrolledSpec(options = ""): Promise<string> {
  const spec = newSpec(options);
  await using store = await openStore(spec);
  const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
  const secret = rfc4226Secret();
  await verifier.create({ label: "T", parameters: PARAMETERS, secret });
  await verifier.enroll(1, [code(NOW - 1), code(NOW)], stepUs(NOW));
  return spec;
}

describe.skipIf(SERVER === "")(`on a server ${why}`, () => {
  testStore("postgres", () => openStore(newSpec()));
  testSecrets();
  testProcesses();
  testConnections();
});

function testSecrets(): void {
  test("secrets are sealed, and a wrong or missing key file loses nothing", async () => {
    const spec = await enrolledSpec();
    const [row] = await sql(`SELECT secret FROM ${schemaOf(spec)}.tokens`);
    const sealed = row?.secret as Buffer | undefined;
    expect(sealed?.includes(Buffer.from(rfc4226Secret()))).toBe(false);
    const missing = spec.replace(/key-file=[^&]*/, `key-file=${join(folder, "none.key")}`);
    const refusal = { code: "key", hint: expect.stringMatching(/put the key file back/) };
    await expect(openStore(missing)).rejects.toMatchObject(refusal);
    await using store = await openStore(spec);
    expect((await store.load(1))?.secret).toEqual(rfc4226Secret());
  });

  test("tables of a newer version are left alone", async () => {
    const spec = await enrolledSpec();
    await sql(`UPDATE ${schemaOf(spec)}.settings SET value = '9' WHERE name = 'version'`);
    await expect(openStore(spec)).rejects.toMatchObject({ code: "version" });
  });

  test("tables of version 1 are brought to this one, their rows kept", async () => {
    const spec = await enrolledSpec();
    const schema = schemaOf(spec);
    await sql(`ALTER TABLE ${schema}.audit DROP COLUMN asked_by, DROP COLUMN detail`);
    await sql(`UPDATE ${schema}.settings SET value = '1' WHERE name = 'version'`);
    await using store = await openStore(spec);
    expect((await store.auditOf(1, 9)).map(({ act, by }) => [act, by])).toEqual([
      ["enroll", null],
      ["create", null],
    ]);
    const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
    await verifier.verify(1, code(NOW + 1), stepUs(NOW + 1), "web");
    expect(await store.auditOf(1, 1)).toMatchObject([{ act: "verify", by: "web" }]);
  });

  test("tables that were dropped refuse codes with a clear reason", async () => {
    const spec = await enrolledSpec();
    await using store = await openStore(spec);
    const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
    await sql(`DROP SCHEMA ${schemaOf(spec)} CASCADE`);
    const login = verifier.verify(1, code(NOW + 1), stepUs(NOW + 1));
    await expect(login).rejects.toMatchObject({ code: "lost", hint: /backup/ });
  });
}

function testProcesses(): void {
  test("of 2 processes with 25 identical logins each, one login is accepted (R11)", async () => {
    const spec = await enrolledSpec();
    await using a = VerifierProcess.start(spec);
    await using b = VerifierProcess.start(spec);
    await Promise.all([a.ask("open"), b.ask("open")]);
    for (let round = 1; round <= 5; round++) {
      const line = `verify ${NOW + round} 25`;
      const answers = await Promise.all([a.ask(line), b.ask(line)]);
      const outcomes = answers.flatMap((answer) => answer.outcomes ?? []);
      expect(outcomes.filter((outcome) => outcome === "accepted").length).toBe(1);
      expect(outcomes.filter((outcome) => outcome === "replayed").length).toBe(49);
    }
  });

  test(`of identical logins in 4 processes one is accepted, ${ROUNDS} times`, async () => {
    await raceProcesses(await enrolledSpec(), NOW, ROUNDS);
  }, 180_000);

  test("a code accepted just before kill -9 is refused after the restart (R13)", async () => {
    const spec = await enrolledSpec();
    await using child = VerifierProcess.start(spec);
    expect(await child.ask(`verify ${NOW + 1}`)).toEqual({ outcomes: ["accepted"] });
    await child.kill();
    await using store = await openStore(spec);
    const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
    const again = await verifier.verify(1, code(NOW + 1), stepUs(NOW + 1));
    expect(outcomeOf(again)).toBe("replayed");
  });
}

function testConnections(): void {
  test("an answer that got lost after the commit is found out, and not done twice", async () => {
    const spec = await enrolledSpec();
    await using wire = await cuttingProxy(SERVER);
    const { host, port } = wire;
    await using store = await openStore(spec.replace(/@[^/]*/, `@${host}:${port}`));
    const verifier = new Verifier({ store, policy: policyOf("rfc6238"), diagnose: false });
    wire.cutAfter("oathbed group");
    const login = await verifier.verify(1, code(NOW + 1), stepUs(NOW + 1));
    expect(wire.cuts, "the server had answered").toBe(1);
    expect(outcomeOf(login)).toBe("accepted");
    const rows = (await store.auditOf(1, 100)).filter(({ act }) => act === "verify");
    expect(rows.map(({ outcome }) => outcome)).toEqual(["accepted"]);
  });

  test("an import whose answer got lost is stored once", async () => {
    const spec = newSpec();
    await using wire = await cuttingProxy(SERVER);
    const { host, port } = wire;
    await using store = await openStore(spec.replace(/@[^/]*/, `@${host}:${port}`));
    wire.cutAfter("COMMIT");
    const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
    const secret = rfc4226Secret();
    expect(await verifier.create({ label: "T", parameters: PARAMETERS, secret })).toBe(1);
    expect(wire.cuts).toBe(1);
    expect((await store.list()).length).toBe(1);
  });

  test("connections that the server ends do not lose or repeat an act", async () => {
    const spec = await enrolledSpec();
    await using store = await openStore(spec);
    const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
    for (let round = 1; round <= 10; round++) {
      const step = NOW + round;
      const login = () => verifier.verify(1, code(step), stepUs(step));
      const killing = sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'oathbed'`,
      );
      const outcomes = (await Promise.all([login(), login(), login()])).map(outcomeOf);
      await killing;
      expect(outcomes.toSorted()).toEqual(["accepted", "replayed", "replayed"]);
    }
    const rows = await store.auditOf(1, 1000);
    expect(
      rows.filter(({ act, outcome }) => act === "verify" && outcome === "accepted").length,
    ).toBe(10);
  });

  test("a server that crashes and comes back is waited for; what was spent stays spent", async () => {
    const spec = await enrolledSpec();
    await using store = await openStore(spec);
    const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
    const verify = async (step: number) =>
      outcomeOf(await verifier.verify(1, code(step), stepUs(step)));
    expect(await verify(NOW + 1)).toBe("accepted");
    const restarting = server("restart");
    expect(await verify(NOW + 2)).toBe("accepted");
    await restarting;
    expect(await verify(NOW + 1)).toBe("replayed");
    expect(await verify(NOW + 2)).toBe("replayed");
  });

  test("a server that stays away refuses codes with a clear reason", async () => {
    const spec = await enrolledSpec("&wait-ms=300");
    await using store = await openStore(spec);
    const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
    const login = () => verifier.verify(1, code(NOW + 1), stepUs(NOW + 1));
    await server("stop");
    try {
      const refusal = { code: "unreachable", hint: expect.stringMatching(/start the server/) };
      await expect(login()).rejects.toMatchObject(refusal);
      await expect(openStore(spec)).rejects.toMatchObject(refusal);
    } finally {
      await server("start");
    }
    expect(outcomeOf(await login())).toBe("accepted");
  });
}
