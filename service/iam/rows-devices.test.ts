// The table of behaviours of the protocol notes (section 8), rows 1 to 9 and 37 to 50: making,
// listing, tagging and deleting devices. Signed by aws4, read by another XML parser.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ADMIN, type Answer, Bench, type Keys } from "./testing/bench.ts";
import { textAt } from "./testing/xml-tree.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open({ devicesPerUser: 8 });
});
afterEach(() => bench[Symbol.asyncDispose]());

const create = (parameters: Readonly<Record<string, string>>): Promise<Answer> =>
  bench.call(ADMIN, "CreateVirtualMFADevice", parameters);

const virtual = async (status?: string, who: Keys = ADMIN): Promise<readonly string[]> => {
  const parameters: Record<string, string> =
    status === undefined ? {} : { AssignmentStatus: status };
  const answer = await bench.call(who, "ListVirtualMFADevices", parameters);
  expect(answer.text("IsTruncated")).toBe("false");
  return answer.nodes("VirtualMFADevices/member").map((node) => textAt(node, "SerialNumber") ?? "");
};

describe("making a device", () => {
  it("row 1: gives the serial, 64 Base32 characters below one Base64, and a PNG", async () => {
    const answer = await create({ VirtualMFADeviceName: "phone" });
    expect(answer.status).toBe(200);
    const base = "VirtualMFADevice";
    expect(answer.text(`${base}/SerialNumber`)).toBe("arn:aws:iam::123456789012:mfa/phone");
    const seed = Buffer.from(answer.text(`${base}/Base32StringSeed`) ?? "", "base64").toString();
    expect(seed).toMatch(/^[A-Z2-7]{64}$/);
    const png = Buffer.from(answer.text(`${base}/QRCodePNG`) ?? "", "base64");
    expect(png.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
    expect(answer.root.name).toBe("CreateVirtualMFADeviceResponse");
    expect(answer.root.namespace).toBe("https://iam.amazonaws.com/doc/2010-05-08/");
    expect(textAt(answer.root, "ResponseMetadata/RequestId")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("row 3: is refused for a path and name that exist", async () => {
    await bench.device("phone");
    const answer = await create({ VirtualMFADeviceName: "phone" });
    expect(answer).toMatchObject({ status: 409, code: "EntityAlreadyExists" });
    expect(answer.message).toBe("MFA device already exists.");
    expect(textAt(answer.root, "Error/Type")).toBe("Sender");
    expect(textAt(answer.root, "RequestId")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("row 4: takes the same name under another path", async () => {
    await bench.device("phone");
    const { serial } = await bench.device("phone", ADMIN, "/team/");
    expect(serial).toBe("arn:aws:iam::123456789012:mfa/team/phone");
  });

  it.each(["team/", "/team", "/te am/"])("row 5: refuses path %s", async (Path) => {
    const answer = await create({ VirtualMFADeviceName: "phone", Path });
    expect(answer).toMatchObject({ status: 400, code: "ValidationError" });
    expect(answer.message).toContain("It must begin and end with /");
  });

  it("row 6: refuses a path of 514 characters, without showing it", async () => {
    const answer = await create({ VirtualMFADeviceName: "phone", Path: `/${"a".repeat(512)}/` });
    expect(answer).toMatchObject({ status: 400, code: "ValidationError" });
    expect(answer.message).toBe(
      "1 validation error detected: Value at 'path' failed to satisfy constraint: " +
        "Member must have length less than or equal to 512",
    );
  });

  it("row 7: keeps a doubled slash", async () => {
    expect((await bench.device("x", ADMIN, "/a//b/")).serial).toBe(
      "arn:aws:iam::123456789012:mfa/a//b/x",
    );
  });

  it.each(["a phone", "ph/one", "phöne", ""])("row 8: refuses name %j", async (name) => {
    const answer = await create({ VirtualMFADeviceName: name });
    expect(answer).toMatchObject({ status: 400, code: "ValidationError" });
  });

  it("row 9: shows it in the list of all and of the unassigned, with no secret", async () => {
    const { serial } = await bench.device("phone");
    expect(await virtual()).toEqual([serial]);
    expect(await virtual("Any")).toEqual([serial]);
    expect(await virtual("Unassigned")).toEqual([serial]);
    expect(await virtual("Assigned")).toEqual([]);
    const answer = await bench.call(ADMIN, "ListVirtualMFADevices");
    expect(answer.nodes("VirtualMFADevices/member")[0]?.children.map(({ name }) => name)).toEqual([
      "SerialNumber",
    ]);
  });

  it("refuses a serial that would be longer than 256 characters", async () => {
    const answer = await create({ VirtualMFADeviceName: "n".repeat(240) });
    expect(answer).toMatchObject({ status: 400, code: "ValidationError" });
  });

  it("refuses an unknown status, and tells of all violations together", async () => {
    const answer = await bench.call(ADMIN, "ListVirtualMFADevices", {
      AssignmentStatus: "Sometimes",
      MaxItems: "0",
    });
    expect(answer.message).toBe(
      "2 validation errors detected: Value at 'assignmentStatus' failed to satisfy constraint: " +
        "Member must satisfy enum value set; Value at 'maxItems' failed to satisfy constraint: " +
        "Member must have value greater than or equal to 1",
    );
  });
});

describe("taking a device away", () => {
  it("row 37: is refused while it is enabled", async () => {
    const device = await bench.device("phone");
    await bench.enable("alice", device);
    const parameters = { SerialNumber: device.serial };
    const answer = await bench.call(ADMIN, "DeleteVirtualMFADevice", parameters);
    expect(answer).toMatchObject({
      status: 409,
      code: "DeleteConflict",
      message: "MFA VirtualDevice in use. Must deactivate first.",
    });
    expect(await virtual("Assigned")).toEqual([device.serial]);
  });

  it("row 38: a user with a device cannot be deleted", async () => {
    await bench.enable("carol", await bench.device("phone"));
    const answer = await bench.call(ADMIN, "DeleteUser", { UserName: "carol" });
    expect(answer).toMatchObject({ status: 409, code: "DeleteConflict" });
    expect(answer.message).toBe("Cannot delete entity, must delete MFA device first.");
  });

  it("rows 39 to 43: deactivate, deactivate again, name still taken, delete, delete again", async () => {
    const device = await bench.device("phone");
    await bench.enable("alice", device);
    const serial = { SerialNumber: device.serial };
    const alice = { ...serial, UserName: "alice" };
    const bob = { ...serial, UserName: "bob" };
    const deactivate = (of: Record<string, string>) => bench.call(ADMIN, "DeactivateMFADevice", of);
    const remove = () => bench.call(ADMIN, "DeleteVirtualMFADevice", serial);
    expect(await deactivate(bob)).toMatchObject({ status: 404, code: "NoSuchEntity" });
    expect(await virtual("Assigned")).toEqual([device.serial]);
    expect((await deactivate(alice)).status).toBe(200);
    const listed = await bench.call(ADMIN, "ListMFADevices", { UserName: "alice" });
    expect(listed.nodes("MFADevices")[0]?.children).toEqual([]);
    expect(await virtual("Unassigned")).toEqual([device.serial]);
    expect(await deactivate(alice)).toMatchObject({ status: 404, code: "NoSuchEntity" });
    expect(await deactivate(bob)).toMatchObject({ status: 404, code: "NoSuchEntity" });
    const again = await create({ VirtualMFADeviceName: "phone" });
    expect(again).toMatchObject({ status: 409, code: "EntityAlreadyExists" });
    expect((await remove()).status).toBe(200);
    expect(await remove()).toMatchObject({ status: 404, code: "NoSuchEntity" });
    expect((await create({ VirtualMFADeviceName: "phone" })).status).toBe(200);
  });
});

describe("pages", () => {
  it("row 47: of one device each, with a marker until the last", async () => {
    for (const name of ["a", "b", "c"]) await bench.device(name);
    const seen: string[] = [];
    const markers: (string | undefined)[] = [];
    let marker: string | undefined;
    for (let page = 0; page < 4; page++) {
      const parameters = { MaxItems: "1", ...(marker === undefined ? {} : { Marker: marker }) };
      const answer = await bench.call(ADMIN, "ListVirtualMFADevices", parameters);
      seen.push(answer.text("VirtualMFADevices/member/SerialNumber") ?? "");
      marker = answer.text("Marker");
      markers.push(marker);
      expect(answer.text("IsTruncated")).toBe(String(marker !== undefined));
      if (marker === undefined) break;
    }
    expect(seen.map((serial) => serial.slice(-1))).toEqual(["a", "b", "c"]);
    expect(markers.map((one) => one === undefined)).toEqual([false, false, true]);
  });

  it.each([
    { Marker: "nonsense" },
    { MaxItems: "0" },
    { MaxItems: "1001" },
    { MaxItems: "x" },
    { Marker: "1.AAAAAAAAAAAAAAAAAAAAAA" },
  ])("row 48: %j is refused", async (parameters) => {
    const answer = await bench.call(ADMIN, "ListVirtualMFADevices", parameters);
    expect(answer).toMatchObject({ status: 400, code: "ValidationError" });
  });

  it("do not take the marker of another list", async () => {
    for (const name of ["a", "b"]) await bench.device(name);
    const first = await bench.call(ADMIN, "ListVirtualMFADevices", { MaxItems: "1" });
    const Marker = first.text("Marker") ?? "";
    const other = await bench.call(ADMIN, "ListUsers", { Marker });
    expect(other).toMatchObject({ status: 400, message: "Invalid Marker." });
  });
});

describe("tags", () => {
  const tags = (...pairs: readonly (readonly [string, string])[]): Record<string, string> =>
    Object.fromEntries(
      pairs.flatMap(([key, value], at) => [
        [`Tags.member.${at + 1}.Key`, key],
        [`Tags.member.${at + 1}.Value`, value],
      ]),
    );
  const listed = async (SerialNumber: string): Promise<readonly string[]> => {
    const answer = await bench.call(ADMIN, "ListMFADeviceTags", { SerialNumber });
    return answer
      .nodes("Tags/member")
      .map((node) => `${textAt(node, "Key")}=${textAt(node, "Value")}`);
  };

  it("row 49: are kept, changed and removed, in any script, and are in no list of devices", async () => {
    const { serial } = await bench.device("phone");
    const SerialNumber = serial;
    const given = tags(["a", "1"], ["部署", "開発 + 運用"]);
    expect((await bench.call(ADMIN, "TagMFADevice", { SerialNumber, ...given })).status).toBe(200);
    expect(await listed(serial)).toEqual(["a=1", "部署=開発 + 運用"]);
    await bench.call(ADMIN, "TagMFADevice", { SerialNumber, ...tags(["A", "2"]) });
    expect(await listed(serial)).toEqual(["部署=開発 + 運用", "A=2"]);
    const keys = { SerialNumber, "TagKeys.member.1": "a", "TagKeys.member.2": "none" };
    expect((await bench.call(ADMIN, "UntagMFADevice", keys)).status).toBe(200);
    expect(await listed(serial)).toEqual(["部署=開発 + 運用"]);
    const list = await bench.call(ADMIN, "ListVirtualMFADevices");
    expect(list.nodes("VirtualMFADevices/member/Tags")).toEqual([]);
  });

  it("row 50: that differ by case are refused, and 51 of them", async () => {
    const { serial } = await bench.device("phone");
    const SerialNumber = serial;
    const twice = { SerialNumber, ...tags(["a", "1"], ["A", "2"]) };
    expect(await bench.call(ADMIN, "TagMFADevice", twice)).toMatchObject({
      status: 400,
      code: "InvalidInput",
    });
    const many = Array.from({ length: 51 }, (_, at) => [`k${at}`, ""] as const);
    expect(
      await bench.call(ADMIN, "TagMFADevice", { SerialNumber, ...tags(...many) }),
    ).toMatchObject({ status: 400, code: "ValidationError" });
    expect(await listed(serial)).toEqual([]);
    await bench.call(ADMIN, "TagMFADevice", { SerialNumber, ...tags(...many.slice(1)) });
    const one = { SerialNumber, ...tags(["another", ""]) };
    expect(await bench.call(ADMIN, "TagMFADevice", one)).toMatchObject({
      status: 409,
      code: "LimitExceeded",
    });
  });
});
