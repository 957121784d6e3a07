// The list of devices: what they are, and the way to each.

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Device } from "../../contract.ts";
import { say } from "../i18n/language.ts";
import { Button, ViewLink } from "../parts/button.tsx";
import { DeviceLine } from "../parts/device-bits.tsx";
import { useDevices } from "../parts/lists.ts";
import { Message, RefusalMessage } from "../parts/message.tsx";
import { ofWhich } from "../parts/of-which.ts";
import { Page } from "../parts/page.tsx";
import { askSession } from "../state.ts";
import type { SignedIn } from "./signed-in.ts";

/** All devices the caller may see. */
export function DevicesPage({ stage }: { readonly stage: SignedIn }): JSX.Element {
  const { items, reading, refresh } = useDevices();
  // A wizard may have been ended elsewhere.
  useEffect(() => void askSession().catch(() => undefined), []);
  return (
    <Page title={say("devices.title")} lead={say("devices.lead")}>
      {stage.isRestricted && (
        <Message kind="warn" title={say("restricted.title")} isLive>
          <p>{say("restricted.text")}</p>
        </Message>
      )}
      {stage.wizard !== null && (
        <Message kind="info" title={say("resume.title", { name: stage.wizard.name })}>
          <p>{say("resume.short")}</p>
          <ViewLink to={{ name: "assign", holder: null }}>{say("resume.link")}</ViewLink>
        </Message>
      )}
      <section class="card" aria-labelledby="devices" aria-busy={items === null}>
        <header>
          <h2 id="devices">{say("devices.list")}</h2>
          <div class="buttons">
            <Button isSmall isBusy={reading.isBusy} onClick={() => void refresh()}>
              {say("refresh")}
            </Button>
            {!stage.isRestricted && (
              <ViewLink to={{ name: "assign", holder: null }} kind="primary" isSmall>
                {say("assign.link")}
              </ViewLink>
            )}
          </div>
        </header>
        <RefusalMessage refused={reading.refused} />
        {items?.length === 0 && <p class="muted">{say("devices.none")}</p>}
        <ul class="rows">
          {(items ?? []).map((device) => (
            <DeviceRow key={device.serial} device={device} />
          ))}
        </ul>
      </section>
    </Page>
  );
}

function DeviceRow({ device }: { readonly device: Device }): JSX.Element {
  return (
    <li>
      <DeviceLine device={device} />
      <ViewLink
        to={{ name: "device", serial: device.serial }}
        kind="plain"
        isSmall
        label={ofWhich(say("device.manage"), device.name)}
      >
        {say("device.manage")}
      </ViewLink>
    </li>
  );
}
