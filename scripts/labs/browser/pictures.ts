// The pictures of the page for README and docs/mfa-workflow.md (npm run picture):
//
//   node scripts/labs/browser/pictures.ts FOLDER

import { Person } from "./testing/acts.ts";
import { openBrowser, visit } from "./testing/browser.ts";
import { PEOPLE, serveConsole } from "./testing/console-service.ts";

const WIDTH = 1160;

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("pictures.ts: name the folder\n");
  process.exit(2);
}

await using service = await serveConsole();
const browser = await openBrowser();
try {
  await using seen = await visit(browser, {
    url: service.url,
    language: "en",
    width: WIDTH,
  });
  const me = new Person(seen);
  const shoot = async (name: string, height: number): Promise<void> => {
    await seen.page.setViewportSize({ width: WIDTH, height });
    await seen.page.mouse.move(0, 0);
    await seen.page.evaluate("scrollTo(0, 0)");
    await seen.page.screenshot({ path: `${folder}/${name}` });
  };
  await me.signsIn(PEOPLE.alice);
  await me.sees("devices.title");
  await me.begins("alice-phone");
  await me.scans(1);
  await shoot("page-secret.png", 640);
  service.advance(13);
  await me.button("wizard.toCodes").click();
  await me.waits();
  await me.field("pair.code1").fill(await me.reading(1));
  await me.reads("pair.waiting", { seconds: 17 });
  await shoot("page-codes.png", 480);
  await me.waits();
  await me.field("pair.code2").fill(await me.reading(1));
  await me.button("wizard.submit").click();
  await me.sees("wizard.done");
  await me.signsOut();
  await me.signsIn(PEOPLE.alice);
  await me.sees("code.title");
  await me.turns(1, 300);
  await me.sendsCode(await me.reading(1));
  await me.isRefused("code-out-of-sync");
  await shoot("page-out-of-sync.png", 560);
} finally {
  await browser.close();
}
