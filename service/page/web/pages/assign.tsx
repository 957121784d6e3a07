// The wizard "assign an MFA device": name, secret, two codes.

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useReducer, useState } from "preact/hooks";
import type { Wizard } from "../../contract.ts";
import { say } from "../i18n/language.ts";
import { useAct } from "../parts/act.ts";
import { Button, ViewLink } from "../parts/button.tsx";
import { Message, RefusalMessage } from "../parts/message.tsx";
import { Page } from "../parts/page.tsx";
import { SecretCard } from "../parts/secret-card.tsx";
import { act, askSession, notice, secret, secretSecondsLeft } from "../state.ts";
import { show } from "../views.ts";
import { NameStep } from "./name-step.tsx";
import { CodesStep, DoneStep } from "./pair-steps.tsx";
import type { SignedIn } from "./signed-in.ts";
import { firstStep, nextStep, type WizardEvent, type WizardStep } from "./wizard.ts";

/** @see AssignPage */
export interface AssignProps {
  readonly stage: SignedIn;
  /** As in the contract's NewDevice; null: not chosen. */
  readonly holder: string | null;
}

/** The wizard, from wherever it stands. */
export function AssignPage({ stage, holder }: AssignProps): JSX.Element {
  const told = secret.value;
  const [now, happen] = useReducer(
    nextStep,
    firstStep(secret.peek()?.secret ?? null, stage.wizard),
  );
  const isOver = useComputed(() => secretSecondsLeft.value === 0).value;
  useEffect(() => {
    if (isOver) happen({ event: "expired" });
  }, [isOver]);
  useEffect(() => {
    if (now.step === "lost") secret.value = null;
  }, [now.step]);
  // Whoever leaves the wizard has seen the secret: coming back does not show it again.
  useEffect(
    () => () => {
      secret.value = null;
    },
    [],
  );
  return (
    // A new key for each step: its heading takes the focus.
    <Page key={now.step} title={say(`wizard.${now.step}`)} lead={say(`wizard.${now.step}Lead`)}>
      <section class="card">
        <Steps now={now} />
        {now.step === "name" && <NameStep stage={stage} holder={holder} happen={happen} />}
        {now.step === "resume" && <ResumeStep wizard={now.wizard} stage={stage} happen={happen} />}
        {now.step === "secret" && told !== null && (
          <>
            <SecretCard told={told} />
            <div class="buttons">
              <Button
                kind="primary"
                onClick={() =>
                  happen({ event: "codes-wanted", holder: wizardHolder(stage, holder) })
                }
              >
                {say("wizard.toCodes")}
              </Button>
              <CancelButton serial={told.secret.device.serial} />
            </div>
          </>
        )}
        {now.step === "codes" && <CodesStep now={now} happen={happen} />}
        {now.step === "done" && <DoneStep enabled={now.enabled} />}
        {now.step === "lost" && (
          <Message kind="danger" title={say(`refused.${now.why}`)}>
            <p>{say(`remedy.${now.why}`)}</p>
            <Button isSmall onClick={() => happen({ event: "restarted" })}>
              {say("wizard.again")}
            </Button>
          </Message>
        )}
      </section>
    </Page>
  );
}

/** Whom the device is for: what the wizard was begun with counts. */
function wizardHolder({ wizard, identity }: SignedIn, holder: string | null): string | null {
  if (wizard === null) return holder;
  return wizard.holder.name === identity.name ? null : wizard.holder.name;
}

const STEPS = ["name", "secret", "codes", "done"] as const;

function Steps({ now }: { readonly now: WizardStep }): JSX.Element | null {
  if (now.step === "lost") return null;
  const at = now.step === "resume" ? 2 : STEPS.indexOf(now.step);
  return (
    <ol class="steps" aria-label={say("wizard.steps")}>
      {STEPS.map((step, index) => (
        <li
          key={step}
          class={index < at ? "done" : ""}
          aria-current={index === at ? "step" : undefined}
        >
          <span>{say(`wizard.${step}Step`)}</span>
        </li>
      ))}
    </ol>
  );
}

/** Gives the wizard up: the device is deleted, and its name is free. */
function CancelButton({ serial }: { readonly serial: string }): JSX.Element {
  const cancelling = useAct();
  const cancel = async (): Promise<void> => {
    await act("POST /devices/delete", { serial });
    secret.value = null;
    await askSession();
    notice.value = { kind: "info", key: "notice.cancelled" };
    show({ name: "devices" });
  };
  return (
    <>
      <Button isBusy={cancelling.isBusy} onClick={() => void cancelling.run(cancel)}>
        {say("wizard.cancel")}
      </Button>
      <RefusalMessage refused={cancelling.refused} />
    </>
  );
}

/** After a reload: the secret was shown once. Who scanned or saved it can go on. */
function ResumeStep(props: {
  readonly wizard: Wizard;
  readonly stage: SignedIn;
  readonly happen: (event: WizardEvent) => void;
}): JSX.Element {
  const { wizard, stage, happen } = props;
  const [isOver, setOver] = useState(false);
  return (
    <div class="stack">
      <Message kind="info" title={say("resume.title", { name: wizard.name })}>
        <p>{say("resume.text")}</p>
      </Message>
      <ul class="rows">
        <li>
          <p>{say("resume.scanned")}</p>
          <Button
            kind="primary"
            isSmall
            onClick={() => happen({ event: "codes-wanted", holder: wizardHolder(stage, null) })}
          >
            {say("wizard.toCodes")}
          </Button>
        </li>
        <li>
          <p>{say("resume.saved")}</p>
          <ViewLink to={{ name: "set-up-again", serial: wizard.serial }} kind="plain" isSmall>
            {say("again.link")}
          </ViewLink>
        </li>
        <li>
          <p>{say("resume.lost")}</p>
          <Button
            isSmall
            onClick={() => {
              setOver(true);
              happen({ event: "restarted" });
            }}
          >
            {say("wizard.anew")}
          </Button>
        </li>
      </ul>
      {!isOver && (
        <div class="buttons">
          <CancelButton serial={wizard.serial} />
        </div>
      )}
    </div>
  );
}
