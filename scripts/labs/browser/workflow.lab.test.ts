// The whole workflow on the page, as a person goes through it, in both languages. The tests of a
// language follow each other: they are one visit, by simulated time.

import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accessFaults } from "./testing/access.ts";
import { Person } from "./testing/acts.ts";
import { openBrowser, type Visit, visit } from "./testing/browser.ts";
import { type ConsoleService, PEOPLE, serveConsole } from "./testing/console-service.ts";

const { alice, admin, bob, carol, root } = PEOPLE;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe.each(["en", "ja"] as const)("the workflow on the page, in %s", (language) => {
  let service: ConsoleService;
  let seen: Visit;
  let me: Person;
  /** Saved by alice when she was shown it. */
  let saved = "";

  beforeAll(async () => {
    service = await serveConsole();
    seen = await visit(browser, { url: service.url, language });
    me = new Person(seen);
  });
  afterAll(async () => {
    await seen[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });
  let isBroken = false;
  beforeEach(() => {
    if (isBroken) throw new Error("a step before this one failed");
  });
  afterEach(({ task }) => {
    if (task.result?.state === "fail") isBroken = true;
    expect(seen.faults).toEqual([]);
  });

  /** Looks at a view: takes its picture, and checks that everybody can use it. */
  const look = async (name: string): Promise<void> => {
    await seen.picture(`${language}-${name}`);
    expect(await accessFaults(seen.page)).toEqual([]);
  };

  it("is in the language of the browser", async () => {
    await me.sees("signIn.title");
    expect(await seen.page.locator("html").getAttribute("lang")).toBe(language);
    await look("01-sign-in");
  });

  it("refuses a wrong password without telling what was wrong", async () => {
    await me.signsIn({ ...alice, password: "not this one" });
    await me.isRefused("sign-in-refused");
    await look("02-sign-in-refused");
  });

  it("signs in with a password alone as long as there is no device", async () => {
    await seen.page.reload();
    await me.signsIn(alice);
    await me.sees("devices.title");
    await me.reads("devices.none");
    await look("03-no-device");
  });

  it("refuses what is no name for a device", async () => {
    await me.link("assign.link").click();
    await me.sees("wizard.name");
    await me.field("name.label").fill("alice's phone");
    await me.button("name.submit").click();
    await me.isRefused("device-name-invalid");
    await look("04-name");
  });

  it("shows a QR code, and the secret when it is asked for; both can be saved", async () => {
    const { page, say } = seen;
    await me.field("name.label").fill("alice-phone");
    await me.button("name.submit").click();
    await me.sees("wizard.secret");
    const text = page.locator("#secret-text");
    expect(await text.isVisible()).toBe(false);
    await me.button("secret.show").click();
    saved = ((await text.textContent()) ?? "").replaceAll(" ", "");
    expect(saved).toMatch(/^[A-Z2-7]{64}$/);
    await me.button("secret.copy").click();
    await me.reads("secret.copied");
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(saved);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      me.button("secret.download").click(),
    ]);
    expect(download.suggestedFilename()).toBe("alice-phone.mfa-secret.txt");
    expect(readFileSync(await download.path(), "utf8")).toContain(saved);
    await page.getByRole("img", { name: say("secret.qrAlt", { name: "alice-phone" }) }).waitFor();
    await me.scans(1);
    await look("05-secret");
  });

  it("waits for the next code in sight of everybody", async () => {
    await me.button("wizard.toCodes").click();
    await me.sees("wizard.codes");
    await me.field("pair.code1").fill(await me.reading(1));
    await me.reads("pair.waiting", { seconds: 30 });
    await look("06-codes");
  });

  it("tells what is wrong with codes that are no pair", async () => {
    const submit = "wizard.submit";
    const first = await me.reading(1);
    await me.sendsPair(submit, first, "12345");
    await me.reads("refused.code-malformed");
    await me.sendsPair(submit, first, first);
    await me.isRefused("codes-same");
    await look("07-codes-same");
    await me.sendsPair(submit, "000000", "000000" === first ? "999999" : "111111");
    await me.isRefused("codes-wrong");
    await me.waits();
    const second = await me.reading(1);
    await me.sendsPair(submit, second, first);
    await me.isRefused("codes-swapped");
    await me.waits();
    await me.sendsPair(submit, first, await me.reading(1));
    await me.isRefused("codes-not-consecutive");
    await me.turns(1, -300);
    await me.turns(1, -300);
    await me.turns(1, -300);
    await me.sendsFreshPair(submit, 1);
    await me.isRefused("codes-too-late");
    await look("08-codes-too-late");
    await me.setsRight(1);
  });

  it("assigns the device by codes that come late, and says that it is out of sync", async () => {
    const code1 = await me.reading(1);
    await me.waits();
    const code2 = await me.reading(1);
    await me.waits(5);
    await me.sendsPair("wizard.submit", code1, code2);
    await me.sees("wizard.done");
    await me.reads("done.lateText");
    await look("09-late");
  });

  it("offers the resync at sign-in, and then signs in with the next code", async () => {
    await me.signsOut();
    await me.signsIn(alice);
    await me.sees("code.title");
    await me.reads("code.outOfSync");
    await me.waits();
    await me.sendsCode(await me.reading(1));
    await me.isRefused("code-out-of-sync");
    await look("10-out-of-sync");
    await me.button("code.resync").first().click();
    await me.sees("resync.title");
    await look("11-resync-at-sign-in");
    await me.waits();
    await me.sendsFreshPair("resync.submit", 1);
    await me.sees("code.title");
    await me.reads("notice.resyncedAtSignIn");
    await me.waits();
    await me.sendsCode(await me.reading(1));
    await me.sees("devices.title");
    await look("12-devices");
  });

  it("refuses a code that was used, and one that is wrong", async () => {
    const used = await me.reading(1);
    await me.signsOut();
    await me.signsIn(alice);
    await me.sees("code.title");
    await me.sendsCode("12");
    await me.reads("refused.code-malformed");
    await me.sendsCode(used);
    await me.isRefused("code-repeated");
    await look("13-code-repeated");
    await me.sendsCode(used === "000000" ? "111111" : "000000");
    await me.isRefused("code-wrong");
    await me.waits();
    await me.sendsCode(await me.reading(1));
    await me.sees("devices.title");
  });

  it("refuses the codes of a clock that drifted away, until a resync", async () => {
    await me.turns(1, 300);
    await me.signsOut();
    await me.signsIn(alice);
    await me.sees("code.title");
    await me.sendsCode(await me.reading(1));
    await me.isRefused("code-out-of-sync");
    await me.button("code.resync").first().click();
    await me.waits();
    await me.sendsFreshPair("resync.submit", 1);
    await me.sees("code.title");
    await me.waits();
    await me.sendsCode(await me.reading(1));
    await me.sees("devices.title");
  });

  it("resynchronizes from the view of the device, too", async () => {
    await me.manages("alice-phone");
    await look("14-device");
    await me.setsRight(1);
    await me.link("resync.link").click();
    await me.sees("resync.title");
    await look("14-resync");
    // The clock went back five minutes: until it is past what was used, its codes count as used.
    await me.sendsFreshPair("resync.submit", 1);
    await me.isRefused("codes-repeated");
    await me.waits(12);
    await me.sendsFreshPair("resync.submit", 1);
    await me.reads("notice.resynced", { name: "alice-phone" });
  });

  it("deactivates a device, after which a password is enough", async () => {
    await me.button("deactivate.link").click();
    await me.page.getByRole("dialog").waitFor();
    await look("15-deactivate");
    await me.button("deactivate.doIt").last().click();
    await me.reads("notice.deactivated", { name: "alice-phone" });
    await me.reads("stateText.inactive");
    await me.signsOut();
    await me.signsIn(alice);
    await me.sees("devices.title");
  });

  it("sets the same device up again from the saved secret, and from no other", async () => {
    await me.manages("alice-phone");
    await me.link("again.link").click();
    await me.sees("again.title");
    await me.field("again.label").fill("nothing");
    await me.button("again.submit").click();
    await me.isRefused("secret-malformed");
    await me.field("again.label").fill("A".repeat(64));
    await me.button("again.submit").click();
    await me.isRefused("secret-not-of-device");
    await look("16-set-up-again");
    await me.field("again.label").fill((saved.toLowerCase().match(/.{4}/g) ?? []).join(" "));
    await me.button("again.submit").click();
    await me.reads("again.shownLead");
    await me.scans(2);
    expect(await me.reading(2)).toBe(await me.reading(1));
    await look("17-set-up-again-qr");
    await me.link("enable.link").click();
    await me.sees("enable.title");
    await look("18-enable");
    await me.waits();
    await me.sendsFreshPair("wizard.submit", 2);
    await me.sees("wizard.done");
    await me.reads("done.text");
    await look("19-assigned");
    await me.signsOut();
    await me.signsInWith(alice, 1);
  });

  it("replaces a device: it is deactivated first, and the old token is void", async () => {
    await me.manages("alice-phone");
    await me.button("replace.link").click();
    await me.reads("replace.askInUse");
    await look("19-replace-it");
    await me.button("replace.doIt").click();
    await me.sees("wizard.secret");
    await me.scans(3);
    await me.button("wizard.toCodes").click();
    await me.sendsFreshPair("wizard.submit", 3);
    await me.sees("wizard.done");
    await me.signsOut();
    await me.signsIn(alice);
    await me.sees("code.title");
    await me.waits();
    await me.sendsCode(await me.reading(2));
    await me.isRefused("code-wrong");
    await me.sendsCode(await me.reading(3));
    await me.sees("devices.title");
    await me.signsOut();
  });

  it("helps who lost a device: by codes of a mail and of the phone to a new one", async () => {
    await me.loses(3);
    await me.signsIn(alice);
    await me.sees("code.title");
    await me.button("waysOut.troubleshoot").click();
    await me.sees("recovery.title");
    const mailed = await me.latestMail("email");
    await me.field("recovery.emailCode").fill(mailed === "000000" ? "111111" : "000000");
    await me.button("recovery.submit").click();
    await me.isRefused("recovery-code-wrong");
    await look("20-troubleshoot");
    await me.field("recovery.emailCode").fill(mailed);
    await me.button("recovery.submit").click();
    await me.field("recovery.phoneCode").fill(await me.latestMail("phone"));
    await look("21-troubleshoot-phone");
    await me.button("recovery.submit").click();
    await me.sees("devices.title");
    await me.reads("restricted.title");
    await look("22-restricted");
    await me.manages("alice-phone");
    await me.button("replace.link").click();
    await me.button("replace.doIt").click();
    await me.sees("wizard.secret");
    await me.scans(3);
    await me.button("wizard.toCodes").click();
    await me.sendsFreshPair("wizard.submit", 3);
    await me.sees("wizard.done");
    await me.signsOut();
    await me.signsInWith(alice, 3);
    await me.signsOut();
  });

  it("lets administrators see users, and assign one device to each, no more", async () => {
    const { page, say } = seen;
    await me.signsIn(admin);
    await me.sees("devices.title");
    await me.link("nav.users").click();
    await me.sees("users.title");
    await me.reads("users.oneDevice");
    await me.linkOf("assign.link", "bob").waitFor();
    expect(await me.linkOf("assign.link", "alice").count()).toBe(0);
    await look("23-users");
    await me.linkOf("assign.link", "bob").click();
    await me.sees("wizard.name");
    await me.field("name.label").fill("bob-phone");
    await me.button("name.submit").click();
    await me.sees("wizard.secret");
    await me.scans(1);
    await me.button("wizard.toCodes").click();
    await me.sendsFreshPair("wizard.submit", 1);
    await page.getByText(say("done.title", { name: "bob-phone", holder: "bob" })).waitFor();
    await page.goto(`${service.url}/#/assign/alice`);
    await me.sees("wizard.name");
    await me.field("name.label").fill("second");
    await me.button("name.submit").click();
    await me.isRefused("device-limit");
    await look("24-one-device");
    await me.signsOut();
    await me.signsInWith(bob, 1);
    await me.signsOut();
  });

  it("lets administrators take the devices of others out of use, and delete them", async () => {
    const { page, say } = seen;
    const name = "alice-phone";
    await me.signsIn(admin);
    await me.sees("devices.title");
    await me.manages(name);
    await me.button("deactivate.link").click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: say("deactivate.doIt") })
      .click();
    await me.reads("notice.deactivated", { name });
    await me.button("delete.link").click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: say("delete.doIt") })
      .click();
    await me.sees("devices.title");
    await me.reads("notice.deleted", { name });
    expect(await me.linkOf("device.manage", name).count()).toBe(0);
    await me.signsOut();
  });

  it("keeps the names of devices apart", async () => {
    await me.signsIn(carol);
    await me.sees("devices.title");
    await me.link("assign.link").click();
    await me.field("name.label").fill("bob-phone");
    await me.button("name.submit").click();
    await me.isRefused("device-name-taken");
    await me.field("name.label").fill("root-account-mfa-device");
    await me.button("name.submit").click();
    await me.isRefused("device-name-reserved");
    await me.signsOut();
  });

  it("assigns root's own device, with root's sign-in", async () => {
    await me.signsIn(root);
    await me.sees("devices.title");
    await me.assigns("root-account-mfa-device", 2);
    await look("25-root");
    await me.signsOut();
    await me.signsInWith(root, 2);
    await me.signsOut();
  });
});
