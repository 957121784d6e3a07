// What the views of somebody who is signed in know of the session.

import type { Session } from "../../contract.ts";

/** A session of somebody who is signed in. */
export type SignedIn = Extract<Session, { readonly stage: "signed-in" }>;
