import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { otherCode } from "../../verifier/testing/codes.ts";
import { PageBench } from "./testing/bench.ts";
import { idOf } from "./testing/browser.ts";
import { ACCOUNT, OTHER_ACCOUNT, passwordOf, signInOf } from "./testing/config.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await PageBench.open();
});
afterEach(() => bench.clear());
afterAll(() => bench[Symbol.asyncDispose]());

describe("with a password", () => {
  it("users and root are signed in, without a code as there is no device", async () => {
    for (const [name, kind, manages] of [
      ["alice", "user", "self"],
      ["root", "root", "admin"],
    ] as const) {
      const { body, status } = await bench.browser().post("/sign-in", signInOf(name));
      expect(status).toBe(200);
      expect(body).toMatchObject({ stage: "signed-in", isMfa: false, isRestricted: false });
      expect(body.identity).toMatchObject({ kind, name, manages, accountName: "first" });
    }
  });

  it("the account may be named by its alias", async () => {
    const given = { ...signInOf("alice"), account: "first" };
    expect((await bench.browser().post("/sign-in", given)).status).toBe(200);
  });

  it("all that is wrong is refused with one answer", async () => {
    const wrong = [
      { ...signInOf("alice"), password: "wrong" },
      signInOf("mallory"),
      signInOf("nopass"),
      signInOf("alice", "999999999999"),
      signInOf("bob", OTHER_ACCOUNT),
      { ...signInOf("root"), email: "nobody@mail.example" },
      { ...signInOf("root"), password: passwordOf("alice") },
    ];
    for (const given of wrong) {
      const refused = await bench.browser().post("/sign-in", given);
      expect(refused.status).toBe(403);
      expect(refused.body).toEqual({ error: { id: "sign-in-refused" } });
    }
  });

  it("nobody signs in as a user made at run time, whatever they give, nor by another's name", async () => {
    const { users, devices } = bench.iam.endpoint;
    const moment = { nowUs: bench.nowUs, codesAtUs: bench.nowUs };
    const given = { account: ACCOUNT, name: "dave", path: "/", tags: [] };
    const dave = await users.create(given, bench.nowUs);
    for (const password of [
      "",
      " ",
      "undefined",
      "null",
      passwordOf("dave"),
      passwordOf("alice"),
    ]) {
      const refused = await bench.browser().post("/sign-in", { ...signInOf("dave"), password });
      expect(idOf(refused)).toBe(password === "" ? "request-invalid" : "sign-in-refused");
    }
    const admin = await bench.signedIn("admin");
    const phone = await admin.create("dave-phone", "dave");
    expect((await admin.enable(phone, 0, "dave")).status).toBe(200);
    await devices.deactivate(phone.serial, { account: ACCOUNT, id: dave.id }, moment);
    await users.delete(ACCOUNT, "dave");
    await expect(users.delete(ACCOUNT, "bob")).rejects.toThrow("must delete login profile first");
  });

  it("ten wrong ones for a name are one too many, for the right one too, for a time", async () => {
    const browser = bench.browser();
    const wrong = { ...signInOf("alice"), password: "wrong" };
    for (let tries = 0; tries < 10; tries++) {
      expect(idOf(await browser.post("/sign-in", wrong))).toBe("sign-in-refused");
    }
    const throttled = await browser.post("/sign-in", signInOf("alice"));
    expect(throttled.status).toBe(429);
    expect(throttled.body.error).toEqual({ id: "sign-in-throttled", retryAfterSeconds: 900 });
    expect(throttled.headers["retry-after"]).toBe("900");
    expect((await browser.post("/sign-in", signInOf("bob"))).status).toBe(200);
    await bench.pass(30);
    expect((await browser.post("/sign-in", signInOf("alice"))).status).toBe(200);
  });

  it("parallel guesses count each", async () => {
    const browser = bench.browser();
    await browser.get("/session");
    const wrong = { ...signInOf("alice"), password: "wrong" };
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => browser.post("/sign-in", wrong)),
    );
    expect(answers.filter((one) => idOf(one) === "sign-in-throttled")).toHaveLength(2);
  });
});

describe("with the code of a device", () => {
  it("the next code signs in; nothing else is to be had before", async () => {
    const [browser, phone] = await bench.atCodeOf("alice");
    const { body } = await browser.get("/session");
    expect(body).toMatchObject({ stage: "code", canTroubleshoot: true, expiresInSeconds: 600 });
    expect(body.devices).toEqual([
      { serial: phone.serial, name: "alice-phone", isOutOfSync: false },
    ]);
    expect(idOf(await browser.get("/devices"))).toBe("signed-out");
    expect(idOf(await browser.post("/devices", { name: "x", holder: null }))).toBe("signed-out");
    await bench.pass(1);
    const given = { serial: phone.serial, code: phone.code(bench.step) };
    const answer = await browser.post("/sign-in/code", given);
    expect(answer.body).toMatchObject({ stage: "signed-in", isMfa: true });
    expect(idOf(await browser.post("/sign-in/code", given))).toBe("sign-in-stage");
  });

  it("tells a wrong, a repeated and a malformed one apart", async () => {
    const [browser, phone] = await bench.atCodeOf("alice");
    const { serial } = phone;
    const codes = [-25, 25].flatMap((around) =>
      Array.from({ length: 50 }, (_, at) => phone.code(bench.step + around + at - 25)),
    );
    const ask = async (code: string) => idOf(await browser.post("/sign-in/code", { serial, code }));
    expect(await ask(otherCode(...codes))).toBe("code-wrong");
    expect(await ask(phone.code(bench.step))).toBe("code-repeated");
    expect(await ask("12345")).toBe("code-malformed");
    expect(await ask("１２３４５６")).toBe("code-malformed");
    const strange = { serial: `${serial}x`, code: "123456" };
    expect(idOf(await browser.post("/sign-in/code", strange))).toBe("device-unknown");
  });

  it("locks the device after ten failures, and says for how long", async () => {
    const [browser, phone] = await bench.atCodeOf("alice");
    const { serial } = phone;
    const codes = Array.from({ length: 60 }, (_, at) => phone.code(bench.step + at - 30));
    const given = { serial, code: otherCode(...codes) };
    for (let tries = 0; tries < 10; tries++) await browser.post("/sign-in/code", given);
    await bench.pass(1);
    const right = { serial, code: phone.code(bench.step) };
    const locked = await browser.post("/sign-in/code", right);
    expect(locked.status).toBe(423);
    expect(locked.body.error).toEqual({ id: "device-locked", retryAfterSeconds: 270 });
    const admin = await bench.signedIn("admin");
    const { body } = await admin.get("/devices");
    expect(body.devices[0]).toMatchObject({ state: "locked", unlocksInSeconds: 270 });
    await bench.pass(10);
    const next = { serial, code: phone.code(bench.step) };
    expect((await browser.post("/sign-in/code", next)).body.stage).toBe("signed-in");
  });

  it("offers the resync when the device is out of sync; the code after it signs in", async () => {
    const [browser, phone] = await bench.atCodeOf("alice");
    const { serial } = phone;
    const early = (by: number) => phone.code(bench.step + by);
    const ask = (code: string) => browser.post("/sign-in/code", { serial, code });
    expect(idOf(await ask(early(5)))).toBe("code-out-of-sync");
    expect((await browser.get("/session")).body.devices[0].isOutOfSync).toBe(true);
    const resynced = await browser.post("/sign-in/resync", phone.pair(bench.step + 6));
    expect(resynced.body).toMatchObject({ stage: "code", devices: [{ isOutOfSync: false }] });
    expect(idOf(await ask(early(7)))).toBe("code-repeated");
    await bench.pass(1);
    expect((await ask(early(7))).body).toMatchObject({ stage: "signed-in", isMfa: true });
  });

  it("tells who has given a password only little of two wrong codes", async () => {
    const [browser, phone] = await bench.atCodeOf("alice");
    const { step } = bench;
    const { serial } = phone;
    const ask = async (code1: string, code2: string) =>
      idOf(await browser.post("/sign-in/resync", { serial, code1, code2 }));
    expect(await ask(phone.code(step + 2), phone.code(step + 1))).toBe("codes-wrong");
    expect(await ask(phone.code(step + 1), phone.code(step + 3))).toBe("codes-wrong");
    expect(await ask(phone.code(step + 2), phone.code(step + 2))).toBe("codes-same");
    expect(await ask(phone.code(step - 1), phone.code(step))).toBe("codes-repeated");
    expect(await ask("1", "2")).toBe("codes-malformed");
  });

  it("ends half a sign-in when its device is taken out of use meanwhile", async () => {
    const [browser, phone] = await bench.atCodeOf("alice");
    const admin = await bench.signedIn("admin");
    const { serial } = phone;
    expect((await admin.post("/devices/deactivate", { serial })).status).toBe(200);
    expect((await browser.get("/session")).body).toMatchObject({
      stage: "signed-out",
      isExpired: true,
    });
    const given = { serial, code: "123456" };
    await browser.post("/sign-in", signInOf("alice"));
    expect(idOf(await browser.post("/sign-in/code", given))).toBe("sign-in-stage");
  });
});

describe("a session", () => {
  it("ends after a quarter of an hour without a request", async () => {
    const browser = await bench.signedIn("alice");
    await bench.pass(29);
    expect((await browser.get("/devices")).status).toBe(200);
    await bench.pass(29);
    expect((await browser.get("/devices")).status).toBe(200);
    await bench.pass(29);
    await browser.get("/lab/mail");
    await bench.pass(1);
    expect(idOf(await browser.get("/devices"))).toBe("session-expired");
    const { body } = await browser.get("/session");
    expect(body).toMatchObject({ stage: "signed-out", isExpired: true });
  });

  it("ends in any case when it is old, twelve hours unless told otherwise", async () => {
    await using short = await PageBench.open({ limits: { sessionSeconds: 1500 } });
    expect((await short.browser().get("/about")).body.sessionSeconds).toBe(1500);
    expect((await bench.browser().get("/about")).body.sessionSeconds).toBe(43_200);
    const browser = await short.signedIn("alice");
    await short.pass(25);
    expect((await browser.get("/devices")).status).toBe(200);
    await short.pass(25);
    expect(idOf(await browser.get("/devices"))).toBe("session-expired");
  });

  it("is over when it is signed out, whoever kept its cookie", async () => {
    const browser = await bench.signedIn("alice");
    const thief = bench.browser();
    thief.cookie = browser.cookie;
    expect((await browser.post("/sign-out")).body.stage).toBe("signed-out");
    expect(idOf(await thief.get("/devices"))).toBe("session-expired");
  });

  it("has another cookie after each step: one that was planted is worth nothing", async () => {
    const [browser, phone] = await bench.atCodeOf("alice");
    const planted = browser.cookie;
    await bench.pass(1);
    const given = { serial: phone.serial, code: phone.code(bench.step) };
    await browser.post("/sign-in/code", given);
    expect(browser.cookie).not.toBe(planted);
    const other = bench.browser();
    other.cookie = planted;
    expect((await other.get("/session")).body.stage).toBe("signed-out");
  });

  it("ends with its user", async () => {
    await using other = await PageBench.open();
    const browser = await other.signedIn("bob");
    const { state } = other.iam.core;
    const bob = state.user(ACCOUNT, "bob");
    if (bob !== null) await state.remove(bob);
    expect(idOf(await browser.get("/devices"))).toBe("session-expired");
  });
});

it("no password, code or secret is in the log", async () => {
  await using bench = await PageBench.open({ isWhole: true });
  const [, phone] = await bench.withDevice("alice");
  await bench.browser().post("/sign-in", signInOf("alice"));
  await bench.signedIn("alice", phone);
  const log = bench.log.join("");
  expect(log).toContain('"route":"/console/api/sign-in/code"');
  for (const hidden of [passwordOf("alice"), phone.secret, phone.code(bench.step)]) {
    expect(log).not.toContain(hidden);
  }
});
