// What a bearer token may be used for.

/** @see SCOPES */
export type Scope = "enroll" | "verify" | "admin" | "read";

/** Every scope: none includes another. */
export const SCOPES: readonly Scope[] = [
  "enroll", // create tokens and enable them
  "verify", // judge codes and repair tokens at a login: accepted or not, and no more
  "admin", // everything operators do, secrets in files included
  "read", // tokens, reasons, audit log, drift, metrics
];

/** Whether a text names a scope. */
export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}
