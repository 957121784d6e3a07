// Who did what, as the verifier's audit log has it: the caller, never who happens to hold a device.

import { afterEach, beforeEach, expect, it } from "vitest";
import { auditName } from "./caller.ts";
import { ACCOUNT, ADMIN, ALICE, Bench, keysOf, ROLE, ROOT } from "./testing/bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

/** Acts on all tokens, oldest first, each with its outcome and who did it. */
async function log(): Promise<readonly string[]> {
  await bench.iam.core.verifier.settled();
  const { rows } = await bench.iam.core.store.auditPage({ limit: 100 });
  const acts = rows.filter(({ act }) => act !== "diagnosis");
  return acts.map(({ act, outcome, by }) => `${act} ${outcome} ${by}`).toReversed();
}

it("names the user or root who called, each time", async () => {
  const phone = await bench.device("phone", ALICE);
  await bench.pair("EnableMFADevice", "alice", phone, bench.step - 200, ALICE);
  await bench.enable("alice", phone, ADMIN);
  bench.pass(2);
  await bench.pair("ResyncMFADevice", "alice", phone, bench.step - 1, ROOT);
  bench.pass(1);
  await bench.session(ALICE, phone, phone.code(bench.step));
  const named = { UserName: "alice", SerialNumber: phone.serial };
  await bench.call(ADMIN, "DeactivateMFADevice", named);
  await bench.call(ROOT, "DeleteVirtualMFADevice", { SerialNumber: phone.serial });
  expect(await log()).toEqual([
    "create done alice",
    "enroll refused alice",
    "enroll accepted admin",
    "resync accepted root",
    "verify accepted alice",
    "deactivate done admin",
    "delete done root",
  ]);
});

it("names a role with its session", async () => {
  const phone = await bench.device("phone", ALICE);
  await bench.enable("alice", phone, ALICE);
  bench.pass(1);
  const assumed = await bench.call(ALICE, "AssumeRole", {
    RoleArn: ROLE,
    RoleSessionName: "night-shift",
    SerialNumber: phone.serial,
    TokenCode: phone.code(bench.step),
  });
  const named = { UserName: "alice", SerialNumber: phone.serial };
  await bench.call(keysOf(assumed), "DeactivateMFADevice", named);
  expect((await log()).slice(-2)).toEqual([
    "verify accepted alice",
    "deactivate done role/operator/night-shift",
  ]);
});

it("keeps the longest names within what the log takes", () => {
  const role = { name: "r".repeat(64) } as const;
  const caller = { kind: "role", account: ACCOUNT, session: null, role, sessionName: "s" };
  expect(auditName(caller as never)).toHaveLength(64);
});
