// The saved secret sets the same device up again, on another phone.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { say } from "../i18n/language.ts";
import { useAct } from "../parts/act.ts";
import { Button, ViewLink } from "../parts/button.tsx";
import { TextField } from "../parts/field.tsx";
import { focusField, useFormRef } from "../parts/focus.ts";
import { Message, RefusalMessage } from "../parts/message.tsx";
import { Page } from "../parts/page.tsx";
import { SecretCard } from "../parts/secret-card.tsx";
import { act, secret, takeSecret } from "../state.ts";

/** Longest text that is taken: a secret and what an otpauth:// URI adds. */
const MAX_LENGTH = 2000;

/** Asks for the saved secret; shows its QR code when it is the device's own. */
export function SetUpAgainPage({ serial }: { readonly serial: string }): JSX.Element {
  const told = secret.value;
  const isShown = told?.secret.device.serial === serial;
  // What was shown here is not shown again by coming back.
  useEffect(
    () => () => {
      secret.value = null;
    },
    [],
  );
  return (
    <Page
      key={isShown ? "shown" : "asked"}
      title={say("again.title")}
      lead={say(isShown ? "again.shownLead" : "again.lead")}
    >
      <section class="card">
        {told !== null && isShown ? (
          <>
            <SecretCard told={told} />
            <AfterWards serial={serial} state={told.secret.device.state} />
          </>
        ) : (
          <SavedForm serial={serial} />
        )}
      </section>
    </Page>
  );
}

function SavedForm({ serial }: { readonly serial: string }): JSX.Element {
  const asking = useAct();
  const form = useFormRef();
  const [saved, setSaved] = useState("");
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    await asking.run(async () => {
      try {
        takeSecret(await act("POST /devices/set-up-again", { serial, secret: saved.trim() }));
      } catch (error) {
        focusField(form, "secret");
        throw error;
      }
    });
  };
  return (
    <form ref={form} class="stack" noValidate onSubmit={send}>
      <RefusalMessage refused={asking.refused} />
      <p>
        <code class="muted">{serial}</code>
      </p>
      <TextField
        label={say("again.label")}
        hint={say("again.hint")}
        name="secret"
        value={saved}
        onInput={setSaved}
        maxLength={MAX_LENGTH}
      />
      <div class="buttons">
        <Button kind="primary" submits isBusy={asking.isBusy}>
          {say("again.submit")}
        </Button>
        <ViewLink to={{ name: "device", serial }} kind="plain">
          {say("cancel")}
        </ViewLink>
      </div>
    </form>
  );
}

/** An enabled device goes on as it is; one that is not is assigned by two codes. */
function AfterWards(props: { readonly serial: string; readonly state: string }): JSX.Element {
  const { serial, state } = props;
  const isToEnable = state === "waiting" || state === "inactive";
  return (
    <>
      <Message kind="info">
        <p>{say(isToEnable ? "again.enableNext" : "again.sameDevice")}</p>
      </Message>
      <div class="buttons">
        <ViewLink
          to={isToEnable ? { name: "enable", serial } : { name: "device", serial }}
          kind="primary"
        >
          {say(isToEnable ? "enable.link" : "again.end")}
        </ViewLink>
      </div>
    </>
  );
}
