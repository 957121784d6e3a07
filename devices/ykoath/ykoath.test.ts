// The contract of devices, and what these tokens can do besides, on emulated ones in memory.

import { expect, test } from "vitest";
import { hotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { RFC4226_VECTORS, rfc4226Secret } from "../../core/oath/vectors.ts";
import { createRandom } from "../../core/time/random.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { createSmartToken } from "../../firmware-sim/applets/smart-token.ts";
import { smartProfileOf } from "../../firmware-sim/profiles-smart.ts";
import type { CredentialInput, Device } from "../device.ts";
import { CardLink } from "../rigs/card-link.ts";
import { openYkoathSubject } from "../rigs/card-subject.ts";
import { MemorySocket } from "../rigs/memory-card.ts";
import type { Subject, SubjectOptions } from "../subject.ts";
import { deviceContract } from "../testing/contract.ts";
import { AT_59, failure } from "../testing/contract-bench.ts";
import { openYkoathDevice } from "./device.ts";

const TRAITS = { display: false };
const AT_59_US = 59_000_000;
const TIMED = { name: "timed", secret: rfc4226Secret(), parameters: totpParameters({ digits: 8 }) };
const COUNTED = { name: "counted", secret: rfc4226Secret(), parameters: hotpParameters() };

// CanoKey and Nitrokey 3 do not replace a credential: whole or not at all cannot be had of them.
for (const profile of ["yubikey5", "yubikey-neo", "generic-oath"]) {
  deviceContract(`ykoath:${profile}`, async () => subjectOf(profile), TRAITS);
}

function subjectOf(profile = "yubikey5", options: SubjectOptions = {}): Subject {
  return openYkoathSubject(`ykoath:${profile}`, profile, options);
}

async function holding(
  subject: Subject,
  ...credentials: readonly CredentialInput[]
): Promise<Device> {
  const device = await subject.connect();
  for (const credential of credentials) await device.provision(credential);
  return device;
}

test.each([
  ["yubikey5", "YubiKey 5", "5.4.3"],
  ["yubikey4", "YubiKey 4", "4.3.7"],
  ["yubikey-neo", "YubiKey NEO", "1.0.2"],
  ["canokey", "CanoKey", "6.0.0"],
  ["nitrokey3", "Nitrokey 3", "4.13.0"],
  ["generic-oath", "oathbed OATH card", "5.4.3"],
])("a %s is known as %s %s", async (profile, model, firmware) => {
  await using subject = subjectOf(profile);
  const { info } = await subject.connect();
  expect(info).toMatchObject({ model, firmware });
});

test.each(["canokey", "nitrokey3"])("%s: writes, replaces, reads and removes", async (profile) => {
  await using subject = subjectOf(profile);
  const device = await holding(subject, TIMED, TIMED);
  expect(await device.readTotp({ atUs: AT_59_US })).toEqual({ code: AT_59.code });
  expect(await device.list()).toEqual([{ name: "timed", parameters: TIMED.parameters }]);
  await device.remove("timed");
  expect(await device.list()).toEqual([]);
});

test("reads the codes that need no touch and change nothing, all at once", async () => {
  await using subject = subjectOf();
  const slow = { ...TIMED, name: "slow", parameters: totpParameters({ stepSeconds: 60 }) };
  const device = await holding(subject, TIMED, slow, COUNTED, {
    ...TIMED,
    name: "touchy",
    touch: true,
  });
  for (let time = 0; time < 2; time++) {
    const codes = await device.readAll?.({ atUs: AT_59_US });
    expect(
      codes?.map((each) => [each.name, each.state === "code" ? each.code : each.state]),
    ).toEqual([
      ["timed", AT_59.code],
      ["slow", RFC4226_VECTORS[0]?.code],
      ["counted", "counter"],
      ["touchy", "touch"],
    ]);
  }
  expect((await device.readHotp()).code).toBe(RFC4226_VECTORS[0]?.code);
});

test("prompts for the touch, waits for it, and goes on when it comes", async () => {
  await using subject = subjectOf("yubikey5", { pressToShow: true });
  const device = await holding(subject, { ...TIMED, touch: true });
  const prompts: string[] = [];
  const reading = device.readTotp({
    atUs: AT_59_US,
    onTouch: () => {
      prompts.push("touch");
      setImmediate(() => void subject.rig?.pressButton());
    },
  });
  expect((await reading).code).toBe(AT_59.code);
  expect(prompts).toEqual(["touch"]);
  expect(subject.wireLog().some(({ text }) => text.startsWith("touch the token"))).toBe(true);
});

test("the time-out bounds the wait for a touch, and a token that is tired of it says no", async () => {
  await using subject = subjectOf("yubikey5", { pressToShow: true });
  const device = await holding(subject, { ...TIMED, touch: true });
  expect(await failure(device.readTotp({ timeoutMs: 20 }))).toBe("timed-out");
  const refused = device.readTotp({
    onTouch: () => setImmediate(() => void subject.rig?.advance(16_000_000)),
  });
  expect(await failure(refused)).toBe("refused");
});

test("renames: secret, parameters and counter stay", async () => {
  await using subject = subjectOf();
  const device = await holding(subject, TIMED, COUNTED);
  await device.readHotp();
  await device.rename?.("counted", "ACME:bob");
  expect((await device.readHotp({ credential: "ACME:bob" })).code).toBe(RFC4226_VECTORS[1]?.code);
  expect(await failure(device.rename?.("nobody", "x") ?? Promise.resolve())).toBe("refused");
  expect(await failure(device.rename?.("timed", "ACME:bob") ?? Promise.resolve())).toBe("refused");
  expect(await failure(device.rename?.("timed", "a\nb") ?? Promise.resolve())).toBe("bad-argument");
});

test("a Nitrokey 3 renames by its own command", async () => {
  await using subject = subjectOf("nitrokey3");
  const device = await holding(subject, COUNTED, { ...COUNTED, name: "other" });
  await device.rename?.("counted", "ACME:bob");
  expect((await device.list()).map(({ name }) => name)).toEqual(["ACME:bob", "other"]);
  expect(await failure(device.rename?.("other", "ACME:bob") ?? Promise.resolve())).toBe("refused");
});

/** A Nitrokey 3 in memory, which gets the PIN 1234 and a TOTP credential that it hides. */
async function pinned() {
  const token = createSmartToken({
    profile: smartProfileOf("nitrokey3"),
    clock: new SimulatedClock(),
    random: createRandom(1),
  });
  const { card, info } = token;
  if (card === undefined) throw new Error("it has a card");
  const socket = new MemorySocket(new CardLink(card, () => {}), info.readerName, 3062);
  const log: string[] = [];
  const open = (password?: string): Promise<Device> =>
    openYkoathDevice(socket.open(), {
      driver: "ykoath",
      address: "pin",
      log: ({ text }) => log.push(text),
      ...(password === undefined ? {} : { password }),
    });
  await using device = await open();
  await device.setPassword?.("1234");
  await device.provision({ ...TIMED, name: "hidden" });
  return { open, log };
}

test("the PIN of a Nitrokey 3 opens what it hides, for each command anew", async () => {
  const { open, log } = await pinned();
  await using closed = await open();
  expect(await closed.list()).toEqual([]);
  await using device = await open("1234");
  expect((await device.list()).map(({ name }) => name)).toEqual(["hidden"]);
  expect(await device.readTotp({ atUs: AT_59_US })).toEqual({ code: AT_59.code });
  await device.rename?.("hidden", "found");
  await device.remove("found");
  expect(await device.list()).toEqual([]);
  expect(log.join("\n")).toContain("VERIFY PIN");
  expect(log.join("\n")).not.toMatch(/1234|31323334/);
});

test("the PIN is changed with the old one only, and only a reset takes it away", async () => {
  const { open, log } = await pinned();
  await using stranger = await open();
  expect(await failure(stranger.setPassword?.("5678") ?? Promise.resolve())).toBe("refused");
  {
    await using owner = await open("1234");
    await owner.setPassword?.("5678");
    expect(await owner.list()).toHaveLength(1);
    expect(await failure(owner.setPassword?.(null) ?? Promise.resolve())).toBe("not-supported");
    expect(await failure(owner.setPassword?.("5".repeat(129)) ?? Promise.resolve())).toBe(
      "bad-argument",
    );
  }
  await expect(open("1234")).rejects.toMatchObject({ code: "refused" });
  await using again = await open("5678");
  expect(await again.list()).toHaveLength(1);
  await again.reset?.();
  await using empty = await open();
  await empty.setPassword?.("1234");
  expect(log.join("\n")).not.toMatch(/5678|35363738|31323334/);
});

test("a wrong PIN says how many tries are left, and the last one is not used", async () => {
  const { open } = await pinned();
  for (const left of [7, 6, 5, 4, 3, 2, 1]) {
    await expect(open("0000")).rejects.toMatchObject({
      code: "refused",
      message: `unlock: the PIN is wrong; tries left: ${left}`,
    });
  }
  await expect(open("1234")).rejects.toMatchObject({
    code: "refused",
    message: "unlock: tries of the PIN that are left: 1",
  });
});

test("a token without rename says so beforehand, and when it is asked", async () => {
  await using subject = subjectOf("yubikey4");
  const device = await holding(subject, TIMED);
  expect(device.capabilities.extras).toMatchObject({ rename: false, reset: true });
  expect(await failure(device.rename?.("timed", "other") ?? Promise.resolve())).toBe(
    "not-supported",
  );
});

test("a password locks the token for the next session, and a reset takes all away", async () => {
  await using subject = subjectOf();
  const first = await holding(subject, TIMED);
  await first.setPassword?.("correct horse");
  expect(first.isLocked).toBe(false);
  expect(await first.list()).toHaveLength(1);

  const second = await subject.connect();
  expect(second.isLocked).toBe(true);
  expect(await failure(second.list())).toBe("refused");
  expect(await failure(second.unlock?.("wrong") ?? Promise.resolve())).toBe("refused");
  await second.unlock?.("correct horse");
  expect((await second.readTotp({ atUs: AT_59_US })).code).toBe(AT_59.code);
  await second.setPassword?.(null);
  expect((await subject.connect()).isLocked).toBe(false);

  const third = await subject.connect();
  await third.setPassword?.("another");
  const fourth = await subject.connect();
  await fourth.reset?.();
  expect(fourth.isLocked).toBe(false);
  expect(await fourth.list()).toEqual([]);
  expect(
    subject
      .wireLog()
      .map(({ text }) => text)
      .join("\n"),
  ).not.toMatch(/horse|another/);
});

test("reads the host's time when none is given, also after it stepped", async () => {
  await using subject = subjectOf("yubikey5", { startUs: AT_59_US });
  const device = await holding(subject, TIMED);
  expect((await device.readTotp()).code).toBe(AT_59.code);
  await subject.rig?.stepHostTime((1_111_111_109 - 59) * 1_000_000);
  expect((await device.readTotp()).code).toBe("07081804");
  await expect(device.readTotp({ atUs: -1 })).rejects.toThrow(RangeError);
});

test("several credentials and no name: the person must say which", async () => {
  await using subject = subjectOf();
  const device = await holding(subject, TIMED, { ...TIMED, name: "other" });
  expect(await failure(device.readTotp())).toBe("refused");
});

test("counters go to the last one that four bytes hold", async () => {
  await using subject = subjectOf();
  const device = await holding(subject, { ...COUNTED, counter: 7n });
  expect((await device.readHotp()).code).toBe(RFC4226_VECTORS[7]?.code);
  await device.provision({ ...COUNTED, counter: 0xffff_ffffn });
  expect((await device.readHotp()).code).toMatch(/^\d{6}$/);
  expect(await failure(device.provision({ ...COUNTED, counter: 0x1_0000_0000n }))).toBe(
    "bad-argument",
  );
});
