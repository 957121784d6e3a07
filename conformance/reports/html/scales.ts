// Scales and ticks for plots: seconds on one axis, calendar time on the other.

/** A tick: its value and its label. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

const DAY_SECONDS = 86_400;
/** Steps people count clocks in, seconds; time steps of 30 s among them. */
const SECOND_STEPS: readonly number[] = [
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  1800,
  3600,
  7200,
  21_600,
  43_200,
  DAY_SECONDS,
];
/** Shorter than a month, seconds. */
const TIME_STEPS: readonly number[] = [
  1,
  5,
  15,
  60,
  300,
  900,
  3600,
  10_800,
  21_600,
  DAY_SECONDS,
  2 * DAY_SECONDS,
  7 * DAY_SECONDS,
];
const MONTH_STEPS: readonly number[] = [1, 2, 3, 4, 6, 12, 24, 60, 120, 600, 1200];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const MOST_TICKS = 20;
/** A month that begins so little before the first point still has its tick: share of the span. */
const SLACK = 0.005;

/** A linear scale from `domain` to `range`. */
export function linear(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
): (value: number) => number {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

/** An axis of offsets: where it begins and ends, and its ticks. */
export interface OffsetAxis {
  readonly domain: readonly [low: number, high: number];
  readonly ticks: readonly Tick[];
}

/** An axis that holds these offsets, seconds, and zero, with about `count` signed ticks. */
export function offsetAxis(values: readonly number[], count: number): OffsetAxis {
  let [low, high] = [0, 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high - low < 1) [low, high] = [Math.min(low, -0.5), Math.max(high, 0.5)];
  const step = stepFor(high - low, count);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const places = Array.from(
    { length: Math.min(MOST_TICKS, last - first + 1) },
    (_, at) => first + at,
  );
  const ticks = places.map((at) => ({ value: at * step, label: offsetLabel(at * step) }));
  return { domain: [first * step, last * step], ticks };
}

function offsetLabel(seconds: number): string {
  const text = Math.abs(seconds).toLocaleString("en-US", { maximumFractionDigits: 1 });
  return text === "0" ? text : `${seconds > 0 ? "+" : "−"}${text}`;
}

/** Ticks at round times between two of microseconds since the Unix epoch, UTC. */
export function timeTicks(fromUs: number, toUs: number, count: number): readonly Tick[] {
  const [from, to] = [fromUs / 1e6, toUs / 1e6];
  if (!(to > from) || Number.isNaN(new Date(to * 1000).getTime())) return [];
  const wanted = (to - from) / Math.max(1, count);
  const step = TIME_STEPS.find((one) => one >= wanted);
  if (step === undefined) return monthTicks(from, to, wanted);
  const ticks: Tick[] = [];
  for (let at = Math.ceil(from / step); at * step <= to && ticks.length < MOST_TICKS; at++) {
    const iso = new Date(at * step * 1000).toISOString();
    const label = step >= DAY_SECONDS ? iso.slice(5, 10) : iso.slice(11, step < 60 ? 19 : 16);
    ticks.push({ value: at * step * 1e6, label });
  }
  return ticks;
}

function stepFor(range: number, count: number): number {
  const wanted = range / Math.max(1, count);
  const step = SECOND_STEPS.find((one) => one >= wanted);
  return step ?? Math.ceil(wanted / DAY_SECONDS) * DAY_SECONDS;
}

function monthTicks(from: number, to: number, wanted: number): readonly Tick[] {
  const monthSeconds = 30.44 * DAY_SECONDS;
  const step = MONTH_STEPS.find((one) => one * monthSeconds >= wanted * 0.95) ?? 1200;
  const start = new Date(from * 1000);
  const firstMonth = start.getUTCFullYear() * 12 + start.getUTCMonth();
  const ticks: Tick[] = [];
  for (let month = Math.ceil(firstMonth / step) * step; ticks.length < MOST_TICKS; month += step) {
    const seconds = Date.UTC(Math.floor(month / 12), month % 12, 1) / 1000;
    if (seconds > to) break;
    if (seconds < from - SLACK * (to - from)) continue;
    ticks.push({ value: seconds * 1e6, label: monthLabel(month, step, ticks.length === 0) });
  }
  return ticks;
}

/** The year where it changes and at the first tick. */
function monthLabel(month: number, step: number, isFirst: boolean): string {
  const [year, name] = [Math.floor(month / 12), MONTHS[month % 12] ?? ""];
  if (step >= 12) return String(year);
  return isFirst || month % 12 === 0 ? `${name} ${year}` : name;
}
