// The variants by their names.

import { CanokeyDefault } from "./canokey-default.ts";
import { NitrokeySecrets } from "./nitrokey-secrets.ts";
import type { OathVariant, OathVariantName, VariantParts } from "./variant.ts";

/** The variant of a model; undefined: it is none. */
export function createVariant(
  name: OathVariantName | undefined,
  parts: VariantParts,
): OathVariant | undefined {
  switch (name) {
    case undefined:
      return undefined;
    case "nitrokey-secrets":
      return new NitrokeySecrets(parts);
    case "canokey-default":
      return new CanokeyDefault(parts);
  }
}
