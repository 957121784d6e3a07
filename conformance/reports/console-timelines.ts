// The lives of tokens on a terminal: a line of small bars, and the story.

import type { TokenTimeline } from "../report.ts";
import { signedSecondsText } from "./format.ts";
import { type ConsoleStyle, columnsOf, cutTo, labelled } from "./terminal-text.ts";

/** Offsets that differ less than this are shown as one, seconds. */
const FLAT_SECONDS = 0.05;
const SPARK = "▁▂▃▄▅▆▇█";

/** A token's offset over time, the range it covers, and its story. */
export function timelineLines(timeline: TokenTimeline, style: ConsoleStyle): readonly string[] {
  const { paint, width } = style;
  const offsets = timeline.points.flatMap(({ atUs, trueSeconds, recordedSeconds }) => {
    const seconds = trueSeconds ?? recordedSeconds;
    return seconds === null ? [] : [{ atUs, seconds }];
  });
  const title = paint("strong", cutTo(`The clock of ${timeline.subject}`, width));
  const story = timeline.story.flatMap((sentence) => storyLines(sentence, style));
  if (offsets.length === 0) return [title, ...story];
  const [low, high] = rangeOf(offsets.map((offset) => offset.seconds));
  const range = `${signedSecondsText(low)} to ${signedSecondsText(high)}`;
  const room = Math.max(8, Math.min(60, width - columnsOf(range) - 12));
  return [title, `  offset  ${sparkline(offsets, room)}  ${paint("quiet", range)}`, ...story];
}

/** A sentence of a story; the date it begins with stands apart. */
function storyLines(sentence: string, { paint, width }: ConsoleStyle): readonly string[] {
  const [, date, rest] = /^(\d{4}-\d\d-\d\d) (.*)$/su.exec(sentence) ?? [];
  if (date === undefined || rest === undefined) return labelled("  ", sentence, width);
  return labelled(`  ${paint("quiet", date)}  `, rest, width);
}

/** Offsets over time as bars of eight heights; a time without one keeps the last before it. */
function sparkline(
  offsets: readonly { readonly atUs: number; readonly seconds: number }[],
  columns: number,
): string {
  const [low, high] = rangeOf(offsets.map((offset) => offset.seconds));
  const [fromUs, toUs] = rangeOf(offsets.map((offset) => offset.atUs));
  const sorted = offsets.toSorted((a, b) => a.atUs - b.atUs);
  const count = Math.min(columns, sorted.length);
  return Array.from({ length: count }, (_, column) => {
    const atUs = count === 1 ? toUs : fromUs + ((toUs - fromUs) * column) / (count - 1);
    const seconds = sorted.findLast((offset) => offset.atUs <= atUs)?.seconds ?? low;
    const share = high - low < FLAT_SECONDS ? 0 : (seconds - low) / (high - low);
    return SPARK.charAt(Math.min(SPARK.length - 1, Math.floor(share * SPARK.length)));
  }).join("");
}

/** Lowest and highest; any number of them. */
function rangeOf(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
