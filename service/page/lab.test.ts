import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { otherCode } from "../../verifier/testing/codes.ts";
import { openDemo } from "./demo.ts";
import { PageBench } from "./testing/bench.ts";
import { type Browser, idOf } from "./testing/browser.ts";

let bench: PageBench;
let browser: Browser;
beforeAll(async () => {
  bench = await PageBench.open({ fobs: 2, isClockSettable: true });
});
beforeEach(async () => {
  browser = await bench.signedIn("alice");
  await browser.post("/lab/fobs/clear", { fob: "fob-1" });
  await setFob({ offsetSeconds: 0, ratePpm: 0 });
});
afterEach(() => bench.clear());
afterAll(() => bench[Symbol.asyncDispose]());

const fobs = async () => (await browser.get("/lab/fobs")).body.fobs;
const setFob = (body: object) => browser.post("/lab/fobs/clock", { fob: "fob-1", ...body });

describe("a fob", () => {
  it("shows the codes of the QR code it scanned, and is all that the wizard needs", async () => {
    const phone = await browser.create("phone");
    const { serial } = phone;
    const scanned = await browser.post("/lab/fobs/secret", { fob: "fob-1", secret: phone.uri });
    const [fob, blank] = scanned.body.fobs;
    expect(fob).toMatchObject({ label: "phone@first", secondsLeft: 30, offsetSeconds: 0 });
    expect(blank).toMatchObject({ name: "Fob 2", code: null, label: null });
    const code1 = fob.code;
    await bench.pass(1);
    const code2 = (await fobs())[0].code;
    const given = { serial, holder: null, code1, code2 };
    expect((await browser.post("/devices/enable", given)).body.outcome).toBe("in-sync");
  });

  it("ahead by two minutes is out of sync; the resync finds its clock again", async () => {
    const [, phone] = await bench.withDevice("alice");
    await browser.post("/lab/fobs/secret", { fob: "fob-1", secret: phone.secret });
    await setFob({ offsetSeconds: 120 });
    const [fob] = await fobs();
    expect(fob).toMatchObject({ offsetSeconds: 120, label: null });
    expect(fob.code).toBe(phone.code(bench.step + 4));
    await bench.pass(1);
    const next = (await fobs())[0].code;
    const given = { serial: phone.serial, code1: fob.code, code2: next };
    const { body } = await browser.post("/devices/resync", given);
    expect(body.device.state).toBe("enabled");
  });

  it("that runs fast drifts away, and stays where it is when its rate is set right", async () => {
    await setFob({ ratePpm: 1000 });
    await bench.pass(100);
    expect((await fobs())[0]).toMatchObject({ offsetSeconds: 3, ratePpm: 1000 });
    await setFob({ ratePpm: 0 });
    await bench.pass(100);
    expect((await fobs())[0]).toMatchObject({ offsetSeconds: 3, ratePpm: 0 });
  });

  it("goes along when the clock of codes is set forward, and back", async () => {
    const phone = await browser.create("phone");
    await browser.post("/lab/fobs/secret", { fob: "fob-1", secret: phone.secret });
    await setFob({ offsetSeconds: 60 });
    const set = await browser.post("/lab/clock", { mode: "advance", bySeconds: 300 });
    expect(set.body).toMatchObject({ stepSeconds: 30, speed: 1 });
    expect((await fobs())[0].code).toBe(phone.code(bench.step + 2));
    await setFob({ ratePpm: 100_000 });
    await browser.post("/lab/clock", { mode: "real" });
    expect((await fobs())[0]).toMatchObject({
      code: phone.code(bench.step + 2),
      offsetSeconds: 60,
      ratePpm: 100_000,
    });
  });

  it("forgets its secret when it is wiped", async () => {
    const phone = await browser.create("phone");
    await browser.post("/lab/fobs/secret", { fob: "fob-1", secret: phone.uri });
    const { body } = await browser.post("/lab/fobs/clear", { fob: "fob-1" });
    expect(body.fobs[0]).toMatchObject({ code: null, label: null });
  });

  it.each([
    ["0189", "secret-malformed"],
    ["MFRGG", "secret-malformed"],
    ["otpauth://totp/a?secret=MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U&digits=8", "secret-malformed"],
    ["otpauth://hotp/a?secret=MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U&counter=0", "secret-malformed"],
    ["otpauth://totp/a?secret=", "secret-malformed"],
  ])("does not take %s", async (secret, id) => {
    expect(idOf(await browser.post("/lab/fobs/secret", { fob: "fob-1", secret }))).toBe(id);
  });

  it("that there is not is told so, as is a clock that no fob has", async () => {
    expect(idOf(await browser.post("/lab/fobs/clear", { fob: "fob-9" }))).toBe("fob-unknown");
    expect(idOf(await setFob({ offsetSeconds: 1e9 }))).toBe("request-invalid");
  });
});

describe("the clock of codes", () => {
  it("stands still, goes on and is the computer's again", async () => {
    const set = async (body: object) => (await browser.post("/lab/clock", body)).body;
    const { nowMs } = (await browser.get("/session")).body.codeClock;
    expect(await set({ mode: "freeze" })).toMatchObject({ nowMs, speed: 0 });
    await bench.pass(1);
    expect(await set({ mode: "advance", bySeconds: 60 })).toMatchObject({ nowMs: nowMs + 60_000 });
    expect(await set({ mode: "run" })).toMatchObject({ nowMs: nowMs + 60_000, speed: 1 });
    expect(await set({ mode: "real" })).toMatchObject({ nowMs: nowMs + 30_000 });
  });

  it("is not set beyond what dates can say", async () => {
    await browser.post("/lab/clock", { mode: "freeze" });
    const far = { mode: "advance", bySeconds: 31_536_001 };
    expect(idOf(await browser.post("/lab/clock", far))).toBe("request-invalid");
  });

  it("ends wizards, not sessions", async () => {
    const phone = await browser.create("phone");
    await browser.post("/lab/clock", { mode: "advance", bySeconds: 86_400 });
    expect(idOf(await browser.enable(phone))).toBe("wizard-expired");
  });
});

it("the demo has two accounts whose people can sign in as it says", async () => {
  const { config, people } = await openDemo();
  expect(config.accounts).toHaveLength(2);
  expect(people.map(({ signIn }) => signIn.kind)).toContain("root");
  await using demo = await PageBench.open({ config, demo: people });
  const { body } = await demo.browser().get("/about");
  expect(body.demo).toHaveLength(people.length);
  for (const { signIn, manages } of people) {
    const answer = await demo.browser().post("/sign-in", signIn);
    expect(answer.body).toMatchObject({ stage: "signed-in", identity: { manages } });
  }
});

it("the mailbox shows the latest hundred messages", async () => {
  const { mailbox } = bench.console.lab;
  for (let sent = 1; sent <= 101; sent++) {
    const code = otherCode(String(sent));
    mailbox?.add({ channel: "email", to: "a@b", code, sentAtUs: 0, goodUntilUs: sent });
  }
  const { messages } = (await browser.get("/lab/mail")).body;
  expect(messages).toHaveLength(100);
  expect(messages[0].id).toBe(101);
});
