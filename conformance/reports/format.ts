// Numbers and times as reports print them: the same on every machine, whatever its locale.

/** Three significant digits, thousands grouped: `1,270`, `12.4`, `0.052`. */
export function figureText(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/** Host time, from milliseconds: `0.4 ms`, `87 ms`, `1.42 s`, `3 min 5 s`. */
export function durationText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  return longText(Math.round(ms / 1000));
}

/** Simulated time, from microseconds: `none`, `30 s`, `8 h 20 min`, `364 d 2 h`. */
export function spanText(us: number): string {
  if (us <= 0) return "none";
  const seconds = us / 1e6;
  return seconds < 60 ? `${figureText(seconds)} s` : longText(Math.round(seconds));
}

/** A time within a case, from microseconds: `12.000034`, seconds. */
export function wireTimeText(atUs: number): string {
  return (atUs / 1e6).toFixed(6);
}

/** `+47.3 s`, `−0.2 s`, with a true minus sign; `0.0 s` has none. */
export function signedSecondsText(seconds: number): string {
  const text =
    Math.abs(seconds) < 100 ? Math.abs(seconds).toFixed(1) : figureText(Math.abs(seconds));
  if (Number(text.replaceAll(",", "")) === 0) return `${text} s`;
  return `${seconds > 0 ? "+" : "−"}${text} s`;
}

/** `2026-01-31`, UTC, from microseconds since the Unix epoch. */
export function dateText(atUs: number): string {
  const date = new Date(atUs / 1000);
  return Number.isNaN(date.getTime()) ? `${atUs / 1e6} s` : date.toISOString().slice(0, 10);
}

/** `2026-01-31 13:05 UTC` from an ISO 8601 text; one that is none stays as it is. */
export function momentText(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function longText(seconds: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ] as const;
  const first = units.findIndex(([, size]) => seconds >= size);
  let left = seconds;
  return units
    .slice(first, first + 2)
    .map(([unit, size]) => {
      const count = Math.floor(left / size);
      left -= count * size;
      return count > 0 ? `${count} ${unit}` : "";
    })
    .filter((part) => part !== "")
    .join(" ");
}
