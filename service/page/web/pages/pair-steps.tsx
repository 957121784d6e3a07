// The last steps of the wizard: the two codes, and what came of them.

import type { JSX } from "preact";
import type { Enabled } from "../../contract.ts";
import { Refused } from "../api.ts";
import { say } from "../i18n/language.ts";
import { Button, ViewLink } from "../parts/button.tsx";
import { holderText } from "../parts/device-bits.tsx";
import { Message } from "../parts/message.tsx";
import { PairForm } from "../parts/pair-form.tsx";
import { ExpiryLine } from "../parts/secret-card.tsx";
import { act, askSession, secret } from "../state.ts";
import type { WizardEvent, WizardStep } from "./wizard.ts";

/** Two consecutive codes of the new device. */
export function CodesStep(props: {
  readonly now: Extract<WizardStep, { readonly step: "codes" }>;
  readonly happen: (event: WizardEvent) => void;
}): JSX.Element {
  const { now, happen } = props;
  const { serial, holder } = now;
  const enable = async (code1: string, code2: string): Promise<void> => {
    try {
      const enabled = await act("POST /devices/enable", { serial, holder, code1, code2 });
      secret.value = null;
      happen({ event: "enabled", enabled });
      await askSession();
    } catch (error) {
      if (error instanceof Refused) happen({ event: "refused", id: error.id });
      throw error;
    }
  };
  const back = (): void => {
    const told = secret.peek();
    if (told !== null) happen({ event: "secret-wanted", device: told.secret.device });
  };
  return (
    <>
      <PairForm submit={say("wizard.submit")} onPair={enable}>
        {now.canGoBack && <Button onClick={back}>{say("wizard.showQr")}</Button>}
      </PairForm>
      <ExpiryLine />
    </>
  );
}

/** The device is assigned: in sync, or too late for that. */
export function DoneStep({ enabled }: { readonly enabled: Enabled }): JSX.Element {
  const { device, outcome } = enabled;
  const { serial } = device;
  const values = { name: device.name, holder: holderText(device.holder) };
  return (
    <div class="stack">
      {outcome === "in-sync" ? (
        <Message kind="ok" title={say("done.title", values)} isLive>
          <p>{say("done.text")}</p>
        </Message>
      ) : (
        <Message kind="warn" title={say("done.lateTitle", values)} isLive>
          <p>{say("done.lateText")}</p>
        </Message>
      )}
      <div class="buttons">
        {outcome === "late" && (
          <ViewLink to={{ name: "resync", serial }} kind="primary">
            {say("resync.link")}
          </ViewLink>
        )}
        <ViewLink to={{ name: "devices" }} kind={outcome === "late" ? "plain" : "primary"}>
          {say("devices.back")}
        </ViewLink>
      </div>
    </div>
  );
}
