import { expect, it } from "vitest";
import { EN, type Messages } from "./en.ts";
import { filled, placesOf } from "./filled.ts";
import { JA } from "./ja.ts";

const keys = Object.keys(EN).toSorted() as (keyof Messages)[];

it("has the same keys in every language", () => {
  expect(Object.keys(JA).toSorted()).toEqual(keys);
});

it("has the same places to fill in every language", () => {
  const other = keys.filter((key) => placesOf(EN[key]).join() !== placesOf(JA[key]).join());
  expect(other).toEqual([]);
});

it("has words for every key", () => {
  expect(keys.filter((key) => EN[key].trim() === "" || JA[key].trim() === "")).toEqual([]);
});

it("is Japanese in Japanese", () => {
  const same = new Set<string>(["brand", "bar.mfa", "fob.ppm"]);
  const isJapanese = (text: string): boolean =>
    /[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}]/u.test(text);
  expect(keys.filter((key) => !same.has(key) && !isJapanese(JA[key]))).toEqual([]);
});

it("tells for every refusal what is wrong and what to do", () => {
  const ids = keys.filter((key) => key.startsWith("refused.")).map((key) => key.slice(8));
  expect(keys.filter((key) => key.startsWith("remedy.")).map((key) => key.slice(7))).toEqual(ids);
});

it("fills places, and leaves one that has no value", () => {
  expect(filled("{a} of {b}, {a}", { a: 1 })).toBe("1 of {b}, 1");
});
