import { describe, expect, it } from "vitest";
import type { Device, DeviceSecret, Wizard } from "../../contract.ts";
import { firstStep, nextStep, type WizardEvent, type WizardStep } from "./wizard.ts";

const device: Device = {
  serial: "arn:aws:iam::123456789012:mfa/phone",
  name: "phone",
  state: "waiting",
  holder: null,
  createdAt: "2026-01-01T00:00:00Z",
  enabledAt: null,
  unlocksInSeconds: null,
  expiresInSeconds: 600,
  isOwn: true,
  can: { enable: true, resync: false, deactivate: false, delete: true },
};
const secret: DeviceSecret = {
  device,
  secret: "A".repeat(64),
  uri: "otpauth://totp/phone",
  qrCode: "data:image/png;base64,",
  expiresInSeconds: 600,
};
const wizard: Wizard = {
  serial: device.serial,
  name: device.name,
  holder: { kind: "user", name: "alice" },
  expiresInSeconds: 500,
};

/** Where events lead to, from a step on. */
const after = (start: WizardStep, ...events: readonly WizardEvent[]): WizardStep =>
  events.reduce(nextStep, start);

describe("the wizard", () => {
  it("begins with the secret told last, else with a wizard that waits, else with a name", () => {
    expect(firstStep(secret, wizard)).toEqual({ step: "secret", device });
    expect(firstStep(null, wizard)).toEqual({ step: "resume", wizard });
    expect(firstStep(null, null)).toEqual({ step: "name" });
  });

  it("goes from the name by secret and codes to the end", () => {
    const codes = after(
      { step: "name" },
      { event: "begun", secret },
      { event: "codes-wanted", holder: "bob" },
    );
    const { serial, name } = device;
    expect(codes).toEqual({ step: "codes", serial, name, holder: "bob", canGoBack: true });
    const enabled = { device, outcome: "in-sync" } as const;
    expect(nextStep(codes, { event: "enabled", enabled })).toEqual({ step: "done", enabled });
  });

  it("goes back to the secret only while it is known", () => {
    const back: WizardEvent = { event: "secret-wanted", device };
    const codes: WizardEvent = { event: "codes-wanted", holder: null };
    expect(after({ step: "secret", device }, codes, back).step).toBe("secret");
    expect(after({ step: "resume", wizard }, codes, back)).toMatchObject({
      step: "codes",
      canGoBack: false,
    });
  });

  it.each(["codes-wrong", "codes-same", "busy", "offline"])("stays for other codes: %s", (id) => {
    const codes = after({ step: "resume", wizard }, { event: "codes-wanted", holder: null });
    expect(nextStep(codes, { event: "refused", id })).toBe(codes);
  });

  it("is over when its time is, but not after it has ended well", () => {
    const expired: WizardEvent = { event: "expired" };
    const lost = { step: "lost", why: "wizard-expired" };
    expect(nextStep({ step: "secret", device }, expired)).toEqual(lost);
    const done = { step: "done", enabled: { device, outcome: "in-sync" } } as const;
    expect(nextStep(done, expired)).toBe(done);
  });

  it.each(["wizard-expired", "wizard-replaced", "device-unknown"])(
    "is over, and may begin again, after %s",
    (id) => {
      const codes = after({ step: "resume", wizard }, { event: "codes-wanted", holder: null });
      const lost = nextStep(codes, { event: "refused", id });
      expect(lost).toEqual({ step: "lost", why: id });
      expect(nextStep(lost, { event: "codes-wanted", holder: null })).toBe(lost);
      expect(nextStep(lost, { event: "restarted" })).toEqual({ step: "name" });
    },
  );
});
