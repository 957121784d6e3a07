// The page as `oathbed serve` starts it: the demo, flags that do not belong together, hashes.

import { afterAll, beforeAll, expect, test } from "vitest";
import { isPassword } from "../../service/page/password-hash.ts";
import { oathbed, startOathbed } from "../testing/oathbed.ts";
import { type Scratch, scratch } from "../testing/scratch.ts";

let folder: Scratch;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder[Symbol.asyncDispose]());

test("the demo is up by one command, and says whom to sign in as", async () => {
  await using served = startOathbed(["serve", "--demo", "--port", "0"]);
  const url = await served.says(/ready (\S+)/);
  expect(served.terminal.errText).toContain(`open ${url}/ and sign in`);
  expect(served.terminal.errText).toMatch(/root {3}root@one\.example {2}password demo-root/);
  const about = await (await fetch(`${url}/console/api/about`)).json();
  expect(about).toMatchObject({
    devicesPerUser: 1,
    lab: { fobs: true, mailbox: true, clock: true },
  });
  const signed = await fetch(`${url}/`, { method: "POST", body: "Action=ListUsers" });
  expect(await signed.text()).toContain("MissingAuthenticationToken");
  const page = await fetch(`${url}/`);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await page.text()).toContain("<!doctype html>");
  expect((await served.stop("SIGTERM")).exitCode).toBe(0);
});

test("a config with a hash serves the page, with nothing to try", async () => {
  const hashed = await oathbed(["serve", "--hash-password"], { input: "a password\n" });
  expect(hashed.exitCode).toBe(0);
  const passwordHash = hashed.out.trim();
  expect(await isPassword("a password", passwordHash)).toBe(true);
  const config = await folder.write(
    "iam.json",
    JSON.stringify({
      version: 1,
      accounts: [{ id: "123456789012", users: [{ name: "ada", manages: "self", passwordHash }] }],
    }),
  );
  const words = ["serve", "--iam", "--config", config, "--page", "--state", "memory", "--json"];
  await using served = startOathbed([...words, "--port", "0"]);
  const url = await served.says(/"page":"(\S+?)\/"/);
  const about = await (await fetch(`${url}/console/api/about`)).json();
  expect(about).toMatchObject({ demo: null, lab: { fobs: false, mailbox: false, clock: false } });
});

test.each([
  [["--page"], "--page needs --iam --config FILE"],
  [["--fobs", "3"], "--fobs belongs to --page"],
  [["--demo", "--config", "iam.json"], "--demo brings its own accounts"],
  [["--demo", "--host", "0.0.0.0"], "for this computer only"],
  [["--demo", "--fobs", "21"], "fobs"],
])("%j is refused", async (flags, message) => {
  const { exitCode, err } = await oathbed(["serve", "--state", "memory", "--port", "0", ...flags]);
  expect(exitCode).toBe(2);
  expect(err).toContain(message);
});
