// Devices begun on the page and never enabled, as the endpoint's clients see them.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { codeOf } from "../../verifier/testing/codes.ts";
import { type DeviceRow, serialOf } from "./state/model.ts";
import { ACCOUNT, ADMIN, type Answer, Bench } from "./testing/bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

/** As the page begins the wizard for alice. */
async function begun(): Promise<DeviceRow> {
  const { core, endpoint } = bench.iam;
  const id = core.state.user(ACCOUNT, "alice")?.id ?? "";
  const given = { account: ACCOUNT, name: "phone", path: "/", tags: [], creator: id };
  const pendingFor = { account: ACCOUNT, id };
  const { nowUs, codesAtUs } = bench;
  return (await endpoint.devices.create({ ...given, pendingFor }, { nowUs, codesAtUs })).row;
}

/** Enables it with right codes of now, over the API. */
async function enable(row: DeviceRow): Promise<Answer> {
  const secret = (await bench.iam.core.store.load(row.token))?.secret ?? new Uint8Array();
  const code = (step: number) => codeOf(totpParameters(), step, secret);
  const device = { serial: serialOf(row), code };
  return bench.pair("EnableMFADevice", "alice", device, bench.step - 1);
}

async function serials(): Promise<readonly string[]> {
  const answer = await bench.call(ADMIN, "ListVirtualMFADevices");
  return answer.nodes("VirtualMFADevices/member/SerialNumber").map(({ text }) => text);
}

describe("a device begun on the page and not enabled", () => {
  it("is gone for clients of the API when its time is over, without a visit of the page", async () => {
    const serial = serialOf(await begun());
    bench.codesAtUs += 599_999_999;
    expect(await serials()).toEqual([serial]);
    bench.codesAtUs += 1;
    expect(await serials()).toEqual([]);
    const { rows } = await bench.iam.core.store.auditPage({ limit: 1 });
    expect(rows).toMatchObject([{ act: "delete", by: "oathbed serve" }]);
    expect((await bench.device("phone")).serial).toBe(serial);
  });

  it("takes no codes after its time, right as they are", async () => {
    const row = await begun();
    bench.pass(20);
    expect(await enable(row)).toMatchObject({ status: 404, code: "NoSuchEntity" });
  });

  it("waits no longer once it is enabled, nor when it is out of use again", async () => {
    const row = await begun();
    expect((await enable(row)).status).toBe(200);
    bench.pass(100);
    expect(await serials()).toEqual([serialOf(row)]);
    const named = { UserName: "alice", SerialNumber: serialOf(row) };
    expect((await bench.call(ADMIN, "DeactivateMFADevice", named)).status).toBe(200);
    bench.pass(100);
    expect(await serials()).toEqual([serialOf(row)]);
  });
});

it("a device made by the API waits as long as it takes", async () => {
  const { serial } = await bench.device("phone");
  bench.pass(1_000_000);
  expect(await serials()).toEqual([serial]);
});
