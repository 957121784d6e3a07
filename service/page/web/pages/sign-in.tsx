// Sign-in, first part: who, and the password.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DemoPerson, SignIn } from "../../contract.ts";
import { call } from "../api.ts";
import { say } from "../i18n/language.ts";
import { useAct } from "../parts/act.ts";
import { Button } from "../parts/button.tsx";
import { TextField } from "../parts/field.tsx";
import { RefusalMessage } from "../parts/message.tsx";
import { Page } from "../parts/page.tsx";
import { about, notice, takeSession } from "../state.ts";

/** What the form holds, for either kind of sign-in. */
interface Filled {
  readonly kind: SignIn["kind"];
  readonly account: string;
  readonly user: string;
  readonly email: string;
  readonly password: string;
}

const EMPTY: Filled = { kind: "user", account: "", user: "", email: "", password: "" };

/** The form of account, name and password; or of root's e-mail address and password. */
export function SignInPage(): JSX.Element {
  const act = useAct();
  const [filled, fill] = useState(EMPTY);
  const set = (some: Partial<Filled>): void => fill({ ...filled, ...some });
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    await act.run(async () => {
      const next = await call("POST /sign-in", signInOf(filled));
      notice.value = null;
      takeSession(next);
    });
  };
  return (
    <Page title={say("signIn.title")} lead={say("signIn.lead")} isNarrow>
      <section class="card">
        <form class="stack" noValidate onSubmit={send}>
          <RefusalMessage refused={act.refused} />
          <KindChoice kind={filled.kind} onChoose={(kind) => set({ kind })} />
          {filled.kind === "user" ? (
            <>
              <TextField
                label={say("signIn.account")}
                hint={say("signIn.accountHint")}
                name="account"
                value={filled.account}
                onInput={(account) => set({ account })}
                autoComplete="organization"
              />
              <TextField
                label={say("signIn.user")}
                name="user"
                value={filled.user}
                onInput={(user) => set({ user })}
                autoComplete="username"
              />
            </>
          ) : (
            <TextField
              label={say("signIn.email")}
              name="email"
              type="email"
              value={filled.email}
              onInput={(email) => set({ email })}
              autoComplete="username"
            />
          )}
          <TextField
            label={say("signIn.password")}
            name="password"
            type="password"
            value={filled.password}
            onInput={(password) => set({ password })}
            autoComplete="current-password"
          />
          <div class="buttons">
            <Button kind="primary" submits isBusy={act.isBusy}>
              {say("signIn.submit")}
            </Button>
          </div>
        </form>
      </section>
      <DemoPeople people={about.value?.demo ?? []} onChoose={(signIn) => fill(filledBy(signIn))} />
    </Page>
  );
}

function KindChoice(props: {
  readonly kind: SignIn["kind"];
  readonly onChoose: (kind: SignIn["kind"]) => void;
}): JSX.Element {
  return (
    <fieldset class="choices">
      <legend class="unseen">{say("signIn.kind")}</legend>
      {(["user", "root"] as const).map((kind) => (
        <label key={kind} class="choice">
          <input
            type="radio"
            name="kind"
            value={kind}
            checked={props.kind === kind}
            onChange={() => props.onChoose(kind)}
          />
          <span>
            <b>{say(`signIn.${kind}Kind`)}</b>
            <small>{say(`signIn.${kind}KindHint`)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Demo mode: everybody may know these passwords. */
function DemoPeople(props: {
  readonly people: readonly DemoPerson[];
  readonly onChoose: (signIn: SignIn) => void;
}): JSX.Element | null {
  if (props.people.length === 0) return null;
  return (
    <section class="card" aria-labelledby="demo-people">
      <div class="stack tight">
        <h2 id="demo-people">{say("demo.title")}</h2>
        <p class="muted">{say("demo.lead")}</p>
      </div>
      <ul class="buttons">
        {props.people.map(({ signIn, manages }) => (
          <li key={nameOf(signIn)}>
            <Button isSmall onClick={() => props.onChoose(signIn)}>
              {nameOf(signIn)} <span class="muted">{say(`manages.${manages}`)}</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function nameOf(signIn: SignIn): string {
  return signIn.kind === "root" ? signIn.email : `${signIn.user} @ ${signIn.account}`;
}

function filledBy(signIn: SignIn): Filled {
  return { ...EMPTY, ...signIn };
}

function signInOf({ kind, account, user, email, password }: Filled): SignIn {
  return kind === "root"
    ? { kind, email: email.trim(), password }
    : { kind, account: account.trim(), user: user.trim(), password };
}
