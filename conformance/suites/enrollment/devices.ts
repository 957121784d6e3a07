// One device, one user: limits, foreign codes, deactivation and replacement.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import type { CheckContext } from "../../checks.ts";
import { type Target, TargetRefusal, type TargetToken } from "../../target.ts";
import type { VerifierContext } from "../../verifier-context.ts";
import { atStep, START_STEP, type TotpTargetToken, totpToken } from "../shared/tokens.ts";
import { ENABLE, ONE_DEVICE, REPLACE, SAVED_SECRET } from "./sources.ts";

function deviceOf(t: VerifierContext, user: string): TotpTargetToken {
  return { ...totpToken(), secret: t.random.bytes(20), user };
}

/** Checks that a device cannot be had: some servers refuse to create it, some to enable it. */
async function refusedDevice(
  t: VerifierContext,
  what: string,
  target: Target,
  token: TargetToken,
): Promise<void> {
  let reason: string;
  try {
    const id = await target.create(token);
    const codes = [t.code(token, START_STEP), t.code(token, START_STEP + 1n)];
    const answer = await target.enroll(id, codes, atStep(totpToken(), START_STEP + 1n));
    reason = answer.accepted ? "accepted" : answer.reason;
  } catch (error) {
    if (!(error instanceof TargetRefusal)) throw error;
    reason = error.reason;
  }
  t.holds(`${what} is refused`, reason !== "accepted", reason);
}

/** Checks that an admin act is refused. */
async function refusedAct(t: CheckContext, what: string, act: Promise<void> | undefined) {
  try {
    await act;
    t.holds(`${what} is refused`, false, "it is done");
  } catch (error) {
    if (!(error instanceof TargetRefusal)) throw error;
    t.holds(`${what} is refused`, true, error.reason);
  }
}

const oneDevice: VerifierCase = {
  id: "enrollment/devices/one-per-user",
  subject: "verifier",
  title: "a second device of one user is refused, one of another user is not",
  requirement: ONE_DEVICE,
  level: "MUST",
  needs: ["users"],
  async run(t) {
    const target = await t.open({ devicesPerUser: 1 });
    await t.enrolled(target, deviceOf(t, "alice"), START_STEP);
    await refusedDevice(t, "alice's second device", target, deviceOf(t, "alice"));
    const bob = deviceOf(t, "bob");
    const id = await t.enrolled(target, bob, START_STEP);
    const login = await target.submit(id, t.code(bob, START_STEP), atStep(bob, START_STEP));
    t.accepted("bob's first device", login);
  },
};

const limitOfEight: VerifierCase = {
  id: "enrollment/devices/limit-of-eight",
  subject: "verifier",
  title: "with a limit of eight the eighth device works and the ninth is refused",
  requirement: {
    text: "You can assign up to eight MFA devices to a user.",
    source: "AWS IAM User Guide, MFA devices (since 2022-11)",
  },
  level: "MUST",
  needs: ["users"],
  async run(t) {
    const target = await t.open({ devicesPerUser: 8 });
    for (let count = 1; count <= 8; count++) {
      const device = deviceOf(t, "alice");
      const id = await t.enrolled(target, device, START_STEP);
      if (count < 8) continue;
      const code = t.code(device, START_STEP);
      t.accepted("the eighth", await target.submit(id, code, atStep(device, START_STEP)));
    }
    await refusedDevice(t, "the ninth", target, deviceOf(t, "alice"));
  },
};

const foreignCodes: VerifierCase = {
  id: "enrollment/devices/foreign-codes",
  subject: "verifier",
  title: "codes of another device neither enable a device nor log in with it",
  requirement: ENABLE,
  level: "MUST",
  needs: ["users"],
  async run(t) {
    const target = await t.open();
    const [alice, bob] = [deviceOf(t, "alice"), deviceOf(t, "bob")];
    const idOfAlice = await t.enrolled(target, alice, START_STEP);
    const idOfBob = await target.create(bob);
    const codes = [t.code(alice, START_STEP), t.code(alice, START_STEP + 1n)];
    const nowUs = atStep(alice, START_STEP + 1n);
    t.refused("alice's codes for bob's device", await target.enroll(idOfBob, codes, nowUs));
    const login = await target.submit(idOfAlice, t.code(bob, START_STEP + 1n), nowUs);
    t.refused("bob's code for alice's device", login);
    const own = await target.submit(idOfAlice, t.code(alice, START_STEP + 1n), nowUs);
    t.accepted("alice's code", own);
  },
};

const deactivated: VerifierCase = {
  id: "enrollment/devices/deactivated",
  subject: "verifier",
  title: "a deactivated device lets nobody in, and cannot be deactivated again",
  requirement: {
    text: "Deactivates the device and removes it from association with the user.",
    source: "AWS IAM API Reference, DeactivateMFADevice",
  },
  level: "MUST",
  needs: ["state", "delete"],
  async run(t) {
    const target = await t.open();
    const token = totpToken();
    const id = await t.enrolled(target, token, START_STEP);
    await target.deactivate?.(id);
    const nowUs = atStep(token, START_STEP);
    const login = await target.submit(id, t.code(token, START_STEP), nowUs);
    t.refused("a login", login, "not-enrolled");
    const pair = [t.code(token, START_STEP + 1n), t.code(token, START_STEP + 2n)];
    t.refused("a resync", await target.resync(id, pair, nowUs), "not-enrolled");
    await refusedAct(t, "deactivating it again", target.deactivate?.(id));
  },
};

const deleteEnabled: VerifierCase = {
  id: "enrollment/devices/delete-while-enabled",
  subject: "verifier",
  title: "a device is deleted only after it was deactivated",
  requirement: {
    text: "DeleteConflict: you must deactivate a user's virtual MFA device before you delete it.",
    source: "AWS IAM API Reference, DeleteVirtualMFADevice",
  },
  level: "SHOULD",
  needs: ["state", "delete"],
  async run(t) {
    const target = await t.open();
    const token = totpToken();
    const id = await t.enrolled(target, token, START_STEP);
    await refusedAct(t, "deleting an enabled device", target.delete?.(id));
    const login = await target.submit(id, t.code(token, START_STEP), atStep(token, START_STEP));
    t.accepted("a login after that", login);
    await target.deactivate?.(id);
    await target.delete?.(id);
    const gone = await target.submit(id, t.code(token, START_STEP + 1n), atStep(token, START_STEP));
    t.refused("a login when it is deleted", gone, "not-enrolled");
  },
};

const replaced: VerifierCase = {
  id: "enrollment/devices/replaced",
  subject: "verifier",
  title: "after a replacement the new device's codes work, and the old one's do not",
  requirement: REPLACE,
  level: "MUST",
  needs: ["state", "users", "delete"],
  async run(t) {
    const target = await t.open({ devicesPerUser: 1 });
    const [lost, fresh] = [deviceOf(t, "alice"), deviceOf(t, "alice")];
    const old = await t.enrolled(target, lost, START_STEP);
    await target.deactivate?.(old);
    await target.delete?.(old);
    const id = await t.enrolled(target, fresh, START_STEP);
    const nowUs = atStep(fresh, START_STEP);
    t.refused("the old device's code", await target.submit(id, t.code(lost, START_STEP), nowUs));
    t.refused("at the old one", await target.submit(old, t.code(lost, START_STEP), nowUs));
    t.accepted("the new device's code", await target.submit(id, t.code(fresh, START_STEP), nowUs));
  },
};

const savedSecret: VerifierCase = {
  id: "enrollment/devices/set-up-again",
  subject: "verifier",
  title: "the saved secret sets a deleted device up again; what it used stays used",
  requirement: SAVED_SECRET,
  level: "MUST",
  needs: ["state", "users", "delete"],
  async run(t) {
    const target = await t.open();
    const device = deviceOf(t, "alice");
    const id = await t.enrolled(target, device, START_STEP);
    const login = START_STEP + 3n;
    t.accepted("a login", await target.submit(id, t.code(device, login), atStep(device, login)));
    await target.deactivate?.(id);
    await target.delete?.(id);
    const again = await target.create(device);
    const used = [t.code(device, login - 1n), t.code(device, login)];
    const replay = await target.enroll(again, used, atStep(device, login));
    t.refused("a pair with the code of that login", replay);
    const pair = [t.code(device, login + 1n), t.code(device, login + 2n)];
    t.accepted("a fresh pair", await target.enroll(again, pair, atStep(device, login + 2n)));
    const next = await target.submit(again, t.code(device, login + 3n), atStep(device, login + 3n));
    t.accepted("a login", next);
  },
};

/** Cases of this section. */
export const DEVICE_CASES: readonly ConformanceCase[] = [
  oneDevice,
  limitOfEight,
  foreignCodes,
  deactivated,
  deleteEnabled,
  replaced,
  savedSecret,
];
