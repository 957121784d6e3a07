import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { otherCode } from "../../verifier/testing/codes.ts";
import { PageBench } from "./testing/bench.ts";
import { Authenticator, type Browser, idOf } from "./testing/browser.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await PageBench.open();
});
afterEach(() => bench.clear());
afterAll(() => bench[Symbol.asyncDispose]());

describe("with a lost device", () => {
  const latest = async (browser: Browser) => (await browser.get("/lab/mail")).body.messages[0];

  it("codes by mail and phone sign in, to deactivate and replace it and for nothing else", async () => {
    const [browser, lost] = await bench.atCodeOf("alice");
    const sent = await browser.post("/sign-in/troubleshoot");
    expect(sent.body).toMatchObject({
      stage: "recovery",
      step: "email",
      sentTo: "s•••@mail.example",
      sendsLeft: 2,
      triesLeft: 5,
    });
    const mail = await latest(browser);
    expect(mail).toMatchObject({ channel: "email", to: "someone@mail.example" });
    const phoned = await browser.post("/sign-in/troubleshoot/email", { code: mail.code });
    expect(phoned.body).toMatchObject({ step: "phone", sentTo: "•••• 42" });
    const { code } = await latest(browser);
    const inside = await browser.post("/sign-in/troubleshoot/phone", { code });
    expect(inside.body).toMatchObject({ stage: "signed-in", isMfa: false, isRestricted: true });

    const { serial } = lost;
    const resync = await browser.post("/devices/resync", lost.pair(bench.step + 1));
    expect(idOf(resync)).toBe("session-restricted");
    const other = await browser.post("/devices", { name: "for-bob", holder: "bob" });
    expect(idOf(other)).toBe("session-restricted");
    expect((await browser.get("/users")).body.users).toHaveLength(1);

    expect((await browser.post("/devices/deactivate", { serial })).status).toBe(200);
    const made = await browser.post("/devices/replace", { serial, holder: null });
    const found = Authenticator.of(made.body);
    expect(found.serial).toBe(serial);
    expect((await browser.enable(found)).body).toMatchObject({ outcome: "in-sync" });
    const again = await bench.signedIn("alice", found);
    expect((await again.get("/session")).body).toMatchObject({ isMfa: true, isRestricted: false });
  });

  it("refuses wrong, malformed and late codes, and tries beyond five", async () => {
    const [browser] = await bench.atCodeOf("alice");
    await browser.post("/sign-in/troubleshoot");
    const { code } = await latest(browser);
    const ask = async (given: string) =>
      idOf(await browser.post("/sign-in/troubleshoot/email", { code: given }));
    expect(await ask("12")).toBe("recovery-code-malformed");
    for (let tries = 0; tries < 4; tries++) {
      expect(await ask(otherCode(code))).toBe("recovery-code-wrong");
    }
    expect(await ask(code)).toBe("recovery-code-expired");
    await browser.post("/sign-in/troubleshoot");
    const second = (await latest(browser)).code;
    await bench.pass(20);
    expect(await ask(second)).toBe("session-expired");
  });

  it("sends a code three times, and the phone's only after the mail's", async () => {
    const [browser] = await bench.atCodeOf("alice");
    await browser.post("/sign-in/troubleshoot");
    const { code } = await latest(browser);
    expect(idOf(await browser.post("/sign-in/troubleshoot/phone", { code }))).toBe("sign-in-stage");
    expect((await browser.post("/sign-in/troubleshoot")).body.sendsLeft).toBe(1);
    expect((await browser.post("/sign-in/troubleshoot")).body.sendsLeft).toBe(0);
    expect(idOf(await browser.post("/sign-in/troubleshoot"))).toBe("too-many-requests");
    expect(idOf(await browser.post("/sign-in/troubleshoot/email", { code }))).toBe(
      "recovery-code-wrong",
    );
  });

  it("can be begun five times an hour", async () => {
    const [, phone] = await bench.withDevice("alice");
    const begin = () => bench.atCode("alice").post("/sign-in/troubleshoot");
    for (let times = 0; times < 5; times++) expect((await begin()).status).toBe(200);
    expect(idOf(await begin())).toBe("sign-in-throttled");
    expect(phone.serial).toContain("alice-phone");
  });

  it("is not there for who has neither mail nor phone", async () => {
    const [browser] = await bench.atCodeOf("bob");
    expect((await browser.get("/session")).body.canTroubleshoot).toBe(false);
    expect(idOf(await browser.post("/sign-in/troubleshoot"))).toBe("recovery-unavailable");
  });
});
