// The steps of "assign an MFA device", as a pure function of what happens.

import type { Device, DeviceSecret, Enabled, Wizard } from "../../contract.ts";

/** Where the wizard stands. */
export type WizardStep =
  /** Asks for a name and, of those who manage others, for a holder. */
  | { readonly step: "name" }
  /** A device waits for its codes, but its secret was shown before a reload, and is not again. */
  | { readonly step: "resume"; readonly wizard: Wizard }
  /** QR code, secret, "save it now". */
  | { readonly step: "secret"; readonly device: Device }
  /** Two codes. `canGoBack`: the secret is still there to be shown. */
  | {
      readonly step: "codes";
      readonly serial: string;
      readonly name: string;
      readonly holder: string | null;
      readonly canGoBack: boolean;
    }
  | { readonly step: "done"; readonly enabled: Enabled }
  /** The secret is void: it waited too long, or the wizard was begun anew elsewhere. */
  | {
      readonly step: "lost";
      readonly why: "wizard-expired" | "wizard-replaced" | "device-unknown";
    };

/** What happens. */
export type WizardEvent =
  | { readonly event: "begun"; readonly secret: DeviceSecret }
  | { readonly event: "codes-wanted"; readonly holder: string | null }
  | { readonly event: "secret-wanted"; readonly device: Device }
  | { readonly event: "enabled"; readonly enabled: Enabled }
  | { readonly event: "refused"; readonly id: string }
  /** Its time is over, by the page's own reckoning. */
  | { readonly event: "expired" }
  | { readonly event: "restarted" };

/** Where it begins: with the secret told last, else with what waits, else from the start. */
export function firstStep(secret: DeviceSecret | null, wizard: Wizard | null): WizardStep {
  if (secret !== null) return { step: "secret", device: secret.device };
  if (wizard !== null) return { step: "resume", wizard };
  return { step: "name" };
}

/** The step after an event; the same when the event means nothing there. */
export function nextStep(now: WizardStep, event: WizardEvent): WizardStep {
  switch (event.event) {
    case "begun":
      return { step: "secret", device: event.secret.device };
    case "codes-wanted":
      return codesStep(now, event.holder);
    case "secret-wanted":
      return now.step === "codes" && now.canGoBack ? { step: "secret", device: event.device } : now;
    case "enabled":
      return { step: "done", enabled: event.enabled };
    case "refused":
      return isFinal(event.id) ? { step: "lost", why: event.id } : now;
    case "expired":
      return isWaiting(now) ? { step: "lost", why: "wizard-expired" } : now;
    case "restarted":
      return { step: "name" };
  }
}

/** Whether a secret was shown whose codes are missing. */
function isWaiting({ step }: WizardStep): boolean {
  return step === "secret" || step === "codes";
}

function codesStep(now: WizardStep, holder: string | null): WizardStep {
  switch (now.step) {
    case "secret":
      return {
        step: "codes",
        serial: now.device.serial,
        name: now.device.name,
        holder,
        canGoBack: true,
      };
    case "resume":
      return {
        step: "codes",
        serial: now.wizard.serial,
        name: now.wizard.name,
        holder,
        canGoBack: false,
      };
    case "name":
    case "codes":
    case "done":
    case "lost":
      return now;
  }
}

/** Refusals after which other codes are of no use. */
function isFinal(id: string): id is "wizard-expired" | "wizard-replaced" | "device-unknown" {
  return id === "wizard-expired" || id === "wizard-replaced" || id === "device-unknown";
}
