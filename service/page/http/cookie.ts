// The one cookie of the page. Under TLS its name says that it comes from this very host (__Host-).

import { Sessions } from "../sign-in/sessions.ts";

const NAME = "oathbed_console";
/** Longest Cookie header that is looked into, characters. */
const MAX_HEADER = 8192;

/** The cookie of a request; null for none, or one of another form. */
export function readCookie(header: string | undefined, isTls: boolean): string | null {
  if (header === undefined || header.length > MAX_HEADER) return null;
  const name = `${nameOf(isTls)}=`;
  const found = header.split(";").map((part) => part.trim());
  const value = found.find((part) => part.startsWith(name))?.slice(name.length);
  return value !== undefined && Sessions.isCookie(value) ? value : null;
}

/** What sets it: not for scripts, not for other sites, until the browser is closed. */
export function cookieHeader(value: string, isTls: boolean): string {
  return `${nameOf(isTls)}=${value}; Path=/; HttpOnly; SameSite=Strict${isTls ? "; Secure" : ""}`;
}

function nameOf(isTls: boolean): string {
  return isTls ? `__Host-${NAME}` : NAME;
}
