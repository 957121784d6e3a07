// The bar above every view: brand, who is signed in, language, sign-out.

import type { JSX } from "preact";
import type { Session } from "../../contract.ts";
import { chooseLanguage, LANGUAGES, type Language, language, say } from "../i18n/language.ts";
import { signOut } from "../state.ts";
import { useAct } from "./act.ts";
import { Button } from "./button.tsx";

/** The bar. */
export function Bar({ session }: { readonly session: Session | null }): JSX.Element {
  const leaving = useAct();
  return (
    <header class="bar">
      <span class="brand">
        <Mark />
        {say("brand")} <small>{say("brandText")}</small>
      </span>
      <div class="end">
        {session?.stage === "signed-in" && (
          <>
            <span class="who">
              <b>{session.identity.kind === "root" ? say("person.root") : session.identity.name}</b>{" "}
              {session.identity.accountName}
              {session.isMfa && <span class="badge ok">{say("bar.mfa")}</span>}
            </span>
            <Button isBusy={leaving.isBusy} onClick={() => void leaving.run(signOut)}>
              {say("bar.signOut")}
            </Button>
          </>
        )}
        <LanguageButton />
      </div>
    </header>
  );
}

/** The other language, in its own words. */
function LanguageButton(): JSX.Element {
  const other: Language = language.value === "en" ? "ja" : "en";
  return (
    <button type="button" class="button" lang={other} onClick={() => chooseLanguage(other)}>
      {LANGUAGES[other]}
    </button>
  );
}

function Mark(): JSX.Element {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect x="2" y="8" width="28" height="16" rx="8" fill="#14917f" />
      <circle cx="8" cy="16" r="2.6" fill="#ecfeff" />
      <rect x="13" y="12" width="13" height="8" rx="1.6" fill="#04201d" />
      <path d="M15.5 14h2v4h-2zM19 14h2v4h-2zM22.5 14h2v4h-2z" fill="#5eead4" />
    </svg>
  );
}
