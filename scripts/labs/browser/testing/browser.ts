// Chromium of the system, without a window, and visits in it that notice what a page must not do:
// requests to elsewhere, errors, breaches of its policy.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page, type Response } from "playwright-core";
import { EN } from "../../../../service/page/web/i18n/en.ts";
import { filled, type Values } from "../../../../service/page/web/i18n/filled.ts";
import { JA } from "../../../../service/page/web/i18n/ja.ts";

/** Debian's; another with CHROMIUM=PATH. */
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** Where pictures go; they are artifacts of CI. */
const PICTURES = "reports/browser";
const PATIENCE_MS = 20_000;

/** Languages of the page. */
export type Language = "en" | "ja";

const TABLES: Readonly<Record<Language, Readonly<Record<keyof typeof EN, string>>>> = {
  en: EN,
  ja: JA,
};
const LOCALES: Readonly<Record<Language, string>> = { en: "en-US", ja: "ja-JP" };

/** Words of a language, with their places filled. */
export type Say = (key: keyof typeof EN, values?: Values) => string;

/** A visit: a browser of its own, with its cookies, and what went wrong in it. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  readonly language: Language;
  readonly say: Say;
  /** Errors, policy breaches and requests to elsewhere so far; none is how it should be. */
  readonly faults: readonly string[];
  /** Another tab of the same visitor. */
  readonly anotherTab: () => Promise<Page>;
  /** Takes a picture of the window as it is; `name` without ending. */
  readonly picture: (name: string) => Promise<void>;
}

/** @see visit */
export interface VisitOptions {
  readonly url: string;
  readonly language: Language;
  readonly width?: number;
  readonly height?: number;
  readonly isDark?: boolean;
}

/** Starts the browser. */
export function openBrowser(): Promise<Browser> {
  mkdirSync(PICTURES, { recursive: true });
  return chromium.launch({
    executablePath: CHROMIUM,
    // Root may not use its sandbox; and /dev/shm is small in containers.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"],
  });
}

/** Opens the page as a visitor who was never here. */
export async function visit(browser: Browser, options: VisitOptions): Promise<Visit> {
  const { url, language, width = 1280, height = 900, isDark = false } = options;
  const context = await browser.newContext({
    locale: LOCALES[language],
    timezoneId: "UTC",
    viewport: { width, height },
    colorScheme: isDark ? "dark" : "light",
    reducedMotion: "reduce",
    acceptDownloads: true,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const faults: string[] = [];
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    watch(page, url, faults);
    await page.goto(url);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  };
  const page = await open();
  return {
    page,
    language,
    say: (key, values = {}) => filled(TABLES[language][key], values),
    faults,
    anotherTab: open,
    async picture(name) {
      await page.evaluate("scrollTo(0, 0)");
      await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: "disabled" });
    },
    async [Symbol.asyncDispose]() {
      await context.close();
    },
  };
}

function watch(page: Page, url: string, faults: string[]): void {
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    // Chromium reports every refusal of the API as "Failed to load resource"; the page shows them.
    const isRefusal = text.startsWith("Failed to load resource") && !text.includes("net::");
    if (["error", "warning"].includes(message.type()) && !isRefusal) faults.push(text);
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    const isOurs = origin === url || protocol === "data:" || protocol === "blob:";
    if (!isOurs) faults.push(`request to ${origin}`);
  });
  page.on("response", (response: Response) => {
    if (response.status() >= 500) faults.push(`${response.status()} of ${response.url()}`);
  });
}
