// What a person types, `oathbed serve --demo`, and the first thing they do with it.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Person } from "./testing/acts.ts";
import { openBrowser, visit } from "./testing/browser.ts";

const LAUNCHER = fileURLToPath(new URL("../../../bin/oathbed.js", import.meta.url));

let browser: Browser;
let served: ChildProcess;
let url = "";

beforeAll(async () => {
  browser = await openBrowser();
  served = spawn(process.execPath, [LAUNCHER, "serve", "--demo", "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (served.stdout === null) throw new Error("the service has no output");
  const ended = once(served, "exit").then(([code]) => {
    throw new Error(`oathbed serve --demo ended with ${code} before it was ready`);
  });
  const [line] = await Promise.race([once(createInterface(served.stdout), "line"), ended]);
  url = (JSON.parse(String(line)) as { readonly url: string }).url;
});
afterAll(async () => {
  await browser.close();
  if (served.exitCode !== null) return;
  served.kill("SIGTERM");
  await once(served, "exit");
});

it("the demo assigns a device to somebody of its own, and asks for its code", async () => {
  await using seen = await visit(browser, { url, language: "en" });
  const me = new Person(seen);
  const people = seen.page.getByRole("region", { name: seen.say("demo.title") });
  await people.getByRole("button").first().click();
  await me.button("signIn.submit").click();
  await me.sees("devices.title");
  // A busy computer could take longer than a code lasts.
  await me.button("clock.freeze").click();
  await seen.page.getByText(seen.say("clock.frozen"), { exact: true }).waitFor();
  await me.assigns("my-phone", 1);
  await me.signsOut();
  await people.getByRole("button").first().click();
  await me.button("signIn.submit").click();
  await me.sees("code.title");
  await me.waits();
  await me.sendsCode(await me.reading(1));
  await me.sees("devices.title");
  await me.linkOf("device.manage", "my-phone").waitFor();
  expect(seen.faults).toEqual([]);
});
