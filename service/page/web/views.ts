// Which view is shown, kept behind "#" in the address: back, forward and reload work, and the
// service needs no other path.

import { type Signal, signal } from "@preact/signals";

/** A view of somebody who is signed in. */
export type View =
  | { readonly name: "devices" }
  | { readonly name: "users" }
  /** The wizard; `holder` as in the contract's NewDevice, null: not chosen. */
  | { readonly name: "assign"; readonly holder: string | null }
  | { readonly name: "device"; readonly serial: string }
  /** Two codes for a device that has its secret already. */
  | { readonly name: "enable"; readonly serial: string }
  | { readonly name: "resync"; readonly serial: string }
  /** The saved secret sets the device up again. */
  | { readonly name: "set-up-again"; readonly serial: string };

/** Reads the part of an address from "#" on; what it does not know is the list of devices. */
export function viewOf(hash: string): View {
  const [name = "", ...rest] = hash.replace(/^#\/?/, "").split("/");
  const argument = decoded(rest.join("/"));
  switch (name) {
    case "users":
      return { name };
    case "assign":
      return { name, holder: argument === "" ? null : argument };
    case "device":
    case "enable":
    case "resync":
    case "set-up-again":
      return argument === "" ? { name: "devices" } : { name, serial: argument };
    default:
      return { name: "devices" };
  }
}

/** The address of a view, from "#" on. */
export function hashOf(view: View): string {
  switch (view.name) {
    case "devices":
    case "users":
      return `#/${view.name}`;
    case "assign":
      return view.holder === null ? "#/assign" : `#/assign/${encodeURIComponent(view.holder)}`;
    case "device":
    case "enable":
    case "resync":
    case "set-up-again":
      return `#/${view.name}/${encodeURIComponent(view.serial)}`;
  }
}

/** The view shown now. */
export const view: Signal<View> = signal({ name: "devices" });

/** Goes to a view. */
export function show(next: View): void {
  const hash = hashOf(next);
  if (location.hash === hash) view.value = next;
  else location.hash = hash;
}

/** Follows the address. */
export function followAddress(): void {
  view.value = viewOf(location.hash);
  addEventListener("hashchange", () => {
    view.value = viewOf(location.hash);
  });
}

/** Addresses can be typed, so they can be wrong. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
