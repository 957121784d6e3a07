// The ids of roles: roles are in the config file only, so their ids follow from their names.

import { createHash } from "node:crypto";
import { encodeBase32 } from "../../core/oath/base32.ts";

/** AROA and 17 Base32 characters, the same at each start. */
export function roleId(account: string, name: string): string {
  const hash = createHash("sha256").update(`${account} ${name}`).digest();
  return `AROA${encodeBase32(hash.subarray(0, 11)).slice(0, 17)}`;
}
