// Words with places for values: `{seconds} s left`.

/** Values by the name of their place. */
export type Values = Readonly<Record<string, string | number>>;

/** `text` with its places filled; a place that has no value stays as it is. */
export function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** Names of the places of a text, in order of the alphabet. */
export function placesOf(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").toSorted();
}
