// Dates and spans as the reader writes them.

import { language } from "../i18n/language.ts";

/** An ISO 8601 date, in the reader's time zone. */
export function dateText(iso: string): string {
  const format = new Intl.DateTimeFormat(language.value, {
    dateStyle: "medium",
    timeStyle: "short",
  });
  return format.format(new Date(iso));
}

/** The time of day of a clock, UTC, seconds shown: `13:04:30`. */
export function clockText(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}

/** A span: `9:05` minutes and seconds. Below zero it is 0:00. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
