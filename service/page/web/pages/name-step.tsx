// First step of the wizard: what the device is called and, for those who manage others, who holds
// it.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say } from "../i18n/language.ts";
import { useAct } from "../parts/act.ts";
import { Button, ViewLink } from "../parts/button.tsx";
import { SelectField, TextField } from "../parts/field.tsx";
import { focusField, useFormRef } from "../parts/focus.ts";
import { useUsers } from "../parts/lists.ts";
import { RefusalMessage } from "../parts/message.tsx";
import { act, askSession, secret, takeSecret } from "../state.ts";
import type { SignedIn } from "./signed-in.ts";
import type { WizardEvent } from "./wizard.ts";

/** Value of the choice "myself". */
const MYSELF = "";

/** @see NameStep */
export interface NameStepProps {
  readonly stage: SignedIn;
  readonly holder: string | null;
  readonly happen: (event: WizardEvent) => void;
}

/** Name and holder. */
export function NameStep({ stage, holder, happen }: NameStepProps): JSX.Element {
  const naming = useAct();
  const form = useFormRef();
  const [name, setName] = useState("");
  const [chosen, choose] = useState(holder === stage.identity.name ? MYSELF : (holder ?? MYSELF));
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    await naming.run(async () => {
      try {
        const forWhom = chosen === MYSELF ? null : chosen;
        const made = await act("POST /devices", { name: name.trim(), holder: forWhom });
        takeSecret(made);
        // The session knows the wizard, should the page be loaded anew.
        await askSession();
        happen({ event: "begun", secret: made });
      } catch (error) {
        secret.value = null;
        focusField(form, "name");
        throw error;
      }
    });
  };
  const isNameRefused = naming.refused?.id.startsWith("device-name") === true;
  return (
    <form ref={form} class="stack" noValidate onSubmit={send}>
      <RefusalMessage refused={naming.refused} />
      {stage.identity.manages === "admin" && (
        <HolderField stage={stage} chosen={chosen} onChoose={choose} />
      )}
      <TextField
        label={say("name.label")}
        hint={say("name.hint")}
        name="name"
        value={name}
        onInput={setName}
        maxLength={128}
        fault={isNameRefused && naming.refused ? say(`refused.${naming.refused.id}`) : null}
      />
      <div class="buttons">
        <Button kind="primary" submits isBusy={naming.isBusy}>
          {say("name.submit")}
        </Button>
        <ViewLink to={{ name: "devices" }} kind="plain">
          {say("cancel")}
        </ViewLink>
      </div>
    </form>
  );
}

/** Users that may still be given a device. */
export function HolderField(props: {
  readonly stage: SignedIn;
  readonly chosen: string;
  readonly onChoose: (holder: string) => void;
}): JSX.Element {
  const { items } = useUsers();
  const others = (items ?? []).filter(({ isSelf, canAssign, name }) => {
    return !isSelf && (canAssign || name === props.chosen);
  });
  return (
    <SelectField
      label={say("name.holder")}
      value={props.chosen}
      onInput={props.onChoose}
      options={[
        { value: MYSELF, text: say("name.myself", { name: props.stage.identity.name }) },
        ...others.map(({ name }) => ({ value: name, text: name })),
      ]}
    />
  );
}
