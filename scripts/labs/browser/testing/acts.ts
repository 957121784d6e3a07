// What a person does on the page, in either language: what they see is looked up by its words.

import type { Locator, Page, Response } from "playwright-core";
import type { SignIn } from "../../../../service/page/contract.ts";
import type { EN } from "../../../../service/page/web/i18n/en.ts";
import { ofWhich } from "../../../../service/page/web/parts/of-which.ts";
import { offsetText } from "../../../../service/page/web/parts/offset-text.ts";
import type { Visit } from "./browser.ts";

/** Two frames: an answer is taken, and drawn. A tab behind another has none, and waits a little. */
const DRAWN = `new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(done));
  setTimeout(done, 50);
})`;

/** Keys of the page's words. */
export type Key = keyof typeof EN;

/** A person in front of the page. */
export class Person {
  readonly visit: Visit;
  readonly page: Page;

  constructor(visit: Visit, page: Page = visit.page) {
    this.visit = visit;
    this.page = page;
  }

  /** A button by its words. */
  button(key: Key, values = {}): Locator {
    return this.page.getByRole("button", { name: this.visit.say(key, values), exact: true });
  }

  /** A button of a row, such as a token: `words` are on it. */
  buttonOf(words: string, row: string): Locator {
    return this.page.getByRole("button", { name: ofWhich(words, row), exact: true });
  }

  linkOf(key: Key, row: string): Locator {
    const name = ofWhich(this.visit.say(key), row);
    return this.page.getByRole("link", { name, exact: true });
  }

  link(key: Key, values = {}): Locator {
    return this.page.getByRole("link", { name: this.visit.say(key, values), exact: true });
  }

  field(key: Key): Locator {
    return this.page.getByLabel(this.visit.say(key), { exact: true });
  }

  /** Waits until a view is shown, and for its heading to have the focus. */
  async sees(key: Key): Promise<void> {
    const name = this.visit.say(key);
    await this.page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  }

  /** Waits for words anywhere in the view. */
  async reads(key: Key, values = {}): Promise<void> {
    await this.page.locator("main").getByText(this.visit.say(key, values)).first().waitFor();
  }

  /** Waits for a refusal, which is an alert, and its remedy beside it. */
  async isRefused(id: string): Promise<void> {
    const { say } = this.visit;
    const alert = this.page
      .getByRole("alert")
      .filter({ hasText: say(`refused.${id}` as Key) })
      .filter({ hasText: say(`remedy.${id}` as Key) });
    await alert.first().waitFor();
  }

  /** Name and password; whatever comes of it. */
  async signsIn(who: SignIn): Promise<void> {
    const { page } = this;
    await this.sees("signIn.title");
    if (who.kind === "root") {
      await page.getByRole("radio", { name: this.visit.say("signIn.rootKind") }).check();
      await this.field("signIn.email").fill(who.email);
    } else {
      await this.field("signIn.account").fill(who.account);
      await this.field("signIn.user").fill(who.user);
    }
    await this.field("signIn.password").fill(who.password);
    await this.button("signIn.submit").click();
  }

  async signsOut(): Promise<void> {
    await this.button("bar.signOut").click();
    await this.sees("signIn.title");
  }

  /** What a token shows; its number is from 1. */
  async reading(fob: number): Promise<string> {
    const label = await this.fob(fob).getByRole("img").getAttribute("aria-label");
    return (label ?? "").replace(/\D/g, "");
  }

  fob(number: number): Locator {
    return this.page.locator(".fob").nth(number - 1);
  }

  /** Puts the clock of codes on, by the buttons of the page. */
  async waits(steps = 1): Promise<void> {
    for (let step = 0; step < steps; step++) {
      await this.#thenFobs(() => this.button("clock.forward30").click());
    }
  }

  /** Ten minutes. */
  async waitsLong(): Promise<void> {
    await this.#thenFobs(() => this.button("clock.forward600").click());
  }

  /** Scans the QR code with a token. */
  async scans(fob: number): Promise<void> {
    const { say } = this.visit;
    const name = say("fob.name", { number: fob });
    await this.#thenTold("/lab/fobs/secret", () => this.buttonOf(say("fob.scan"), name).click());
    // Only a token with a secret has seconds that run out.
    await this.fob(fob).locator(".ring").waitFor();
  }

  /** Turns the clock of a token by 30 or 300 seconds, either way. */
  async turns(fob: number, bySeconds: number): Promise<void> {
    const { say } = this.visit;
    const name = say("fob.name", { number: fob });
    const units = { minutes: say("unit.minutes"), seconds: say("unit.seconds") };
    const by = offsetText(bySeconds, units);
    await this.#opens(fob, "fob.clock");
    await this.#thenTold("/lab/fobs/clock", () => this.buttonOf(by, name).click());
  }

  /** Sets the clock of a token right. */
  async setsRight(fob: number): Promise<void> {
    const { say } = this.visit;
    const name = say("fob.name", { number: fob });
    await this.#opens(fob, "fob.clock");
    await this.#thenTold("/lab/fobs/clock", () => this.buttonOf(say("fob.set"), name).click());
  }

  /** Wipes a token, as one that is lost. */
  async loses(fob: number): Promise<void> {
    const { say } = this.visit;
    const name = say("fob.name", { number: fob });
    await this.#opens(fob, "fob.secret");
    await this.#thenTold("/lab/fobs/clear", () => this.buttonOf(say("fob.clear"), name).click());
  }

  /** Types a pair and sends it; `key` is what the button says. */
  async sendsPair(key: Key, code1: string, code2: string): Promise<void> {
    await this.field("pair.code1").fill(code1);
    await this.field("pair.code2").fill(code2);
    await this.button(key).click();
  }

  /** Types the code a token shows, waits for the next, and types that. */
  async sendsFreshPair(key: Key, fob: number): Promise<void> {
    await this.field("pair.code1").fill(await this.reading(fob));
    await this.reads("pair.waitingHeard");
    await this.waits();
    await this.reads("pair.ready");
    await this.field("pair.code2").fill(await this.reading(fob));
    await this.button(key).click();
  }

  /** Sends the code of sign-in. */
  async sendsCode(code: string): Promise<void> {
    await this.field("code.code").fill(code);
    await this.button("code.submit").click();
  }

  /** Signs in with the next code of a token. */
  async signsInWith(who: SignIn, fob: number): Promise<void> {
    await this.signsIn(who);
    await this.sees("code.title");
    await this.waits();
    await this.sendsCode(await this.reading(fob));
    await this.sees("devices.title");
  }

  /** Goes to the view of a device by the list. */
  async manages(name: string): Promise<void> {
    await this.link("nav.devices").click();
    await this.sees("devices.title");
    await this.linkOf("device.manage", name).click();
    await this.reads("device.acts");
  }

  /** From the list to the QR code of a new device. */
  async begins(name: string): Promise<void> {
    await this.link("assign.link").click();
    await this.sees("wizard.name");
    await this.field("name.label").fill(name);
    await this.button("name.submit").click();
    await this.sees("wizard.secret");
  }

  /** The whole wizard. */
  async assigns(name: string, fob: number): Promise<void> {
    await this.begins(name);
    await this.scans(fob);
    await this.button("wizard.toCodes").click();
    await this.sendsFreshPair("wizard.submit", fob);
    await this.sees("wizard.done");
  }

  /** The latest message of the test mailbox. */
  async latestMail(channel: "email" | "phone"): Promise<string> {
    await this.#thenTold("/lab/mail", () => this.button("bench.lookAgain").click());
    const mail = this.page.locator(".mail").first();
    const to = channel === "email" ? "@" : "5642";
    await mail.filter({ hasText: to }).waitFor();
    return (await mail.locator(".code").textContent()) ?? "";
  }

  async #opens(fob: number, key: Key): Promise<void> {
    const details = this.fob(fob)
      .locator("details")
      .filter({ has: this.page.locator("summary", { hasText: this.visit.say(key) }) });
    const isOpen = await details.evaluate((element) => element.hasAttribute("open"));
    if (!isOpen) await details.locator("summary").click();
  }

  async #thenFobs(act: () => Promise<void>): Promise<void> {
    await this.#thenTold("/lab/clock", () => this.#thenTold("/lab/fobs", act));
  }

  /** Does something, and waits for the answer of the service that it leads to, and for its show. */
  async #thenTold(path: string, act: () => Promise<void>): Promise<void> {
    const isIt = (response: Response): boolean =>
      new URL(response.url()).pathname === `/console/api${path}`;
    const told = this.page.waitForResponse(isIt);
    await act();
    await (await told).finished();
    await this.page.evaluate(DRAWN);
  }
}
