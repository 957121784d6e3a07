import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PageBench } from "./testing/bench.ts";
import { Authenticator, type Browser, idOf } from "./testing/browser.ts";
import { OTHER_ACCOUNT } from "./testing/config.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await PageBench.open();
});
afterEach(() => bench.clear());
afterAll(() => bench[Symbol.asyncDispose]());

describe("the saved secret", () => {
  const again = (browser: Browser, { serial }: Authenticator, secret: string) =>
    browser.post("/devices/set-up-again", { serial, secret });

  it("sets the same device up on another phone, without the server's doing", async () => {
    const [browser, phone] = await bench.withDevice("alice");
    const spaced = phone.secret.toLowerCase().replace(/(.{4})/g, "$1 ");
    const { body } = await again(browser, phone, spaced);
    expect(body).toMatchObject({ device: { state: "enabled" }, expiresInSeconds: null });
    const other = Authenticator.of(body);
    const signedIn = await bench.signedIn("alice", other);
    expect((await signedIn.get("/session")).body.isMfa).toBe(true);
  });

  it("sets a deactivated device up again, by the URI too", async () => {
    const [, phone] = await bench.withDevice("alice");
    const browser = await bench.signedIn("alice", phone);
    const { serial } = phone;
    expect((await browser.post("/devices/deactivate", { serial })).status).toBe(200);
    const uri = `otpauth://totp/phone?secret=${phone.secret}`;
    const { body } = await again(browser, phone, uri);
    expect(body.device.state).toBe("inactive");
    await bench.pass(2);
    expect((await browser.enable(Authenticator.of(body))).status).toBe(200);
  });

  it("of another device is refused, as is what is no secret", async () => {
    const [browser, phone] = await bench.withDevice("alice");
    const [, other] = await bench.withDevice("bob");
    expect(idOf(await again(browser, phone, other.secret))).toBe("secret-not-of-device");
    expect(idOf(await again(browser, phone, "AAAA"))).toBe("secret-not-of-device");
    expect(idOf(await again(browser, phone, "0189"))).toBe("secret-malformed");
    expect(idOf(await again(browser, other, other.secret))).toBe("device-unknown");
  });

  it("may be tried ten times a quarter of an hour", async () => {
    const [browser, phone] = await bench.withDevice("alice");
    for (let tries = 0; tries < 10; tries++) await again(browser, phone, "AAAA");
    expect(idOf(await again(browser, phone, phone.secret))).toBe("too-many-requests");
  });

  it("of one account is worth nothing in another", async () => {
    const [, phone] = await bench.withDevice("alice");
    const stranger = await bench.signedIn("alice", undefined, OTHER_ACCOUNT);
    expect(idOf(await again(stranger, phone, phone.secret))).toBe("device-unknown");
    const root = await bench.signedIn("root", undefined, OTHER_ACCOUNT);
    const theirs = await stranger.create("phone");
    expect(idOf(await again(stranger, theirs, phone.secret))).toBe("secret-not-of-device");
    await bench.pass(2);
    const { code1, code2 } = phone.pair(bench.step - 1);
    const given = { serial: theirs.serial, holder: null, code1, code2 };
    expect(idOf(await stranger.post("/devices/enable", given))).toBe("codes-wrong");
    for (const path of ["enable", "resync", "deactivate", "delete"]) {
      const { serial } = phone;
      const body = {
        serial,
        ...(path === "enable" ? { holder: null } : {}),
        ...(path === "enable" || path === "resync" ? { code1, code2 } : {}),
      };
      for (const one of [stranger, root]) {
        expect(idOf(await one.post(`/devices/${path}`, body))).toBe("device-unknown");
      }
    }
  });
});
