// The TypeScript type of what a JSON Schema lets through, for the few keywords that the service's
// schemas are made of: a schema is written once, `as const`, and the handlers' types follow.

interface Types {
  readonly string: string;
  readonly number: number;
  readonly integer: number;
  readonly boolean: boolean;
  readonly null: null;
}

/** What passes the schema `S`. A property is optional unless `required` names it. */
export type TypeOf<S> = S extends { readonly oneOf: readonly (infer U)[] }
  ? TypeOf<U>
  : S extends { readonly const: infer C }
    ? C
    : S extends { readonly enum: readonly (infer E)[] }
      ? E
      : S extends { readonly type: "array"; readonly items: infer I }
        ? readonly TypeOf<I>[]
        : S extends { readonly type: "object"; readonly properties: infer P }
          ? ObjectOf<P, S extends { readonly required: readonly (infer R)[] } ? R : never>
          : S extends { readonly type: infer T }
            ? Scalar<T>
            : unknown;

type Scalar<T> = T extends readonly (infer U)[]
  ? Scalar<U>
  : T extends keyof Types
    ? Types[T]
    : unknown;

type ObjectOf<P, R> = {
  readonly [K in keyof P as K extends R ? K : never]: TypeOf<P[K]>;
} & { readonly [K in keyof P as K extends R ? never : K]?: TypeOf<P[K]> };
