// Who acts, for the audit log: as --operator says, else the user of this computer.

import { userInfo } from "node:os";
import { UsageError } from "../usage-error.ts";

/** Who acts. */
export const OPERATOR_OPTION = {
  operator: {
    type: "string",
    requiresArg: true,
    description: "who acts, for the audit log; default: the user of this computer",
  },
} as const;

/** Longest name taken, characters. */
const MAX_CHARACTERS = 64;

/** The name for the audit log. @throws {UsageError} when it is too long, or no plain text */
export function operatorOf(given?: string | undefined): string {
  const name = given ?? systemUser();
  if (name.length >= 1 && name.length <= MAX_CHARACTERS && !/\p{Cc}/u.test(name)) return name;
  throw new UsageError(
    `--operator takes 1 to ${MAX_CHARACTERS} characters`,
    "a name, as the audit log shall show it",
  );
}

/** Users without a name have a number. */
function systemUser(): string {
  try {
    return userInfo().username.slice(0, MAX_CHARACTERS);
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
