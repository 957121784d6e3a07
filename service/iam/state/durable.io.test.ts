// Users and devices in files: what survives a restart, a crash between two writes, a second process
// and files that do not belong together.

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteStore } from "../../../verifier/stores/sqlite.ts";
import { ADMIN, ALICE, Authenticator, Bench, keysOf } from "../testing/bench.ts";
import { serialOf } from "./model.ts";
import { SqliteJournal } from "./sqlite-journal.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "oathbed-iam-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Works on the endpoint over the files, then closes all. */
async function session<T>(
  work: (bench: Bench, files: { store: SqliteStore; journal: SqliteJournal }) => Promise<T>,
  name = "a",
): Promise<T> {
  await using store = new SqliteStore(join(folder, `${name}.db`));
  await using journal = new SqliteJournal(join(folder, "a.db.iam"));
  await using bench = await Bench.open({}, { store, journal });
  return await work(bench, { store, journal });
}

const serials = async (bench: Bench, AssignmentStatus: string): Promise<readonly string[]> => {
  const answer = await bench.call(ADMIN, "ListVirtualMFADevices", { AssignmentStatus });
  return answer.nodes("VirtualMFADevices/member/SerialNumber").map(({ text }) => text);
};

describe("users and devices in files", () => {
  it("survive a restart: ids, tags, holder, sessions, spent codes", async () => {
    const before = await session(async (bench) => {
      const tag = { "Tags.member.1.Key": "k", "Tags.member.1.Value": "v" };
      const parameters = { VirtualMFADeviceName: "phone", ...tag };
      const made = new Authenticator(await bench.call(ADMIN, "CreateVirtualMFADevice", parameters));
      await bench.enable("alice", made);
      await bench.call(ADMIN, "CreateUser", { UserName: "dave" });
      const user = await bench.call(ALICE, "GetUser");
      const keys = keysOf(await bench.call(ALICE, "GetSessionToken"));
      return { made, id: user.text("User/UserId"), keys };
    });
    await session(async (bench) => {
      const { made, id, keys } = before;
      expect((await bench.call(ALICE, "GetUser")).text("User/UserId")).toBe(id);
      expect((await bench.call(ADMIN, "GetUser", { UserName: "dave" })).status).toBe(200);
      expect((await bench.call(keys, "GetCallerIdentity")).status).toBe(200);
      expect(await serials(bench, "Assigned")).toEqual([made.serial]);
      const tags = await bench.call(ADMIN, "ListMFADeviceTags", { SerialNumber: made.serial });
      expect(tags.text("Tags/member/Value")).toBe("v");
      expect((await bench.session(ALICE, made, made.code(bench.step))).status).toBe(403);
      bench.pass(1);
      expect((await bench.session(ALICE, made, made.code(bench.step))).status).toBe(200);
    });
  });

  it("keep the time of a device that was begun on the page: no restart ends or prolongs it", async () => {
    const account = "123456789012";
    const serial = await session(async ({ iam, nowUs, codesAtUs }) => {
      const id = iam.core.state.user(account, "alice")?.id ?? "";
      const pendingFor = { account, id };
      const given = { account, name: "phone", path: "/", tags: [], creator: id, pendingFor };
      const { row } = await iam.endpoint.devices.create(given, { nowUs, codesAtUs });
      return serialOf(row);
    });
    await session(async (bench) => {
      bench.pass(19);
      expect(await serials(bench, "Any")).toEqual([serial]);
      bench.pass(1);
      expect(await serials(bench, "Any")).toEqual([]);
    });
  });

  it("are in private files, with a key beside", async () => {
    await session(async () => {});
    for (const file of ["a.db.iam", "a.db.iam.key"]) {
      expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
    }
  });

  it("belong to one process at a time", async () => {
    await session(async () => {
      const second = () => new SqliteJournal(join(folder, "a.db.iam"));
      expect(second).toThrow(expect.objectContaining({ code: "busy" }));
    });
    await session(async (bench) => expect(await serials(bench, "Any")).toEqual([]));
  });

  it("do not open with the tokens of another state", async () => {
    await session(async (bench) => {
      await bench.device("phone");
    });
    await expect(session(async () => {}, "b")).rejects.toMatchObject({ code: "corrupt" });
  });

  it("a crash after the codes were taken leaves the device unassigned, not half", async () => {
    const made = await session(async (bench, { store }) => {
      const device = await bench.device("phone");
      const token = await store.find(device.serial);
      const { verifier } = bench.iam.core;
      const pair = [device.code(bench.step - 1), device.code(bench.step)];
      const verdict = await verifier.enroll(token?.id ?? 0, pair, bench.codesAtUs);
      expect(verdict.outcome).toBe("accepted");
      return device;
    });
    await session(async (bench) => {
      expect(await serials(bench, "Unassigned")).toEqual([made.serial]);
      expect((await bench.enable("alice", made)).code).toBe("InvalidAuthenticationCode");
      bench.pass(2);
      expect((await bench.enable("alice", made)).status).toBe(200);
    });
  });

  it("a crash before a new device was written leaves its name free", async () => {
    await session(async (bench) => {
      const { verifier } = bench.iam.core;
      const { record } = { record: await bench.device("other") };
      const label = record.serial.replace("other", "phone");
      const parameters = (await verifier.find(record.serial))?.parameters;
      if (parameters === undefined) throw new Error("no token");
      await verifier.create({ label, parameters, secret: new Uint8Array(40).fill(7) });
    });
    await session(async (bench) => {
      expect((await bench.enable("alice", await bench.device("phone"))).status).toBe(200);
    });
  });

  it("follow what an operator did to a token", async () => {
    const made = await session(async (bench) => {
      const device = await bench.device("phone");
      await bench.enable("alice", device);
      const { verifier } = bench.iam.core;
      await verifier.deactivate((await verifier.find(device.serial))?.id ?? 0);
      return device;
    });
    await session(async (bench) => {
      expect(await serials(bench, "Unassigned")).toEqual([made.serial]);
      const { verifier } = bench.iam.core;
      await verifier.delete((await verifier.find(made.serial))?.id ?? 0);
    });
    await session(async (bench) => expect(await serials(bench, "Any")).toEqual([]));
  });

  it("a write that fails assigns nothing, and is told as the service's", async () => {
    await session(async (bench, { journal }) => {
      const device = await bench.device("phone");
      await journal[Symbol.asyncDispose]();
      const answer = await bench.enable("alice", device);
      expect(answer).toMatchObject({ status: 500, code: "ServiceFailure" });
      const { verifier } = bench.iam.core;
      expect((await verifier.find(device.serial))?.state).toBe("deactivated");
    });
  });
});
