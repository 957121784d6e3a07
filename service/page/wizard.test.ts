import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parseOtpauthUri } from "../../core/oath/otpauth.ts";
import { otherCode } from "../../verifier/testing/codes.ts";
import { PageBench } from "./testing/bench.ts";
import { type Authenticator, idOf } from "./testing/browser.ts";
import { ACCOUNT } from "./testing/config.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await PageBench.open();
});
afterEach(() => bench.clear());
afterAll(() => bench[Symbol.asyncDispose]());

/** A code that no step within a day and a half of now has. */
function strange(phone: Authenticator): string {
  return otherCode(...Array.from({ length: 80 }, (_, at) => phone.code(bench.step - 40 + at)));
}

describe("the wizard", () => {
  it("shows the secret once, as text, URI and QR code", async () => {
    const browser = await bench.signedIn("alice");
    const { body } = await browser.post("/devices", { name: "phone", holder: null });
    expect(body.secret).toMatch(/^[A-Z2-7]{64}$/);
    const uri = parseOtpauthUri(body.uri);
    expect(uri).toMatchObject({ issuer: "Amazon Web Services", account: "phone@first" });
    expect(body.qrCode).toMatch(/^data:image\/png;base64,iVBORw0KGgo/);
    expect(body).toMatchObject({
      expiresInSeconds: 600,
      device: { state: "waiting", holder: null, isOwn: true, can: { enable: true, delete: true } },
    });
    for (const path of ["/session", "/devices", "/users"]) {
      expect((await browser.get(path)).text).not.toContain(body.secret);
    }
  });

  it("assigns the device by two codes, without waiting for the second", async () => {
    const browser = await bench.signedIn("alice");
    const phone = await browser.create("phone");
    const { body } = await browser.enable(phone);
    expect(body).toMatchObject({
      outcome: "in-sync",
      device: { state: "enabled", holder: { kind: "user", name: "alice" }, expiresInSeconds: null },
    });
    expect((await browser.get("/session")).body.wizard).toBeNull();
    const { users } = (await browser.get("/users")).body;
    expect(users).toMatchObject([{ name: "alice", isSelf: true, canAssign: false }]);
  });

  it("is in the audit log as the doing of who was signed in", async () => {
    const [, phone] = await bench.withDevice("alice");
    const alice = await bench.signedIn("alice", phone);
    await bench.pass(2);
    await alice.post("/devices/resync", phone.pair(bench.step - 1));
    const admin = await bench.signedIn("admin");
    await admin.post("/devices/deactivate", { serial: phone.serial });
    const { rows } = await bench.iam.core.store.auditPage({ limit: 3 });
    expect(rows.map(({ act, by }) => `${act} ${by}`).toReversed()).toEqual([
      "verify alice",
      "resync alice",
      "deactivate admin",
    ]);
  });

  it("takes late codes, and says that the device is out of sync", async () => {
    const browser = await bench.signedIn("alice");
    const phone = await browser.create("phone");
    const { body } = await browser.enable(phone, -6);
    expect(body).toMatchObject({ outcome: "late", device: { state: "out-of-sync" } });
    const again = bench.browser();
    const { body: asked } = await again.post("/sign-in", {
      kind: "user",
      account: ACCOUNT,
      user: "alice",
      password: "password of alice",
    });
    expect(asked).toMatchObject({ stage: "code", devices: [{ isOutOfSync: true }] });
    const given = { serial: phone.serial, code: phone.code(bench.step) };
    expect(idOf(await again.post("/sign-in/code", given))).toBe("code-out-of-sync");
    await bench.pass(3);
    const resynced = await browser.post("/devices/resync", phone.pair(bench.step - 1));
    expect(resynced.body.device.state).toBe("enabled");
    await bench.pass(1);
    const next = { serial: phone.serial, code: phone.code(bench.step) };
    expect((await again.post("/sign-in/code", next)).body.isMfa).toBe(true);
  });

  it("tells how two codes are wrong", async () => {
    const browser = await bench.signedIn("alice");
    const phone = await browser.create("phone");
    const { serial, code } = phone;
    const { step } = bench;
    const ask = async (code1: string, code2: string) =>
      idOf(await browser.post("/devices/enable", { serial, holder: null, code1, code2 }));
    expect(await ask(code(step), code(step))).toBe("codes-same");
    expect(await ask(code(step), code(step - 1))).toBe("codes-swapped");
    expect(await ask(code(step - 2), code(step))).toBe("codes-not-consecutive");
    expect(await ask(code(step - 200), code(step - 199))).toBe("codes-too-late");
    expect(await ask(strange(phone), code(step))).toBe("codes-wrong");
    expect(await ask("12345", code(step))).toBe("codes-malformed");
    expect((await browser.get("/devices")).body.devices[0].state).toBe("waiting");
    expect(await ask(code(step - 1), code(step))).toBeUndefined();
  });

  it("tells used codes when a device is enabled anew", async () => {
    const [, phone] = await bench.withDevice("alice");
    const admin = await bench.signedIn("admin");
    const { serial } = phone;
    await admin.post("/devices/deactivate", { serial });
    const browser = await bench.signedIn("alice");
    expect((await browser.get("/devices")).body.devices[0].state).toBe("inactive");
    expect(idOf(await browser.enable(phone))).toBe("codes-repeated");
    await bench.pass(2);
    expect((await browser.enable(phone)).status).toBe(200);
  });

  it("locks a device after ten wrong pairs", async () => {
    const browser = await bench.signedIn("alice");
    const phone = await browser.create("phone");
    const code = strange(phone);
    const wrong = { serial: phone.serial, holder: null, code1: code, code2: code };
    for (let tries = 0; tries < 10; tries++) await browser.post("/devices/enable", wrong);
    const locked = await browser.enable(phone);
    expect(locked.body.error).toEqual({ id: "device-locked", retryAfterSeconds: 300 });
  });

  it("of two clients that enable one device at once, one does", async () => {
    const admin = await bench.signedIn("admin");
    const alice = await bench.signedIn("alice");
    const phone = await alice.create("phone");
    const answers = await Promise.all([
      alice.enable(phone),
      alice.enable(phone),
      admin.enable(phone, 0, "bob"),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    const refused = answers.filter(({ status }) => status === 409).map(idOf);
    expect(new Set(refused)).toEqual(new Set(["device-in-use"]));
    const { body } = await admin.get("/devices");
    expect(body.devices).toHaveLength(1);
  });

  it("of somebody else is finished by nobody but an admin, codes or not", async () => {
    const alice = await bench.signedIn("alice");
    const bob = await bench.signedIn("bob");
    const phone = await alice.create("phone");
    expect(idOf(await bob.enable(phone))).toBe("device-unknown");
    expect((await alice.enable(phone)).status).toBe(200);
  });

  it("that an admin began for a user is finished by that user, who has the codes", async () => {
    const admin = await bench.signedIn("admin");
    const bob = await bench.signedIn("bob");
    const phone = await admin.create("bobs-phone", "bob");
    expect((await bob.enable(phone)).body.device).toMatchObject({ holder: { name: "bob" } });
  });

  it("left open past its time is over: the device is gone, its name free", async () => {
    const browser = await bench.signedIn("alice");
    const phone = await browser.create("phone");
    await bench.pass(19);
    expect((await browser.get("/session")).body.wizard).toMatchObject({ expiresInSeconds: 30 });
    await bench.pass(1);
    const late = await browser.enable(phone);
    expect(late.status).toBe(410);
    expect(idOf(late)).toBe("wizard-expired");
    expect((await browser.get("/devices")).body.devices).toEqual([]);
    expect((await browser.get("/session")).body.wizard).toBeNull();
    expect((await browser.enable(await browser.create("phone"))).status).toBe(200);
  });

  it("goes on after a reload, without the secret; or is begun anew", async () => {
    const browser = await bench.signedIn("alice");
    const first = await browser.create("phone");
    const { body } = await browser.get("/session");
    expect(body.wizard).toEqual({
      serial: first.serial,
      name: "phone",
      holder: { kind: "user", name: "alice" },
      expiresInSeconds: 600,
    });
    const second = await browser.create("phone");
    expect(second.serial).toBe(first.serial);
    expect(idOf(await browser.enable(first))).toBe("codes-wrong");
    const third = await browser.create("other-phone");
    expect(idOf(await browser.enable(second))).toBe("wizard-replaced");
    expect((await browser.get("/devices")).body.devices).toHaveLength(1);
    expect((await browser.enable(third)).status).toBe(200);
  });

  it("that expired is no matter of a device that the API made by the same name", async () => {
    const browser = await bench.signedIn("alice");
    const { serial } = await browser.create("alice-phone");
    await bench.pass(20);
    expect((await browser.get("/devices")).body.devices).toEqual([]);
    const [, phone] = await bench.withDevice("alice");
    expect(phone.serial).toBe(serial);
    const again = await bench.signedIn("alice", phone);
    expect((await again.post("/devices/deactivate", { serial })).status).toBe(200);
  });

  it("is cancelled by deleting its device", async () => {
    const browser = await bench.signedIn("alice");
    const { serial } = await browser.create("phone");
    expect((await browser.post("/devices/delete", { serial })).body).toEqual({ done: true });
    expect((await browser.get("/session")).body.wizard).toBeNull();
    expect(idOf(await browser.post("/devices/delete", { serial }))).toBe("device-unknown");
  });

  it.each([
    ["", "device-name-invalid"],
    ["my phone", "device-name-invalid"],
    ["x".repeat(129), "device-name-invalid"],
    ["root-account-mfa-device", "device-name-reserved"],
  ])("refuses the name %j: %s", async (name, id) => {
    const browser = await bench.signedIn("alice");
    expect(idOf(await browser.post("/devices", { name, holder: null }))).toBe(id);
  });

  it("refuses a name that is taken, a user nobody knows, and a second device", async () => {
    const [, phone] = await bench.withDevice("alice");
    const admin = await bench.signedIn("admin");
    const ask = async (name: string, holder: string | null) =>
      idOf(await admin.post("/devices", { name, holder }));
    expect(await ask("alice-phone", "bob")).toBe("device-name-taken");
    expect(await ask("x", "mallory")).toBe("user-unknown");
    expect(await ask("x", "root")).toBe("not-allowed");
    expect(await ask("x", "alice")).toBe("device-limit");
    expect(phone.serial).toContain("alice-phone");
  });

  it("holds the one-device rule to the end: two wizards for one user assign one device", async () => {
    const admin = await bench.signedIn("admin");
    const alice = await bench.signedIn("alice");
    const one = await admin.create("one", "alice");
    const two = await alice.create("two");
    expect((await admin.enable(one, 0, "alice")).status).toBe(200);
    expect(idOf(await alice.enable(two))).toBe("device-limit");
  });

  it("lets eight be assigned where the setting says so", async () => {
    await using eight = await PageBench.open({ settings: { devicesPerUser: 8 } });
    const alice = await eight.signedIn("alice");
    for (const name of ["one", "two"]) {
      expect((await alice.enable(await alice.create(name))).status).toBe(200);
    }
    expect((await alice.get("/users")).body.users[0].canAssign).toBe(true);
  });
});
