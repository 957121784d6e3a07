// What the fields of a log's records must be, as data: what does not hold is told by its name.

/** What a field must be. */
export interface Field {
  /** `a whole number from 0`, after "must be". */
  readonly wanted: string;
  readonly isOptional?: boolean;
  holds(value: unknown): boolean;
}

/** The fields of a record beside its `kind`, and what they must be together. */
export interface Shape {
  readonly fields: Readonly<Record<string, Field>>;
  /** Two fields of which the second must not be below the first. */
  readonly ordered?: readonly [first: string, second: string];
}

/** A number, or a whole one, from `low` to `high`. */
export function number(low: number, high: number): Field {
  return {
    wanted: `a number from ${low} to ${high}`,
    holds: (value) => isWithin(value, low, high),
  };
}

/** @see number */
export function whole(low: number, high: number = Number.MAX_SAFE_INTEGER): Field {
  const isOpen = high === Number.MAX_SAFE_INTEGER;
  const from = low === -Number.MAX_SAFE_INTEGER ? "" : ` from ${low}`;
  const wanted = `a whole number${from}${isOpen ? "" : ` to ${high}`}`;
  return { wanted, holds: (value) => Number.isInteger(value) && isWithin(value, low, high) };
}

/** A text of so many characters. */
export function text(least: number, most: number): Field {
  return {
    wanted: `a text of ${least} to ${most} characters`,
    holds: (value) => typeof value === "string" && value.length >= least && value.length <= most,
  };
}

/** One of some values. */
export function oneOf(...values: readonly (string | number | null)[]): Field {
  const known: ReadonlySet<unknown> = new Set(values);
  return { wanted: values.join(" or "), holds: (value) => known.has(value) };
}

/** An object whose fields must be these. */
export function object(fields: Shape["fields"]): Field {
  return {
    wanted: `an object of ${Object.keys(fields).join(", ")}`,
    holds: (value) =>
      typeof value === "object" &&
      value !== null &&
      problemIn(value as Readonly<Record<string, unknown>>, { fields }) === undefined,
  };
}

/** A field that may be missing. */
export function optional(field: Field): Field {
  return { ...field, isOptional: true };
}

/** What is wrong with the first field that is not as it must be. */
export function problemIn(
  values: Readonly<Record<string, unknown>>,
  { fields, ordered }: Shape,
): string | undefined {
  for (const name in fields) {
    const { wanted, isOptional = false, holds } = fields[name] as Field;
    const value = values[name];
    if (value === undefined && isOptional) continue;
    if (!holds(value)) return `${name} must be ${wanted}`;
  }
  if (ordered === undefined) return undefined;
  const [first, second] = ordered;
  const isInOrder = (values[second] as number) >= (values[first] as number);
  return isInOrder ? undefined : `${second} must not be below ${first}`;
}

/** Names that the shape has not: `field colour, note`; empty when there are none. */
export function unknownIn(values: Readonly<Record<string, unknown>>, { fields }: Shape): string {
  let names = "";
  for (const name in values) {
    if (name === "kind" || Object.hasOwn(fields, name)) continue;
    names += `${names === "" ? "field " : ", "}${name.slice(0, 40)}`;
  }
  return names.slice(0, 200);
}

function isWithin(value: unknown, low: number, high: number): boolean {
  return typeof value === "number" && value >= low && value <= high;
}
