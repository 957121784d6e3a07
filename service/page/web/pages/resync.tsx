// Two consecutive codes find the clock of a device again.

import type { JSX } from "preact";
import { say } from "../i18n/language.ts";
import { ViewLink } from "../parts/button.tsx";
import { Page } from "../parts/page.tsx";
import { PairForm } from "../parts/pair-form.tsx";
import { act, notice } from "../state.ts";
import { show } from "../views.ts";

/** Resynchronizes an enabled device. */
export function ResyncPage({ serial }: { readonly serial: string }): JSX.Element {
  const resync = async (code1: string, code2: string): Promise<void> => {
    const { device } = await act("POST /devices/resync", { serial, code1, code2 });
    notice.value = { kind: "ok", key: "notice.resynced", name: device.name };
    show({ name: "device", serial });
  };
  return (
    <Page title={say("resync.title")} lead={say("resync.lead")}>
      <section class="card">
        <p>
          <code class="muted">{serial}</code>
        </p>
        <PairForm submit={say("resync.submit")} onPair={resync}>
          <ViewLink to={{ name: "device", serial }} kind="plain">
            {say("cancel")}
          </ViewLink>
        </PairForm>
      </section>
    </Page>
  );
}
