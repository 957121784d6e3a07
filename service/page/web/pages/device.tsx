// One device: its facts, and what can be done about it.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Device } from "../../contract.ts";
import { say } from "../i18n/language.ts";
import { Button, ViewLink } from "../parts/button.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { dateText } from "../parts/date-text.ts";
import { holderText, StateBadge } from "../parts/device-bits.tsx";
import { useDevices } from "../parts/lists.ts";
import { Message, RefusalMessage } from "../parts/message.tsx";
import { Page } from "../parts/page.tsx";
import { act, notice, takeSecret } from "../state.ts";
import { show } from "../views.ts";
import type { SignedIn } from "./signed-in.ts";

/** What is asked for in a dialog. */
type Asked = "deactivate" | "delete" | "replace";

/** One device of the list. */
export function DevicePage(props: {
  readonly serial: string;
  readonly stage: SignedIn;
}): JSX.Element {
  const { items, reading, refresh } = useDevices();
  const device = items?.find(({ serial }) => serial === props.serial);
  const name = device?.name ?? props.serial.split("/").at(-1) ?? props.serial;
  return (
    <Page title={name} lead={say("device.lead")}>
      <p class="trail">
        <ViewLink to={{ name: "devices" }}>{say("devices.back")}</ViewLink>
      </p>
      <RefusalMessage refused={reading.refused} />
      {items !== null && device === undefined && (
        <Message kind="warn" isLive>
          <p>{say("refused.device-unknown")}</p>
        </Message>
      )}
      {device !== undefined && (
        <>
          <Facts device={device} />
          <Acts device={device} stage={props.stage} refresh={refresh} />
        </>
      )}
    </Page>
  );
}

function Facts({ device }: { readonly device: Device }): JSX.Element {
  const { state } = device;
  return (
    <section class="card" aria-labelledby="facts">
      <header>
        <h2 id="facts">{say("device.facts")}</h2>
        <StateBadge state={state} />
      </header>
      <p>{say(`stateText.${state}`)}</p>
      <dl class="facts">
        <dt>{say("device.serial")}</dt>
        <dd>
          <code>{device.serial}</code>
        </dd>
        <dt>{say("device.holder")}</dt>
        <dd>{holderText(device.holder)}</dd>
        <dt>{say("device.created")}</dt>
        <dd>{dateText(device.createdAt)}</dd>
        <dt>{say("device.enabled")}</dt>
        <dd>{device.enabledAt === null ? "–" : dateText(device.enabledAt)}</dd>
      </dl>
    </section>
  );
}

function Acts(props: {
  readonly device: Device;
  readonly stage: SignedIn;
  readonly refresh: () => Promise<void>;
}): JSX.Element {
  const { device, stage, refresh } = props;
  const { can, serial, state } = device;
  const [asked, ask] = useState<Asked | null>(null);
  const isInUse = !["waiting", "inactive"].includes(state);
  const needsMfa = isInUse && device.isOwn && !can.deactivate && !stage.isMfa;
  const canReplace = isInUse ? can.deactivate : can.delete;
  return (
    <section class="card" aria-labelledby="acts">
      <h2 id="acts">{say("device.acts")}</h2>
      {needsMfa && (
        <Message kind="info">
          <p>{say("remedy.mfa-needed")}</p>
        </Message>
      )}
      <ul class="rows">
        {can.enable && !isInUse && (
          <ActRow text={say("enable.why")}>
            <ViewLink to={{ name: "enable", serial }} kind="primary" isSmall>
              {say("enable.link")}
            </ViewLink>
          </ActRow>
        )}
        {can.resync && (
          <ActRow text={say("resync.why")}>
            <ViewLink to={{ name: "resync", serial }} kind="plain" isSmall>
              {say("resync.link")}
            </ViewLink>
          </ActRow>
        )}
        {!stage.isRestricted && (
          <ActRow text={say("again.why")}>
            <ViewLink to={{ name: "set-up-again", serial }} kind="plain" isSmall>
              {say("again.link")}
            </ViewLink>
          </ActRow>
        )}
        {canReplace && (
          <ActRow text={say("replace.why")}>
            <Button isSmall onClick={() => ask("replace")}>
              {say("replace.link")}
            </Button>
          </ActRow>
        )}
        {can.deactivate && (
          <ActRow text={say("deactivate.why")}>
            <Button isSmall kind="danger" onClick={() => ask("deactivate")}>
              {say("deactivate.link")}
            </Button>
          </ActRow>
        )}
        {can.delete && (
          <ActRow text={say("delete.why")}>
            <Button isSmall kind="danger" onClick={() => ask("delete")}>
              {say("delete.link")}
            </Button>
          </ActRow>
        )}
      </ul>
      {asked !== null && (
        <AskFor
          asked={asked}
          device={device}
          isInUse={isInUse}
          onClose={() => ask(null)}
          refresh={refresh}
        />
      )}
    </section>
  );
}

function ActRow(props: { readonly text: string; readonly children: JSX.Element }): JSX.Element {
  return (
    <li>
      <p>{props.text}</p>
      {props.children}
    </li>
  );
}

function AskFor(props: {
  readonly asked: Asked;
  readonly device: Device;
  readonly isInUse: boolean;
  readonly onClose: () => void;
  readonly refresh: () => Promise<void>;
}): JSX.Element {
  const { asked, device, isInUse, onClose, refresh } = props;
  const { serial, name } = device;
  const doIt = async (): Promise<void> => {
    switch (asked) {
      case "deactivate":
        await act("POST /devices/deactivate", { serial });
        notice.value = { kind: "ok", key: "notice.deactivated", name };
        onClose();
        return refresh();
      case "delete":
        await act("POST /devices/delete", { serial });
        notice.value = { kind: "ok", key: "notice.deleted", name };
        return show({ name: "devices" });
      case "replace": {
        const holder = holderOf(device);
        if (isInUse) await act("POST /devices/deactivate", { serial });
        takeSecret(await act("POST /devices/replace", { serial, holder }));
        return show({ name: "assign", holder });
      }
    }
  };
  return (
    <Confirm
      title={say(`${asked}.ask`, { name })}
      doIt={say(asked === "replace" && !isInUse ? "replace.link" : `${asked}.doIt`)}
      onConfirm={doIt}
      onClose={onClose}
    >
      <p>{say(asked === "replace" && isInUse ? "replace.askInUse" : `${asked}.askText`)}</p>
    </Confirm>
  );
}

/** Whom a new device is for: as the contract's NewDevice has it. */
function holderOf({ holder, isOwn }: Device): string | null {
  return holder === null || isOwn ? null : holder.name;
}
