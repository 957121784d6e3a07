import { sign } from "aws4";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { User } from "./contract.ts";
import { PageBench } from "./testing/bench.ts";
import { type Authenticator, idOf } from "./testing/browser.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await PageBench.open();
});
afterEach(() => bench.clear());
afterAll(() => bench[Symbol.asyncDispose]());

describe("a device in use", () => {
  it("is deactivated by its user after a code was given, and not before", async () => {
    const [browser, phone] = await bench.withDevice("alice");
    const { serial } = phone;
    expect((await browser.get("/devices")).body.devices[0].can.deactivate).toBe(false);
    expect(idOf(await browser.post("/devices/deactivate", { serial }))).toBe("mfa-needed");
    const withCode = await bench.signedIn("alice", phone);
    expect((await withCode.get("/devices")).body.devices[0].can.deactivate).toBe(true);
    const { body } = await withCode.post("/devices/deactivate", { serial });
    expect(body.device).toMatchObject({ state: "inactive", holder: null, enabledAt: null });
    expect(idOf(await withCode.post("/devices/deactivate", { serial }))).toBe("device-not-enabled");
    const resync = await withCode.post("/devices/resync", phone.pair(bench.step + 1));
    expect(idOf(resync)).toBe("device-not-enabled");
  });

  it("is deactivated first, then replaced or deleted", async () => {
    const [, phone] = await bench.withDevice("alice");
    const browser = await bench.signedIn("alice", phone);
    const { serial } = phone;
    const replace = () => browser.post("/devices/replace", { serial, holder: null });
    expect(idOf(await replace())).toBe("device-deactivate-first");
    expect(idOf(await browser.post("/devices/delete", { serial }))).toBe("device-deactivate-first");
    await browser.post("/devices/deactivate", { serial });
    const made = await replace();
    expect(made.body).toMatchObject({
      device: { serial, state: "waiting" },
      expiresInSeconds: 600,
    });
    expect(made.body.secret).not.toBe(phone.secret);
    await bench.pass(1);
    expect(idOf(await browser.enable(phone))).toBe("codes-wrong");
  });

  it("that an admin assigned is its user's own when they take it out of use", async () => {
    const admin = await bench.signedIn("admin");
    const phone = await admin.create("alice-phone", "alice");
    expect((await admin.get("/session")).body.wizard.holder).toEqual({
      kind: "user",
      name: "alice",
    });
    expect((await admin.enable(phone, 0, "alice")).body.device.holder.name).toBe("alice");
    const alice = await bench.signedIn("alice", phone);
    const { serial } = phone;
    await alice.post("/devices/deactivate", { serial });
    expect((await alice.get("/devices")).body.devices).toMatchObject([{ serial, isOwn: true }]);
    expect((await alice.post("/devices/delete", { serial })).status).toBe(200);
  });

  it("that an operator took out of use is shown so, and can be deactivated here", async () => {
    const [, phone] = await bench.withDevice("alice");
    const { core } = bench.iam;
    const row = core.state.device(phone.serial);
    await core.verifier.deactivate(row?.token ?? 0, bench.nowUs);
    const admin = await bench.signedIn("admin");
    expect((await admin.get("/devices")).body.devices).toMatchObject([
      { state: "inactive", can: { enable: false, deactivate: true } },
    ]);
    const { serial } = phone;
    expect((await admin.post("/devices/deactivate", { serial })).status).toBe(200);
  });

  it("tells wrong codes of a resync apart, and keeps what was right", async () => {
    const [browser, phone] = await bench.withDevice("alice");
    const { serial, code } = phone;
    await bench.pass(3);
    const { step } = bench;
    const ask = async (code1: string, code2: string) =>
      idOf(await browser.post("/devices/resync", { serial, code1, code2 }));
    expect(await ask(code(step), code(step - 1))).toBe("codes-swapped");
    expect(await ask(code(step - 2), code(step))).toBe("codes-not-consecutive");
    expect(await ask(code(step - 4), code(step - 3))).toBe("codes-repeated");
    expect(await ask(code(step + 500), code(step + 501))).toBe("codes-too-late");
    expect(await ask("", code(step))).toBe("codes-malformed");
    expect((await bench.signedIn("alice", phone)).cookie).not.toBe("");
  });
});

describe("what one sees and may", () => {
  let phone: Authenticator;
  beforeEach(async () => {
    [, phone] = await bench.withDevice("alice");
  });

  it("an admin sees all of the account, page by page", async () => {
    const admin = await bench.signedIn("admin");
    const { body } = await admin.get("/users");
    expect(body.users.map(({ name }: { name: string }) => name)).toEqual([
      "root",
      "admin",
      "alice",
      "bob",
      "eve",
      "nopass",
    ]);
    expect(body.users[0]).toMatchObject({ kind: "root", canAssign: false });
    expect(body.users[2]).toMatchObject({ canAssign: false, devices: [{ state: "enabled" }] });
    expect(body.users[3]).toMatchObject({ canAssign: true, isSelf: false, devices: [] });
    const first = await admin.get("/users?limit=2");
    expect(first.body.users).toHaveLength(3);
    const next = await admin.get(`/users?limit=100&after=${first.body.next}`);
    expect(next.body).toMatchObject({ users: [{ name: "bob" }, {}, {}], next: null });
    await admin.create("one", "bob");
    const page = await admin.get("/devices?limit=1");
    expect(page.body.devices).toHaveLength(1);
    expect((await admin.get(`/devices?after=${page.body.next}`)).body).toMatchObject({
      devices: [{ name: "one" }],
      next: null,
    });
  });

  it("a user made at run time is told apart: they have no password", async () => {
    const admin = await bench.signedIn("admin");
    const users: readonly User[] = (await admin.get("/users")).body.users;
    const unable = users.filter(({ canSignIn }) => !canSignIn).map(({ name }) => name);
    expect(unable).toEqual(["nopass"]);
  });

  it("a user sees themselves, and touches nobody's device", async () => {
    const bob = await bench.signedIn("bob");
    expect((await bob.get("/users")).body.users).toMatchObject([{ name: "bob" }]);
    expect((await bob.get("/devices")).body.devices).toEqual([]);
    const { serial } = phone;
    expect(idOf(await bob.post("/devices/deactivate", { serial }))).toBe("device-unknown");
    expect(idOf(await bob.post("/devices", { name: "x", holder: "alice" }))).toBe("not-allowed");
    expect(idOf(await bob.post("/devices", { name: "x", holder: "mallory" }))).toBe("not-allowed");
    expect(idOf(await bob.enable(phone))).toBe("device-unknown");
  });

  it("who manages nothing sees themselves and does nothing", async () => {
    const eve = await bench.signedIn("eve");
    expect((await eve.get("/users")).body.users).toMatchObject([{ name: "eve", canAssign: false }]);
    expect(idOf(await eve.post("/devices", { name: "x", holder: null }))).toBe("not-allowed");
  });
});

describe("root's own device", () => {
  it("is enabled on the page with root's sign-in, shown to admins, and root's alone", async () => {
    const root = await bench.signedIn("root");
    const phone = await root.create("root-account-mfa-device");
    const { body } = await root.enable(phone);
    expect(body.device.holder).toEqual({ kind: "root", name: "root" });
    const { serial } = phone;
    const admin = await bench.signedIn("admin");
    const [seen] = (await admin.get("/devices")).body.devices;
    expect(seen).toMatchObject({ serial, can: { deactivate: false, resync: false } });
    expect(idOf(await admin.post("/devices/deactivate", { serial }))).toBe("not-allowed");
    expect(idOf(await root.post("/devices/deactivate", { serial }))).toBe("mfa-needed");
    const withCode = await bench.signedIn("root", phone);
    expect((await withCode.post("/devices/deactivate", { serial })).status).toBe(200);
    expect(idOf(await admin.post("/devices/set-up-again", { serial, secret: "AAAA" }))).toBe(
      "not-allowed",
    );
    await bench.pass(2);
    expect(idOf(await admin.enable(phone, 0, "bob"))).toBe("not-allowed");
  });

  it("is refused by the API, and enabled on the page all the same", async () => {
    const root = await bench.signedIn("root");
    const phone = await root.create("root-account-mfa-device");
    const { code1, code2 } = phone.pair(bench.step - 1);
    const refused = await callApi({
      Action: "EnableMFADevice",
      UserName: "root",
      SerialNumber: phone.serial,
      AuthenticationCode1: code1,
      AuthenticationCode2: code2,
    });
    expect(refused).toContain("<Code>AccessDenied</Code>");
    expect((await root.enable(phone)).status).toBe(200);
    const listed = await callApi({ Action: "ListVirtualMFADevices", AssignmentStatus: "Assigned" });
    expect(listed).toContain(`<SerialNumber>${phone.serial}</SerialNumber>`);
  });

  it("of a user that root sets up is the user's", async () => {
    const root = await bench.signedIn("root");
    const phone = await root.create("bobs", "bob");
    expect((await root.enable(phone, 0, "bob")).body.device.holder.name).toBe("bob");
  });
});

it("a code that signed in on the page is spent for the API, and the other way round", async () => {
  const [, phone] = await bench.withDevice("alice");
  await bench.signedIn("alice", phone);
  const { serial: SerialNumber } = phone;
  const session = (step: number) =>
    callApi({ Action: "GetSessionToken", SerialNumber, TokenCode: phone.code(step) });
  expect(await session(bench.step)).toContain("invalid MFA one time pass code");
  expect(await session(bench.step + 1)).toContain("<SessionToken>");
  await bench.pass(1);
  const browser = bench.browser();
  await browser.post("/sign-in", {
    kind: "user",
    account: "first",
    user: "alice",
    password: "password of alice",
  });
  const given = { serial: SerialNumber, code: phone.code(bench.step) };
  expect(idOf(await browser.post("/sign-in/code", given))).toBe("code-repeated");
});

it("what is enabled by the API is asked for on the page", async () => {
  const alice = await bench.signedIn("alice");
  const phone = await alice.create("phone");
  const { code1, code2 } = phone.pair(bench.step - 1);
  const enabled = await callApi({
    Action: "EnableMFADevice",
    UserName: "alice",
    SerialNumber: phone.serial,
    AuthenticationCode1: code1,
    AuthenticationCode2: code2,
  });
  expect(enabled).toContain("EnableMFADeviceResponse");
  await bench.pass(21);
  expect((await alice.get("/devices")).body.devices).toMatchObject([
    { state: "enabled", expiresInSeconds: null },
  ]);
});

/** A signed request to the endpoint, as alice; her key is in the bench's config. */
async function callApi(parameters: Readonly<Record<string, string>>): Promise<string> {
  const isSts = parameters.Action === "GetSessionToken";
  const Version = isSts ? "2011-06-15" : "2010-05-08";
  const body = new URLSearchParams({ Version, ...parameters }).toString();
  const date = new Date(bench.nowUs / 1000).toISOString().replace(/[-:]|\.\d+/g, "");
  const host = "127.0.0.1:8080";
  const service = isSts ? "sts" : "iam";
  const common = { host, method: "POST", path: "/", service, body, region: "us-east-1" };
  const credentials = {
    accessKeyId: "AKIATESTBEDALICE0000",
    secretAccessKey: "secret-of-alice-000000",
  };
  const { headers } = sign({ ...common, headers: { Host: host, "X-Amz-Date": date } }, credentials);
  const lower = Object.entries(headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  const answer = await bench.iam.endpoint.handle(
    {
      method: "POST",
      path: "/",
      query: "",
      headers: Object.fromEntries(lower),
      body: Buffer.from(body),
    },
    { nowUs: bench.nowUs, codesAtUs: bench.nowUs },
  );
  return answer.body;
}
