// Who may do what: self as the user guide's self-management policy, admin, nobody, root; and users.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ADMIN,
  ALICE,
  Bench,
  BOB,
  EVE,
  type Keys,
  keysOf,
  OTHER_ADMIN,
  ROOT,
} from "./testing/bench.ts";
import { textAt } from "./testing/xml-tree.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

const DENIED = { status: 403, code: "AccessDenied" };

describe("a user who manages her own devices", () => {
  it("goes through the whole workflow alone; deactivating needs a session with MFA", async () => {
    const device = await bench.device("alice-phone", ALICE);
    const own = { UserName: "alice", SerialNumber: device.serial };
    expect((await bench.enable("alice", device, ALICE)).status).toBe(200);
    expect(await bench.call(ALICE, "DeactivateMFADevice", own)).toMatchObject(DENIED);
    bench.pass(1);
    const keys = keysOf(await bench.session(ALICE, device, device.code(bench.step)));
    expect((await bench.call(keys, "DeactivateMFADevice", own)).status).toBe(200);
    const { SerialNumber } = own;
    expect((await bench.call(ALICE, "DeleteVirtualMFADevice", { SerialNumber })).status).toBe(200);
  });

  it("may enable a device that nobody holds for herself, whoever made it, with its codes", async () => {
    const device = await bench.device("phone", ALICE);
    expect((await bench.enable("bob", device, BOB)).status).toBe(200);
    expect((await bench.enable("alice", device, ALICE)).code).toBe("EntityAlreadyExists");
  });

  it("may not touch another's: enable, resync, deactivate, list, tag, delete, get", async () => {
    const device = await bench.device("bob-phone", BOB);
    const bob = { UserName: "bob", SerialNumber: device.serial };
    const { SerialNumber } = bob;
    expect(await bench.enable("bob", device, ALICE)).toMatchObject(DENIED);
    await bench.enable("bob", device, BOB);
    const tries: readonly (readonly [string, Record<string, string>])[] = [
      ["ResyncMFADevice", { ...bob, AuthenticationCode1: "000000", AuthenticationCode2: "000000" }],
      ["DeactivateMFADevice", bob],
      ["ListMFADevices", { UserName: "bob" }],
      ["GetUser", { UserName: "bob" }],
      ["GetUser", { UserName: "nobody" }],
      ["TagMFADevice", { SerialNumber, "Tags.member.1.Key": "a", "Tags.member.1.Value": "" }],
      ["UntagMFADevice", { SerialNumber, "TagKeys.member.1": "a" }],
      ["ListMFADeviceTags", { SerialNumber }],
      ["GetMFADevice", { SerialNumber }],
      ["DeleteVirtualMFADevice", { SerialNumber }],
      ["CreateUser", { UserName: "dave" }],
      ["DeleteUser", { UserName: "carol" }],
    ];
    for (const [action, parameters] of tries) {
      const answer = await bench.call(ALICE, action, parameters);
      expect([action, answer.code]).toEqual([action, "AccessDenied"]);
      expect(answer.message).toContain(`is not authorized to perform: iam:${action} on resource`);
    }
  });

  it("sees users, devices and herself", async () => {
    for (const action of ["ListUsers", "ListVirtualMFADevices", "GetUser", "ListMFADevices"]) {
      expect((await bench.call(ALICE, action)).status).toBe(200);
    }
  });
});

describe("others", () => {
  it("one who manages nothing may only ask who she is, and for a session", async () => {
    expect((await bench.call(EVE, "GetCallerIdentity")).status).toBe(200);
    expect((await bench.call(EVE, "GetSessionToken")).status).toBe(200);
    for (const action of ["ListUsers", "ListVirtualMFADevices", "GetUser", "ListMFADevices"]) {
      expect(await bench.call(EVE, action)).toMatchObject(DENIED);
    }
  });

  it("an admin of another account sees nothing of this one", async () => {
    await bench.device("phone");
    const list = await bench.call(OTHER_ADMIN, "ListVirtualMFADevices");
    expect(list.nodes("VirtualMFADevices/member")).toEqual([]);
    const users = await bench.call(OTHER_ADMIN, "ListUsers");
    expect(users.nodes("Users/member").map((user) => textAt(user, "UserName"))).toEqual(["alice"]);
  });

  it("root is told of root", async () => {
    const user = await bench.call(ROOT, "GetUser");
    expect(user.text("User/Arn")).toBe("arn:aws:iam::123456789012:root");
    const identity = await bench.call(ROOT, "GetCallerIdentity");
    expect(identity.text("UserId")).toBe("123456789012");
    const SerialNumber = "arn:aws:iam::123456789012:mfa/root-account-mfa-device";
    expect(await bench.call(ROOT, "DeactivateMFADevice", { SerialNumber })).toMatchObject(DENIED);
  });
});

describe("users", () => {
  const create = (UserName: string, more: Record<string, string> = {}, who: Keys = ADMIN) =>
    bench.call(who, "CreateUser", { UserName, ...more });

  it("are made, found whatever the case of their name, listed by path, and deleted", async () => {
    const made = await create("Dave", { Path: "/x/", "Tags.member.1.Key": "a" });
    expect(made.code).toBe("ValidationError");
    const tag = { "Tags.member.1.Key": "a", "Tags.member.1.Value": "1" };
    const answer = await create("Dave", { Path: "/x/", ...tag });
    expect(answer.text("User/Arn")).toBe("arn:aws:iam::123456789012:user/x/Dave");
    expect(answer.text("User/Tags/member/Value")).toBe("1");
    expect(await create("dave")).toMatchObject({
      status: 409,
      message: "User with name dave already exists.",
    });
    const found = await bench.call(ADMIN, "GetUser", { UserName: "DAVE" });
    expect(found.text("User/UserName")).toBe("Dave");
    const list = await bench.call(ADMIN, "ListUsers", { PathPrefix: "/x/" });
    expect(list.nodes("Users/member").map((user) => textAt(user, "UserName"))).toEqual(["Dave"]);
    expect((await bench.call(ADMIN, "DeleteUser", { UserName: "dave" })).status).toBe(200);
    expect((await bench.call(ADMIN, "GetUser", { UserName: "dave" })).status).toBe(404);
  });

  it("with access keys in the config are not deleted", async () => {
    const answer = await bench.call(ADMIN, "DeleteUser", { UserName: "alice" });
    expect(answer).toMatchObject({ status: 409, code: "DeleteConflict" });
    expect(answer.message).toBe("Cannot delete entity, must delete access keys first.");
  });

  it("have no permissions boundary and are not called root", async () => {
    const PermissionsBoundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    expect((await create("dave", { PermissionsBoundary })).code).toBe("NoSuchEntity");
    expect((await create("Root")).code).toBe("EntityAlreadyExists");
    expect((await create("n".repeat(65))).code).toBe("ValidationError");
  });

  it("may hold a device though they have no keys; GetMFADevice tells of it", async () => {
    const device = await bench.device("phone");
    await bench.enable("carol", device);
    const { serial: SerialNumber } = device;
    const answer = await bench.call(ADMIN, "GetMFADevice", { SerialNumber });
    expect(answer.text("UserName")).toBe("carol");
    expect(answer.text("EnableDate")).toBe("2025-01-15T12:00:00Z");
    const other = await bench.call(ADMIN, "GetMFADevice", { SerialNumber, UserName: "bob" });
    expect(other).toMatchObject({ status: 404, code: "NoSuchEntity" });
  });
});
