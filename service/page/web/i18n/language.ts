// The page's language, and its words: `say("signIn.title")`.

import { type Signal, signal } from "@preact/signals";
import { EN, type Messages } from "./en.ts";
import { filled, type Values } from "./filled.ts";
import { JA } from "./ja.ts";

/** Languages of the page. */
export type Language = "en" | "ja";

/** Each language by its own name. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: "English", ja: "日本語" };

const TABLES: Readonly<Record<Language, Messages>> = { en: EN, ja: JA };
const KEPT_AS = "oathbed.language";

/** The language shown now; components that read words are drawn anew when it changes. */
export const language: Signal<Language> = signal(firstLanguage());

/** Changes the language, for the next visit, too. */
export function chooseLanguage(next: Language): void {
  language.value = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(KEPT_AS, next);
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}

/** The words of a key, with its `{places}` filled. */
export function say(key: keyof Messages, values: Values = {}): string {
  return filled(TABLES[language.value][key], values);
}

/** What was chosen before, else what the browser asks for, else English. */
function firstLanguage(): Language {
  const wished = [kept(), ...navigator.languages];
  const known = wished.map((tag) => tag?.slice(0, 2)).find((tag) => tag === "en" || tag === "ja");
  return known ?? "en";
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}
