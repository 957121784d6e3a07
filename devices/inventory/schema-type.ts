// The TypeScript type that a JSON Schema describes, as far as our schemas go: objects, arrays,
// strings, numbers, enum, const and oneOf.

/** @param S a schema written `as const` */
export type FromSchema<S> = S extends { readonly const: infer C }
  ? C
  : S extends { readonly enum: readonly (infer E)[] }
    ? E
    : S extends { readonly oneOf: readonly (infer O)[] }
      ? FromEach<O>
      : S extends { readonly type: "string" }
        ? string
        : S extends { readonly type: "number" | "integer" }
          ? number
          : S extends { readonly type: "boolean" }
            ? boolean
            : S extends { readonly type: "array"; readonly items: infer I }
              ? readonly FromSchema<I>[]
              : S extends { readonly properties: infer P }
                ? FromProperties<
                    P,
                    S extends { readonly required: readonly (infer R)[] } ? R : never
                  >
                : never;

type FromEach<O> = O extends unknown ? FromSchema<O> : never;

type FromProperties<P, R> = {
  readonly [K in keyof P as K extends R ? K : never]: FromSchema<P[K]>;
} & {
  readonly [K in keyof P as K extends R ? never : K]?: FromSchema<P[K]>;
};
