// What a JSON Schema validator says of a file that people write, in words: the place and what would
// be right there. Texts of keywords are those of JSON Schema 2020-12.

/** A validator's error, as ajv gives it. */
export interface SchemaFault {
  /** A JSON pointer (RFC 6901); "" for the whole file. */
  readonly instancePath: string;
  /** What was not kept: `required`, `enum`, … */
  readonly keyword: string;
  readonly message?: string | undefined;
  /** By keyword: `missingProperty`, `allowedValues`, … */
  readonly params: Readonly<Record<string, unknown>>;
}

/** Where a fault is: `at /tokens/0`. */
export function schemaPlace({ instancePath }: SchemaFault): string {
  return instancePath === "" ? "at the top" : `at ${instancePath}`;
}

/** One line: the place, and what would be right. */
export function schemaFaultText(fault: SchemaFault): string {
  const { keyword, message, params } = fault;
  const place = schemaPlace(fault);
  switch (keyword) {
    case "additionalProperties":
      return `${place}: unknown property ${JSON.stringify(params.additionalProperty)}; remove it`;
    case "required":
      return `${place}: add ${JSON.stringify(params.missingProperty)}`;
    case "enum":
      return `${place}: must be one of ${[params.allowedValues].flat().join(", ")}`;
    case "const":
      return `${place}: must be ${JSON.stringify(params.allowedValue)}`;
    default:
      return `${place}: ${message ?? keyword}`;
  }
}
