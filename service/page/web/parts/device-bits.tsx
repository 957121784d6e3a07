// Small pieces about devices, shared by the views.

import type { JSX } from "preact";
import type { Device, DeviceState, Person } from "../../contract.ts";
import { say } from "../i18n/language.ts";

const BADGES: Readonly<Record<DeviceState, string>> = {
  waiting: "warn",
  enabled: "ok",
  "out-of-sync": "warn",
  locked: "warn",
  inactive: "",
};

/** Where a device stands, in a word. */
export function StateBadge({ state }: { readonly state: DeviceState }): JSX.Element {
  return <span class={`badge ${BADGES[state]}`}>{say(`state.${state}`)}</span>;
}

/** Who holds a device, or that nobody does. */
export function holderText(holder: Person | null): string {
  if (holder === null) return say("device.nobody");
  return holder.kind === "root" ? say("person.root") : holder.name;
}

/** Name, state and serial of a device. */
export function DeviceLine({ device }: { readonly device: Device }): JSX.Element {
  return (
    <div class="stack tight">
      <p class="buttons">
        <b>{device.name}</b>
        <StateBadge state={device.state} />
        <span class="muted">{holderText(device.holder)}</span>
      </p>
      <code class="muted">{device.serial}</code>
    </div>
  );
}
