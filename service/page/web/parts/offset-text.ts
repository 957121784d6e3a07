// How far a clock is off, in words.

import { filled } from "../i18n/filled.ts";

/** Words of a language for spans: `{n} min`, `{n} s`. */
export interface SpanUnits {
  readonly minutes: string;
  readonly seconds: string;
}

/** Seconds with their sign: `+30 s`, `−1 min 30 s`, `±0 s`. */
export function offsetText(seconds: number, units: SpanUnits): string {
  const whole = Math.round(Math.abs(seconds));
  if (whole === 0) return `±${filled(units.seconds, { n: 0 })}`;
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  const parts = [
    minutes > 0 ? filled(units.minutes, { n: minutes }) : "",
    rest > 0 ? filled(units.seconds, { n: rest }) : "",
  ];
  return (seconds < 0 ? "−" : "+") + parts.filter((part) => part !== "").join(" ");
}
