// Devices that are locked, or one of several; and the bench: its tokens, and a server without it.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessFaults } from "./testing/access.ts";
import { Person } from "./testing/acts.ts";
import { openBrowser, type Visit, visit } from "./testing/browser.ts";
import { PEOPLE, serveConsole } from "./testing/console-service.ts";

const { alice } = PEOPLE;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const arrive = ({ url }: { readonly url: string }): Promise<Visit> =>
  visit(browser, { url, language: "en" });

describe("a device", () => {
  it("is locked after ten wrong codes in a row, and says for how long", async () => {
    await using own = await serveConsole();
    await using seen = await arrive({ url: own.url });
    const me = new Person(seen);
    await me.signsIn(alice);
    await me.sees("devices.title");
    await me.assigns("phone", 1);
    await me.signsOut();
    await me.signsIn(alice);
    await me.sees("code.title");
    await me.waits();
    const right = await me.reading(1);
    const wrong = right === "000000" ? "111111" : "000000";
    for (let guess = 0; guess < 10; guess++) {
      const told = seen.page.waitForResponse(/sign-in\/code$/);
      await me.sendsCode(wrong);
      expect((await told).ok()).toBe(false);
    }
    await me.sendsCode(right);
    await me.isRefused("device-locked");
    expect(await accessFaults(seen.page)).toEqual([]);
    expect(seen.faults).toEqual([]);
  });

  it("is chosen at sign-in where people may have several", async () => {
    await using own = await serveConsole({ devicesPerUser: 8 });
    await using seen = await arrive({ url: own.url });
    const me = new Person(seen);
    await me.signsIn(alice);
    await me.sees("devices.title");
    await me.assigns("phone", 1);
    await me.signsOut();
    await me.signsInWith(alice, 1);
    await me.assigns("tablet", 2);
    await me.signsOut();
    await me.signsIn(alice);
    await me.sees("code.title");
    await me.waits();
    await me.field("code.device").selectOption({ label: "tablet" });
    expect(await accessFaults(seen.page)).toEqual([]);
    await me.sendsCode(await me.reading(2));
    await me.sees("devices.title");
    expect(seen.faults).toEqual([]);
  });
});

describe("a server without a bench", () => {
  it("shows nothing to try, asks for none of it, and points to administrators", async () => {
    await using own = await serveConsole({ hasBench: false });
    await using seen = await arrive({ url: own.url });
    const { page, say } = seen;
    const me = new Person(seen);
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(new URL(request.url()).pathname));
    await me.signsIn(alice);
    await me.sees("devices.title");
    await me.begins("phone");
    await me.button("secret.show").click();
    const secret = ((await page.locator("#secret-text").textContent()) ?? "").replaceAll(" ", "");
    await me.button("wizard.toCodes").click();
    const codes = own.codesOf(secret);
    await me.sendsPair("wizard.submit", codes.before, codes.now);
    await me.sees("wizard.done");
    await seen.picture("en-40-no-bench");
    await me.signsOut();
    await me.signsIn(alice);
    await me.sees("code.title");
    await me.reads("waysOut.lostAsk");
    expect(await accessFaults(page)).toEqual([]);
    for (const words of ["bench.jump", "demo.title", "bench.tokens"] as const) {
      expect(await page.getByText(say(words)).count()).toBe(0);
    }
    expect(asked.filter((path) => path.includes("/lab/"))).toEqual([]);
    expect(seen.faults).toEqual([]);
  });
});

describe("a token of the bench", () => {
  it("takes a secret that is typed, runs away as told, and is wiped", async () => {
    await using own = await serveConsole();
    await using seen = await arrive({ url: own.url });
    const { page, say } = seen;
    const me = new Person(seen);
    const name = say("fob.name", { number: 2 });
    const fob = me.fob(2);
    await fob.locator("summary").last().click();
    await fob.getByLabel(say("fob.type")).fill("not a secret!");
    await me.buttonOf(say("fob.put"), name).click();
    await fob.getByText(say("refused.secret-malformed")).waitFor();
    await fob.getByLabel(say("fob.type")).fill("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    await me.buttonOf(say("fob.put"), name).click();
    await fob.locator(".ring").waitFor();
    await fob.locator("summary").first().click();
    await fob.getByLabel(say("fob.rate")).fill("100000");
    await me.buttonOf(say("fob.setRate"), name).click();
    await fob.getByText("100000 ppm").waitFor();
    await me.waitsLong();
    await fob.getByText("+1 min").first().waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await me.loses(2);
    await fob.getByText(say("fob.empty")).waitFor();
    expect(seen.faults).toEqual([]);
  });
});
