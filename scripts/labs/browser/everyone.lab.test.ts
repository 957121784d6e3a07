// The page for everybody: on a phone, by the keyboard alone, in the other language; and what a
// first visit costs.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessFaults } from "./testing/access.ts";
import { Person } from "./testing/acts.ts";
import { openBrowser, type Visit, visit } from "./testing/browser.ts";
import { type ConsoleService, PEOPLE, serveConsole } from "./testing/console-service.ts";

const { alice } = PEOPLE;
const FIRST_LOAD_KIB = 200;
const PHONE = { width: 360, height: 740 };

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

describe.each(["en", "ja"] as const)("on a phone, in %s", (language) => {
  it("every view fits its width", async () => {
    await using own = await serveConsole();
    await using seen = await arrive({ url: own.url, language, ...PHONE, isDark: true });
    const me = new Person(seen);
    const name = `alice-phone-${"long".repeat(20)}`;
    const fits = async (name: string): Promise<void> => {
      await seen.picture(`${language}-phone-${name}`);
      const width = await seen.page.evaluate("document.documentElement.scrollWidth");
      expect([name, width]).toEqual([name, PHONE.width]);
      expect(await accessFaults(seen.page)).toEqual([]);
    };
    await fits("1-sign-in");
    // The tokens are below; a button leads there and back.
    await me.button("bench.jump").click();
    await me.button("bench.back").click();
    await me.button("bench.jump").waitFor();
    // On a wide window they are beside the view.
    await seen.page.setViewportSize({ width: 1280, height: 740 });
    expect(await seen.page.locator(".jump").isVisible()).toBe(false);
    await seen.page.setViewportSize(PHONE);
    await me.signsIn(alice);
    await me.sees("devices.title");
    await me.begins(name);
    await me.button("secret.show").click();
    await fits("2-secret");
    await me.scans(1);
    await me.button("wizard.toCodes").click();
    await me.field("pair.code1").fill(await me.reading(1));
    await fits("3-codes");
    await me.sendsFreshPair("wizard.submit", 1);
    await me.sees("wizard.done");
    await fits("4-done");
    await me.signsOut();
    await me.signsIn(alice);
    await me.sees("code.title");
    await fits("5-code");
    await me.waits();
    await me.sendsCode(await me.reading(1));
    await me.sees("devices.title");
    await me.manages(name);
    await fits("6-device");
    await me.button("replace.link").click();
    await fits("7-replace");
    await seen.page.keyboard.press("Escape");
    await me.link("nav.users").click();
    await me.sees("users.title");
    await fits("8-users");
    expect(seen.faults).toEqual([]);
  });
});

describe("without a mouse", () => {
  it("the page is used by the keyboard alone, and the focus goes where the eyes go", async () => {
    await using own = await serveConsole();
    await using seen = await arrive({ url: own.url });
    const { page, say } = seen;
    const { keyboard } = page;
    const me = new Person(seen);
    const focused = (): Promise<string> =>
      page.evaluate("document.activeElement.textContent || document.activeElement.name");
    const isOn = (what: string): Promise<void> => expect.poll(focused).toBe(what);
    await keyboard.press("Tab");
    await isOn(say("skip"));
    await keyboard.press("Enter");
    await isOn(say("signIn.title"));
    await keyboard.press("Tab");
    await keyboard.press("Tab");
    await keyboard.type(alice.account);
    await keyboard.press("Tab");
    await keyboard.type(alice.user);
    await keyboard.press("Tab");
    await keyboard.type(alice.password);
    await keyboard.press("Enter");
    await me.sees("devices.title");
    await isOn(say("devices.title"));
    await me.link("assign.link").focus();
    await keyboard.press("Enter");
    await me.sees("wizard.name");
    await isOn(say("wizard.name"));
    await keyboard.press("Tab");
    await keyboard.type("not a name");
    await keyboard.press("Enter");
    await me.isRefused("device-name-invalid");
    await isOn("name");
    await me.field("name.label").fill("by-keyboard");
    await keyboard.press("Enter");
    await me.sees("wizard.secret");
    await isOn(say("wizard.secret"));
    await me.scans(1);
    await me.button("wizard.toCodes").focus();
    await keyboard.press("Enter");
    await isOn(say("wizard.codes"));
    await keyboard.press("Tab");
    await isOn("code1");
    const first = await me.reading(1);
    await keyboard.type(first);
    // Screen readers hear the wait and its end, in words that do not change every second.
    const status = page.locator(".countdown [role=status]");
    await expect.poll(() => status.textContent()).toBe(say("pair.waitingHeard"));
    await me.button("clock.forward30").focus();
    await keyboard.press("Enter");
    await expect.poll(() => status.textContent()).toBe(say("pair.ready"));
    await me.field("pair.code2").focus();
    await expect.poll(() => me.reading(1)).not.toBe(first);
    await keyboard.type(await me.reading(1));
    await keyboard.press("Enter");
    await me.sees("wizard.done");
    expect(seen.faults).toEqual([]);
  });

  it("a dialog keeps the focus, closes with Escape and gives the focus back", async () => {
    await using own = await serveConsole();
    await using seen = await arrive({ url: own.url });
    const { page, say } = seen;
    const me = new Person(seen);
    await me.signsIn(alice);
    await me.sees("devices.title");
    await me.assigns("phone", 1);
    // Who signed in by a password alone may not take the device out of use.
    await me.manages("phone");
    await me.reads("remedy.mfa-needed");
    expect(await me.button("deactivate.link").count()).toBe(0);
    await me.signsOut();
    await me.signsInWith(alice, 1);
    await me.manages("phone");
    await me.button("deactivate.link").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    for (let press = 0; press < 5; press++) await page.keyboard.press("Tab");
    const isInside =
      "document.querySelector('dialog').contains(document.activeElement) || document.activeElement === document.body";
    expect(await page.evaluate(isInside)).toBe(true);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect
      .poll(() => page.evaluate("document.activeElement.textContent"))
      .toBe(say("deactivate.link"));
    expect(seen.faults).toEqual([]);
  });

  it("the language changes in place and stays chosen", async () => {
    await using seen = await arrive();
    const { page } = seen;
    await page.getByRole("button", { name: "日本語" }).click();
    await page.getByRole("heading", { level: 1, name: "サインイン" }).waitFor();
    expect(await page.title()).toContain("サインイン");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "サインイン" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("ja");
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    expect(seen.faults).toEqual([]);
  });
});

describe("a first visit", () => {
  it(`loads at most ${FIRST_LOAD_KIB} KiB`, async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    await client.send("Network.enable");
    let bytes = 0;
    client.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.goto(service.url, { waitUntil: "networkidle" });
    await context.close();
    const kib = Math.round((bytes / 1024) * 10) / 10;
    process.stdout.write(`page first load ${kib} KiB compressed (goal ${FIRST_LOAD_KIB})\n`);
    expect(bytes).toBeGreaterThan(10_000);
    expect(kib).toBeLessThanOrEqual(FIRST_LOAD_KIB);
  });
});
