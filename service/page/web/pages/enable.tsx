// Assigns a device that has its secret already: one that was deactivated, or whose wizard was left.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Enabled } from "../../contract.ts";
import { say } from "../i18n/language.ts";
import { ViewLink } from "../parts/button.tsx";
import { Page } from "../parts/page.tsx";
import { PairForm } from "../parts/pair-form.tsx";
import { act, askSession, secret } from "../state.ts";
import { HolderField } from "./name-step.tsx";
import { DoneStep } from "./pair-steps.tsx";
import type { SignedIn } from "./signed-in.ts";

/** Holder and two codes. */
export function EnablePage(props: {
  readonly serial: string;
  readonly stage: SignedIn;
}): JSX.Element {
  const { serial, stage } = props;
  const { wizard, identity } = stage;
  const isMine = wizard?.serial !== serial || wizard.holder.name === identity.name;
  const [chosen, choose] = useState(isMine ? "" : wizard.holder.name);
  const [enabled, setEnabled] = useState<Enabled | null>(null);
  const enable = async (code1: string, code2: string): Promise<void> => {
    const holder = chosen === "" ? null : chosen;
    setEnabled(await act("POST /devices/enable", { serial, holder, code1, code2 }));
    secret.value = null;
    await askSession();
  };
  return (
    <Page
      key={enabled === null ? "codes" : "done"}
      title={say(enabled === null ? "enable.title" : "wizard.done")}
      lead={say(enabled === null ? "enable.lead" : "wizard.doneLead")}
    >
      <section class="card">
        {enabled !== null ? (
          <DoneStep enabled={enabled} />
        ) : (
          <>
            <p>
              <code class="muted">{serial}</code>
            </p>
            {identity.manages === "admin" && (
              <HolderField stage={stage} chosen={chosen} onChoose={choose} />
            )}
            <PairForm submit={say("wizard.submit")} onPair={enable}>
              <ViewLink to={{ name: "device", serial }} kind="plain">
                {say("cancel")}
              </ViewLink>
            </PairForm>
          </>
        )}
      </section>
    </Page>
  );
}
