// "Troubleshoot your device": who lost it signs in by a code of a mail and one sent to the phone.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Session } from "../../contract.ts";
import { say } from "../i18n/language.ts";
import { useAct } from "../parts/act.ts";
import { Button } from "../parts/button.tsx";
import { isCode } from "../parts/code-typed.ts";
import { CodeField } from "../parts/field.tsx";
import { focusField, useFormRef } from "../parts/focus.ts";
import { RefusalMessage } from "../parts/message.tsx";
import { Page } from "../parts/page.tsx";
import { act as actIn, askSession, notice, signOut, takeSession } from "../state.ts";
import { show } from "../views.ts";

/** A session that waits for a recovery code. */
export type RecoveryStage = Extract<Session, { readonly stage: "recovery" }>;

/** One of the two steps, by the stage. */
export function RecoveryPage({ stage }: { readonly stage: RecoveryStage }): JSX.Element {
  const { step, sentTo, sendsLeft } = stage;
  const act = useAct();
  const form = useFormRef();
  const [code, setCode] = useState("");
  const [isMalformed, setMalformed] = useState(false);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setMalformed(!isCode(code));
    focusField(form, "code");
    if (!isCode(code)) return;
    setCode("");
    await act.run(async () => {
      const next = await actIn(`POST /sign-in/troubleshoot/${step}`, { code }).catch(
        async (error: unknown) => {
          // How many tries are left is told by the session.
          await askSession();
          throw error;
        },
      );
      if (next.stage === "signed-in") show({ name: "devices" });
      takeSession(next);
    });
  };
  const again = async (): Promise<void> => {
    takeSession(await actIn("POST /sign-in/troubleshoot", {}));
    notice.value = { kind: "info", key: "notice.sentAgain" };
  };
  return (
    <Page
      key={step}
      title={say("recovery.title")}
      lead={say(`recovery.${step}Lead`, { sentTo })}
      isNarrow
    >
      <section class="card">
        <ol class="steps">
          <Step isCurrent={step === "email"} isDone={step === "phone"} name="email" />
          <Step isCurrent={step === "phone"} isDone={false} name="phone" />
        </ol>
        <form ref={form} class="stack" noValidate onSubmit={send}>
          <RefusalMessage refused={act.refused} />
          <CodeField
            label={say(`recovery.${step}Code`)}
            hint={say("recovery.tries", { tries: stage.triesLeft })}
            name="code"
            value={code}
            onInput={setCode}
            fault={isMalformed ? say("refused.recovery-code-malformed") : null}
          />
          <div class="buttons">
            <Button kind="primary" submits isBusy={act.isBusy}>
              {say("recovery.submit")}
            </Button>
            {sendsLeft > 0 && (
              <Button onClick={() => void act.run(again)}>{say("recovery.again")}</Button>
            )}
            <Button onClick={() => void act.run(signOut)}>{say("cancel")}</Button>
          </div>
        </form>
      </section>
    </Page>
  );
}

function Step(props: {
  readonly name: "email" | "phone";
  readonly isCurrent: boolean;
  readonly isDone: boolean;
}): JSX.Element {
  return (
    <li class={props.isDone ? "done" : ""} aria-current={props.isCurrent ? "step" : undefined}>
      <span>{say(`recovery.${props.name}Step`)}</span>
    </li>
  );
}
