// Sign-in, second part: the code of a device. A device that is out of sync is resynchronized here;
// one that is lost leads to "troubleshoot your device".

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Session, SignInDevice } from "../../contract.ts";
import { say } from "../i18n/language.ts";
import { type Act, useAct } from "../parts/act.ts";
import { Button } from "../parts/button.tsx";
import { isCode } from "../parts/code-typed.ts";
import { CodeField, SelectField } from "../parts/field.tsx";
import { focusField, useFormRef } from "../parts/focus.ts";
import { Message, RefusalMessage } from "../parts/message.tsx";
import { Page } from "../parts/page.tsx";
import { PairForm } from "../parts/pair-form.tsx";
import { act as actIn, notice, signOut, takeSession } from "../state.ts";

/** A session that waits for a code. */
export type CodeStage = Extract<Session, { readonly stage: "code" }>;

/** The code of a device, and ways out when it is not taken. */
export function CodePage({ stage }: { readonly stage: CodeStage }): JSX.Element {
  const [serial, setSerial] = useState(stage.devices[0]?.serial ?? "");
  const [isResync, setResync] = useState(false);
  const device = stage.devices.find((each) => each.serial === serial);
  if (isResync) {
    return <ResyncAtSignIn key="resync" serial={serial} onEnd={() => setResync(false)} />;
  }
  return (
    <Page
      key="code"
      title={say("code.title")}
      lead={say("code.lead", { name: stage.identity.name, account: stage.identity.accountName })}
      isNarrow
    >
      <section class="card">
        <CodeForm
          devices={stage.devices}
          serial={serial}
          onDevice={setSerial}
          isOutOfSync={device?.isOutOfSync === true}
          onResync={() => setResync(true)}
        />
      </section>
      <WaysOut canTroubleshoot={stage.canTroubleshoot} onResync={() => setResync(true)} />
    </Page>
  );
}

function CodeForm(props: {
  readonly devices: readonly SignInDevice[];
  readonly serial: string;
  readonly onDevice: (serial: string) => void;
  readonly isOutOfSync: boolean;
  readonly onResync: () => void;
}): JSX.Element {
  const { devices, serial, onDevice, isOutOfSync, onResync } = props;
  const act = useAct();
  const form = useFormRef();
  const [code, setCode] = useState("");
  const [isMalformed, setMalformed] = useState(false);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setMalformed(!isCode(code));
    focusField(form, "code");
    if (!isCode(code)) return;
    await act.run(async () => {
      setCode("");
      takeSession(await actIn("POST /sign-in/code", { serial, code }));
    });
  };
  const needsResync = isOutOfSync || act.refused?.id === "code-out-of-sync";
  return (
    <form ref={form} class="stack" noValidate onSubmit={send}>
      {isOutOfSync && act.refused === null && (
        <Message kind="warn" title={say("code.outOfSync")}>
          <p>{say("code.outOfSyncHint")}</p>
        </Message>
      )}
      <RefusalMessage refused={act.refused} />
      {needsResync && (
        <div class="buttons">
          <Button kind="primary" onClick={onResync}>
            {say("code.resync")}
          </Button>
        </div>
      )}
      {devices.length > 1 && (
        <SelectField
          label={say("code.device")}
          value={serial}
          onInput={onDevice}
          options={devices.map(({ serial: value, name: text }) => ({ value, text }))}
        />
      )}
      <CodeField
        label={say("code.code")}
        hint={say("code.hint", { name: devices.find((d) => d.serial === serial)?.name ?? "" })}
        name="code"
        value={code}
        onInput={setCode}
        fault={isMalformed ? say("refused.code-malformed") : null}
      />
      <div class="buttons">
        <Button kind={needsResync ? "plain" : "primary"} submits isBusy={act.isBusy}>
          {say("code.submit")}
        </Button>
        <Button onClick={() => void act.run(signOut)}>{say("cancel")}</Button>
      </div>
    </form>
  );
}

/** When the code is not taken: the clock is off, or the device is gone. */
function WaysOut(props: {
  readonly canTroubleshoot: boolean;
  readonly onResync: () => void;
}): JSX.Element {
  const act = useAct();
  return (
    <section class="card" aria-labelledby="ways-out">
      <h2 id="ways-out">{say("waysOut.title")}</h2>
      <RefusalMessage refused={act.refused} />
      <ul class="rows">
        <li>
          <p>{say("waysOut.clock")}</p>
          <Button isSmall onClick={props.onResync}>
            {say("code.resync")}
          </Button>
        </li>
        <li>
          <p>{say(props.canTroubleshoot ? "waysOut.lost" : "waysOut.lostAsk")}</p>
          {props.canTroubleshoot && <TroubleshootButton act={act} />}
        </li>
      </ul>
    </section>
  );
}

function TroubleshootButton({ act }: { readonly act: Act }): JSX.Element {
  const begin = async (): Promise<void> =>
    takeSession(await actIn("POST /sign-in/troubleshoot", {}));
  return (
    <Button isSmall isBusy={act.isBusy} onClick={() => void act.run(begin)}>
      {say("waysOut.troubleshoot")}
    </Button>
  );
}

function ResyncAtSignIn(props: {
  readonly serial: string;
  readonly onEnd: () => void;
}): JSX.Element {
  const resync = async (code1: string, code2: string): Promise<void> => {
    const { serial } = props;
    takeSession(await actIn("POST /sign-in/resync", { serial, code1, code2 }));
    notice.value = { kind: "ok", key: "notice.resyncedAtSignIn" };
    props.onEnd();
  };
  return (
    <Page title={say("resync.title")} lead={say("resync.lead")} isNarrow>
      <section class="card">
        <PairForm submit={say("resync.submit")} onPair={resync}>
          <Button onClick={props.onEnd}>{say("back")}</Button>
        </PairForm>
      </section>
    </Page>
  );
}
