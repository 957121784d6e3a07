// Schemas of what several routes take.

/** Which token. */
export const ID = {
  type: "object",
  required: ["id"],
  properties: { id: { type: "integer", minimum: 1, maximum: 9007199254740991 } },
} as const;
