// The Flipper Authenticator through the serial driver, and what the contract of devices says of a
// token that gives no codes over its line.

import { expect, test } from "vitest";
import { hotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret, rfc6238Secret } from "../../core/oath/vectors.ts";
import { subjectSource } from "../sources.ts";
import { failure } from "../testing/contract-bench.ts";

const secret = rfc4226Secret();
const parameters = totpParameters({ digits: 8 });

function open(pressToShow = false) {
  return subjectSource("serial:emulated-flipper").open({ pressToShow });
}

test("says that it is a Flipper, and that no code can be read", async () => {
  await using subject = await open();
  const device = await subject.connect();
  expect(device.info).toMatchObject({ model: "flipper-authenticator", firmware: "5.15.0" });
  expect(device.capabilities).not.toHaveProperty("totp");
  expect(device.capabilities).not.toHaveProperty("hotp");
  const refusals = [device.readTotp(), device.readHotp(), device.setTime(59), device.readTime()];
  expect(await Promise.all(refusals.map(failure))).toEqual(Array(4).fill("not-supported"));
});

test("what was provisioned is listed, and its display shows the codes of RFC 6238", async () => {
  await using subject = await open();
  const device = await subject.connect();
  const written = [
    { name: "two words", parameters },
    { name: "slow", parameters: totpParameters({ algorithm: "SHA512", stepSeconds: 60 }) },
    { name: "counted", parameters: hotpParameters() },
  ];
  for (const each of written) await device.provision({ ...each, secret });
  expect(await device.list()).toEqual(written);
  await device.remove("slow");
  await device.remove("counted");
  expect(await device.list()).toEqual(written.slice(0, 1));
  // 2026-01-01T00:00:00Z, step 58907520: computed with python3 hmac.
  expect((await subject.rig?.display())?.text).toBe("52745690");
});

test("a credential of the same name is replaced in its place", async () => {
  await using subject = await open();
  const device = await subject.connect();
  for (const name of ["a", "b"]) await device.provision({ name, secret, parameters });
  const other = totpParameters({ algorithm: "SHA256" });
  await device.provision({ name: "a", secret: rfc6238Secret("SHA256"), parameters: other });
  expect(await device.list()).toEqual([
    { name: "a", parameters: other },
    { name: "b", parameters },
  ]);
});

test("refuses what the Flipper would not take, and keeps what it holds", async () => {
  await using subject = await open();
  const device = await subject.connect();
  await device.provision({ name: "kept", secret, parameters });
  const put = (change: object): Promise<string> =>
    failure(device.provision({ name: "kept", secret, parameters, ...change }));
  for (const change of [
    { name: 'a"b' },
    { name: "" },
    { name: "ü" },
    { secret: new Uint8Array(0) },
    { parameters: totpParameters({ stepSeconds: 10 }) },
    { parameters: totpParameters({ stepSeconds: 256 }) },
    { parameters: totpParameters({ digits: 7 }) },
    { parameters: totpParameters({ t0: 1 }) },
    { counter: -1n },
  ]) {
    expect(await put(change)).toBe("bad-argument");
  }
  expect(await failure(device.remove("nobody"))).toBe("refused");
  expect(await device.list()).toEqual([{ name: "kept", parameters }]);
});

test("no secret is in the log, in any form", async () => {
  await using subject = await open();
  const device = await subject.connect();
  await device.provision({ name: "log", secret, parameters });
  const log = subject.wireLog().map(({ text }) => text);
  const text = log.join("\n").toLowerCase();
  for (const form of ["gezdgnbv", "31323334", "12345678"]) expect(text).not.toContain(form);
  expect(text).toContain("secret <32 bytes, sha256:");
});

test("a late answer is thrown away, and a damaged one is an error or right", async () => {
  await using subject = await open();
  const device = await subject.connect();
  await device.provision({ name: "kept", secret, parameters });
  const expected = [{ name: "kept", parameters }];
  await subject.rig?.inject({ kind: "delay", byMs: 60 });
  expect(await failure(device.list({ timeoutMs: 20 }))).toBe("timed-out");
  expect(await device.list()).toEqual(expected);
  for (const kind of ["drop", "corrupt", "garbage"] as const) {
    await subject.rig?.inject({ kind, bytes: 40 });
    const outcome = await device.list({ timeoutMs: 100 }).catch((error: Error) => error.name);
    expect([expected, "DeviceError"]).toContainEqual(outcome);
    expect(await device.list()).toEqual(expected);
  }
});

test("a Flipper that goes away is disconnected, and comes back with all it held", async () => {
  await using subject = await open();
  const device = await subject.connect();
  await device.provision({ name: "kept", secret, parameters });
  await subject.rig?.inject({ kind: "disconnect", afterBytes: 3 });
  expect(await failure(device.list())).toBe("disconnected");
  await subject.rig?.reconnect();
  expect(await (await subject.connect()).list()).toEqual([{ name: "kept", parameters }]);
});
