// The table of behaviours of the protocol notes (section 8), rows 10 to 29, 44 to 46 and 55 to 58:
// codes that enable and resynchronize. The numbers of the windows are this bench's, not the
// cloud's.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { otherCode } from "../../verifier/testing/codes.ts";
import {
  ADMIN,
  ALICE,
  type Answer,
  type Authenticator,
  Bench,
  BOB,
  OTHER_ADMIN,
  ROOT,
} from "./testing/bench.ts";
import { textAt } from "./testing/xml-tree.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

const WRONG = { status: 403, code: "InvalidAuthenticationCode" };

const enableWith = (
  { serial }: Authenticator,
  first: string,
  second: string,
  user = "alice",
): Promise<Answer> =>
  bench.call(ADMIN, "EnableMFADevice", {
    UserName: user,
    SerialNumber: serial,
    AuthenticationCode1: first,
    AuthenticationCode2: second,
  });

const assigned = async (): Promise<number> => {
  const parameters = { AssignmentStatus: "Assigned" };
  const answer = await bench.call(ADMIN, "ListVirtualMFADevices", parameters);
  return answer.nodes("VirtualMFADevices/member").length;
};

describe("enabling", () => {
  it("row 10: takes the previous and the present code; there is no Result", async () => {
    const answer = await bench.enable("alice", await bench.device("phone"));
    expect(answer.status).toBe(200);
    expect(answer.root.children.map(({ name }) => name)).toEqual(["ResponseMetadata"]);
  });

  it("row 11: shows the device with its user", async () => {
    const device = await bench.device("phone");
    await bench.enable("alice", device);
    const own = await bench.call(ALICE, "ListMFADevices");
    const text = (name: string) => own.text(`MFADevices/member/${name}`);
    expect(text("UserName")).toBe("alice");
    expect(text("SerialNumber")).toBe(device.serial);
    expect(text("EnableDate")).toBe("2025-01-15T12:00:00Z");
    const list = await bench.call(ADMIN, "ListVirtualMFADevices", { AssignmentStatus: "Assigned" });
    const [user] = list.nodes("VirtualMFADevices/member/User");
    expect(user?.children.map(({ name }) => name)).toEqual([
      "Path",
      "UserName",
      "UserId",
      "Arn",
      "CreateDate",
    ]);
    expect(user && textAt(user, "UserId")).toMatch(/^AIDA[A-Z2-7]{17}$/);
  });

  it("rows 12 to 15: refuses codes that are swapped, apart, twice one, or random", async () => {
    const device = await bench.device("phone");
    const { code } = device;
    const now = bench.step;
    const none = otherCode(...Array.from({ length: 50 }, (_, at) => code(now - 25 + at)));
    for (const [first, second] of [
      [code(now), code(now - 1)],
      [code(now - 2), code(now)],
      [code(now), code(now)],
      [none, code(now)],
      [code(now - 1), none],
    ] as const) {
      const answer = await enableWith(device, first, second);
      expect(answer).toMatchObject({
        ...WRONG,
        message: "Authentication code for device is not valid.",
      });
    }
    expect(await assigned()).toBe(0);
    expect((await bench.enable("alice", device)).status).toBe(200);
  });

  it.each(["1234567", "abcdef", "１２３４５６", "12345", "12345 "])(
    "rows 16 and 17: %j is no code at all",
    async (code) => {
      const device = await bench.device("phone");
      const answer = await enableWith(device, code, "123456");
      expect(answer).toMatchObject({ status: 400, code: "ValidationError" });
      expect(answer.message).toContain("Value at 'authenticationCode1' failed");
    },
  );

  it("row 18: tells of an unknown user before the codes", async () => {
    const answer = await enableWith(await bench.device("phone"), "000000", "000000", "nobody");
    expect(answer).toMatchObject({ status: 404, code: "NoSuchEntity" });
    expect(answer.message).toBe("The user with name nobody cannot be found.");
  });

  it("row 19: tells of an unknown device, and of one of another account", async () => {
    const device = await bench.device("phone");
    const unknown = { ...device, serial: `${device.serial}-2` };
    const foreign = await bench.device("phone", OTHER_ADMIN);
    for (const one of [unknown, foreign]) {
      const answer = await enableWith(one, "000000", "000000");
      expect(answer).toMatchObject({ status: 404, code: "NoSuchEntity" });
      expect(answer.message).toBe(`MFA Device with serial number ${one.serial} does not exist.`);
    }
  });

  it("row 20: tells that a device is in use before the codes, spent or fresh", async () => {
    const device = await bench.device("phone");
    await bench.enable("alice", device);
    const inUse = { status: 409, message: "MFA Device is already in use." };
    expect(await bench.enable("bob", device)).toMatchObject(inUse);
    bench.pass(5);
    expect(await bench.enable("bob", device)).toMatchObject(inUse);
    expect(await enableWith(device, "000000", "000000", "bob")).toMatchObject(inUse);
  });

  it("row 21: one device a user; codes that were right are not used up by the refusal", async () => {
    const [first, second] = [await bench.device("one"), await bench.device("two")];
    await bench.enable("alice", first);
    expect(await enableWith(second, "000000", "000000")).toMatchObject(WRONG);
    const refused = await bench.enable("alice", second);
    expect(refused).toMatchObject({ status: 409, code: "LimitExceeded" });
    expect(refused.message).toBe("Cannot exceed quota for MFADevicesPerUser: 1");
    expect((await bench.enable("bob", second)).status).toBe(200);
  });

  it("rows 21 and 22: eight devices where eight are allowed, and no ninth", async () => {
    await using many = await Bench.open({ devicesPerUser: 8 });
    for (let at = 1; at <= 9; at++) {
      const answer = await many.enable("alice", await many.device(`d${at}`));
      expect(answer.status).toBe(at <= 8 ? 200 : 409);
    }
  });

  it("rows 23 and 46: takes no codes of another device, nor of another account's", async () => {
    const [mine, other] = [await bench.device("one"), await bench.device("two")];
    const foreign = await bench.device("one", OTHER_ADMIN);
    for (const { code } of [other, foreign]) {
      expect(await bench.enable("alice", { ...mine, code })).toMatchObject(WRONG);
    }
    expect((await bench.enable("alice", foreign, OTHER_ADMIN)).status).toBe(200);
  });

  it("row 55: takes codes with leading zeros as texts", async () => {
    const device = await bench.device("phone");
    while (!device.code(bench.step).startsWith("0")) bench.pass(1);
    expect((await bench.enable("alice", device)).status).toBe(200);
  });

  it("row 56: of two at once with the same codes exactly one works", async () => {
    for (let round = 0; round < 20; round++) {
      await using fresh = await Bench.open();
      const device = await fresh.device("phone");
      const answers = await Promise.all(
        ["alice", "bob", "alice"].map((user) => fresh.enable(user, device)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
      const refused = answers.filter(({ status }) => status === 409);
      expect(refused.every(({ code }) => code === "EntityAlreadyExists")).toBe(true);
    }
  });

  it("of two devices for one user at once exactly one", async () => {
    const devices = [await bench.device("one"), await bench.device("two")];
    const answers = await Promise.all(devices.map((device) => bench.enable("alice", device)));
    expect(answers.map(({ code }) => code ?? "").sort()).toEqual(["", "LimitExceeded"]);
  });

  it("row 58: of root is refused: that is done on the page", async () => {
    const device = await bench.device("root-account-mfa-device", ROOT);
    for (const who of [ROOT, ADMIN]) {
      const answer = await bench.enable("root", device, who);
      expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
      expect(answer.message).toContain("on the page");
    }
    expect((await bench.enable("alice", device)).status).toBe(403);
    expect(await assigned()).toBe(0);
  });
});

describe("late codes and clocks that went wrong", () => {
  it("rows 24 and 25: a late pair associates the device out of sync; a resync repairs it", async () => {
    const device = await bench.device("phone");
    const now = bench.step;
    expect((await bench.pair("EnableMFADevice", "alice", device, now - 6)).status).toBe(200);
    bench.pass(1);
    const refused = await bench.session(ALICE, device, device.code(now + 1));
    expect(refused).toMatchObject({ status: 403, code: "AccessDenied" });
    bench.pass(2);
    const repaired = await bench.pair("ResyncMFADevice", "alice", device, now + 2, ALICE);
    expect(repaired.status).toBe(200);
    bench.pass(1);
    expect((await bench.session(ALICE, device, device.code(now + 4))).status).toBe(200);
  });

  it("row 26: a pair of yesterday is refused", async () => {
    const device = await bench.device("phone");
    const answer = await bench.pair("EnableMFADevice", "alice", device, bench.step - 2880);
    expect(answer).toMatchObject(WRONG);
  });

  it("row 27: resync needs a device that is enabled for that user", async () => {
    const device = await bench.device("phone");
    const resync = (user: string) => bench.pair("ResyncMFADevice", user, device, bench.step - 1);
    expect(await resync("alice")).toMatchObject({ status: 404, code: "NoSuchEntity" });
    await bench.enable("alice", device);
    bench.pass(2);
    expect(await resync("bob")).toMatchObject({ status: 404, code: "NoSuchEntity" });
  });

  it("row 28: a resync with wrong codes changes nothing", async () => {
    const device = await bench.device("phone");
    await bench.enable("alice", device);
    bench.pass(3);
    const { serial, code } = device;
    const answer = await bench.call(ALICE, "ResyncMFADevice", {
      UserName: "alice",
      SerialNumber: serial,
      AuthenticationCode1: code(bench.step),
      AuthenticationCode2: code(bench.step - 1),
    });
    expect(answer).toMatchObject(WRONG);
    expect((await bench.session(ALICE, device, code(bench.step))).status).toBe(200);
  });

  it("row 29: a clock five steps ahead is refused, resynchronized, and then right", async () => {
    const device = await bench.device("phone");
    await bench.enable("alice", device);
    bench.pass(10);
    const ahead = bench.step + 5;
    expect((await bench.session(ALICE, device, device.code(ahead))).status).toBe(403);
    bench.pass(2);
    const pair = await bench.pair("ResyncMFADevice", "alice", device, ahead + 1, ALICE);
    expect(pair.status).toBe(200);
    bench.pass(1);
    expect((await bench.session(ALICE, device, device.code(ahead + 3))).status).toBe(200);
  });

  it("EnableDate stays after a resync", async () => {
    const device = await bench.device("phone");
    await bench.enable("alice", device);
    bench.pass(10);
    await bench.pair("ResyncMFADevice", "alice", device, bench.step - 1);
    const own = await bench.call(ALICE, "ListMFADevices");
    expect(own.text("MFADevices/member/EnableDate")).toBe("2025-01-15T12:00:00Z");
  });

  it("codes are judged by their own clock: signatures do not notice", async () => {
    const device = await bench.device("phone");
    bench.codesAtUs += 400 * 86_400 * 1_000_000;
    expect((await bench.enable("alice", device)).status).toBe(200);
  });
});

describe("replacing", () => {
  const act = (action: string, device: Authenticator, user?: string): Promise<Answer> =>
    bench.call(ADMIN, action, {
      SerialNumber: device.serial,
      ...(user === undefined ? {} : { UserName: user }),
    });

  it("row 44: deactivate, delete, create, enable; the old secret is worth nothing", async () => {
    const old = await bench.device("phone");
    await bench.enable("alice", old);
    expect((await act("DeactivateMFADevice", old, "alice")).status).toBe(200);
    expect((await act("DeleteVirtualMFADevice", old)).status).toBe(200);
    const next = await bench.device("phone");
    expect(next.seed).not.toBe(old.seed);
    expect((await bench.enable("alice", next)).status).toBe(200);
    bench.pass(1);
    expect((await bench.session(ALICE, next, old.code(bench.step))).status).toBe(403);
    expect((await bench.session(ALICE, next, next.code(bench.step))).status).toBe(200);
  });

  it("a deactivated device is enabled again with its secret, never with spent codes", async () => {
    const device = await bench.device("phone");
    await bench.enable("alice", device);
    await act("DeactivateMFADevice", device, "alice");
    expect(await bench.enable("bob", device)).toMatchObject(WRONG);
    bench.pass(2);
    expect((await bench.enable("bob", device)).status).toBe(200);
    bench.pass(1);
    expect((await bench.session(BOB, device, device.code(bench.step))).status).toBe(200);
    await act("DeactivateMFADevice", device, "bob");
    bench.pass(2);
    expect((await bench.enable("alice", device)).status).toBe(200);
  });

  it("row 45: two authenticators of one QR code give equal codes; each counts once", async () => {
    const device = await bench.device("phone");
    const twin = { ...device };
    await bench.enable("alice", device);
    bench.pass(1);
    expect(twin.code(bench.step)).toBe(device.code(bench.step));
    expect((await bench.session(ALICE, device, twin.code(bench.step))).status).toBe(200);
    expect((await bench.session(ALICE, device, device.code(bench.step))).status).toBe(403);
    bench.pass(1);
    expect((await bench.session(ALICE, device, device.code(bench.step))).status).toBe(200);
  });
});
