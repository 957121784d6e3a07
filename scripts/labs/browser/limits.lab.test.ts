// What can go wrong on the page: time that runs out, reloads, two tabs, guessed passwords.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessFaults } from "./testing/access.ts";
import { Person } from "./testing/acts.ts";
import { openBrowser, type Visit, visit } from "./testing/browser.ts";
import {
  type ConsoleService,
  type ConsoleServiceOptions,
  PEOPLE,
  serveConsole,
} from "./testing/console-service.ts";

const { alice, admin, bob, carol } = PEOPLE;

let browser: Browser;
let service: ConsoleService;
beforeAll(async () => {
  browser = await openBrowser();
  service = await serveConsole();
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await browser.close();
});

const arrive = (options: Partial<Parameters<typeof visit>[1]> = {}): Promise<Visit> =>
  visit(browser, { url: service.url, language: "en", ...options });

describe("a wizard", () => {
  it("shows its secret once: neither a reload nor coming back shows it again", async () => {
    await using seen = await arrive();
    const { page } = seen;
    const me = new Person(seen);
    await me.signsIn(alice);
    await me.sees("devices.title");
    await me.begins("once");
    await me.button("secret.show").click();
    const secret = (await page.locator("#secret-text").textContent()) ?? "";
    await me.scans(1);
    await page.reload();
    await me.sees("wizard.resume");
    await me.reads("resume.text");
    await seen.picture("en-30-reload");
    expect(await accessFaults(page)).toEqual([]);
    for (const html of [await page.content(), await stored(page)]) {
      expect(html.includes(secret.slice(0, 9))).toBe(false);
      expect(html.includes(secret.replaceAll(" ", "").slice(0, 8))).toBe(false);
    }
    await me.link("nav.devices").click();
    await me.reads("resume.short");
    await page.goBack();
    await me.sees("wizard.resume");
    // Who scanned it before goes on.
    await me.button("wizard.toCodes").click();
    await me.sendsFreshPair("wizard.submit", 1);
    await me.sees("wizard.done");
    expect(seen.faults).toEqual([]);
  });

  it("that is left open too long assigns nothing and leaves nothing behind", async () => {
    await using seen = await arrive();
    const me = new Person(seen);
    await me.signsIn(bob);
    await me.sees("devices.title");
    await me.begins("too-long");
    await me.scans(2);
    await me.waitsLong();
    await me.sees("wizard.lost");
    await me.isRefused("wizard-expired");
    expect(await accessFaults(seen.page)).toEqual([]);
    await me.button("wizard.again").click();
    await me.sees("wizard.name");
    // The service goes by its own clock, whatever the page thinks.
    await me.field("name.label").fill("too-long");
    await me.button("name.submit").click();
    await me.sees("wizard.secret");
    await me.button("wizard.toCodes").click();
    service.advance(600);
    await me.sendsPair("wizard.submit", "123456", "654321");
    await me.sees("wizard.lost");
    await me.isRefused("wizard-expired");
    await me.link("nav.devices").click();
    await me.reads("devices.none");
    expect(seen.faults).toEqual([]);
  });

  it("that is begun anew in another tab is over in this one", async () => {
    await using seen = await arrive();
    const here = new Person(seen);
    await here.signsIn(bob);
    await here.sees("devices.title");
    await here.begins("first");
    await here.scans(2);
    await here.button("wizard.toCodes").click();
    const there = new Person(seen, await seen.anotherTab());
    await there.link("assign.link").click();
    await there.sees("wizard.resume");
    await there.button("wizard.anew").click();
    await there.field("name.label").fill("second");
    await there.button("name.submit").click();
    await there.sees("wizard.secret");
    await here.sendsFreshPair("wizard.submit", 2);
    await here.sees("wizard.lost");
    await here.isRefused("wizard-replaced");
    await there.button("wizard.cancel").click();
    await there.reads("notice.cancelled");
    await there.reads("devices.none");
    expect(seen.faults).toEqual([]);
  });

  it("in two tabs at once assigns the device in exactly one of them", async () => {
    await using seen = await arrive();
    const here = new Person(seen);
    await here.signsIn(carol);
    await here.sees("devices.title");
    await here.begins("two-tabs");
    await here.scans(3);
    await here.button("wizard.toCodes").click();
    const there = new Person(seen, await seen.anotherTab());
    await there.link("assign.link").click();
    await there.button("wizard.toCodes").click();
    const code1 = await here.reading(3);
    await here.waits();
    const code2 = await here.reading(3);
    await Promise.all([here, there].map((tab) => tab.sendsPair("wizard.submit", code1, code2)));
    const done = (tab: Person) => tab.page.getByText(seen.say("done.text"));
    const refused = (tab: Person) => tab.page.getByText(seen.say("refused.device-in-use"));
    await Promise.all([here, there].map((tab) => done(tab).or(refused(tab)).first().waitFor()));
    const counts = await Promise.all([here, there].map((tab) => done(tab).count()));
    expect(counts.toSorted()).toEqual([0, 1]);
    expect(seen.faults).toEqual([]);
  });
});

describe("a session", () => {
  const serve = (limits: ConsoleServiceOptions["limits"]): Promise<ConsoleService> =>
    serveConsole(limits === undefined ? {} : { limits });

  it("that nobody uses ends by itself, on the screen, too", async () => {
    await using own = await serve({ idleSeconds: 2 });
    await using seen = await arrive({ url: own.url });
    const me = new Person(seen);
    await me.signsIn(alice);
    await me.sees("devices.title");
    await me.sees("signIn.title");
    await me.reads("notice.expired");
    await seen.picture("en-31-expired");
    expect(await accessFaults(seen.page)).toEqual([]);
    expect(seen.faults).toEqual([]);
  });

  it("that is over answers the next act with the sign-in, and nothing is done", async () => {
    await using own = await serve({});
    await using seen = await arrive({ url: own.url });
    const me = new Person(seen);
    await me.signsIn(alice);
    await me.sees("devices.title");
    await me.link("assign.link").click();
    await me.sees("wizard.name");
    await me.field("name.label").fill("late");
    await seen.page.context().clearCookies();
    await me.button("name.submit").click();
    await me.sees("signIn.title");
    await me.signsIn(alice);
    await me.sees("wizard.name");
    await me.link("nav.devices").click();
    await me.reads("devices.none");
    expect(seen.faults).toEqual([]);
  });

  it("that ends in one tab ends in the other", async () => {
    await using own = await serve({});
    await using seen = await arrive({ url: own.url });
    const here = new Person(seen);
    await here.signsIn(admin);
    await here.sees("devices.title");
    const there = new Person(seen, await seen.anotherTab());
    await there.signsOut();
    await here.button("refresh").click();
    await here.sees("signIn.title");
    expect(seen.faults).toEqual([]);
  });

  it("outlives a service that does not answer for a while, which is told", async () => {
    await using own = await serve({});
    await using seen = await arrive({ url: own.url });
    const me = new Person(seen);
    await me.signsIn(alice);
    await me.sees("devices.title");
    await me.link("assign.link").click();
    await me.sees("wizard.name");
    await me.field("name.label").fill("phone");
    await seen.page.context().setOffline(true);
    await me.button("name.submit").click();
    await me.isRefused("offline");
    await seen.page.context().setOffline(false);
    await me.button("name.submit").click();
    await me.sees("wizard.secret");
    expect(seen.faults.filter((fault) => !fault.includes("net::"))).toEqual([]);
  });

  it("is throttled when passwords are guessed, and says for how long", async () => {
    await using own = await serve({});
    await using seen = await arrive({ url: own.url });
    const me = new Person(seen);
    for (let guess = 0; guess < 10; guess++) {
      const told = seen.page.waitForResponse(/sign-in$/);
      await me.signsIn({ ...alice, password: `guess ${guess}` });
      expect((await told).status()).toBe(403);
      // Taken before the next is sent.
      await me.isRefused("sign-in-refused");
    }
    await me.signsIn(alice);
    await me.isRefused("sign-in-throttled");
    const wait = seen.say("refusal.retryAfter", { span: "1[45]:[0-9]{2}" }).replace(/[.()]/g, ".");
    await seen.page.getByRole("alert").getByText(new RegExp(wait)).waitFor();
    expect(seen.faults).toEqual([]);
  });
});

/** Whatever the browser keeps for the page. */
function stored(page: Page): Promise<string> {
  return page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage, h: history.state })");
}
