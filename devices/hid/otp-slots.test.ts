// OTP slots: the worked example of the HID document (A5) report by report, both slots, touch, and
// codes against otplib.

import { generateSync } from "otplib";
import { expect, test } from "vitest";
import { encodeBase32 } from "../../core/oath/base32.ts";
import { hotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { subjectSource } from "../sources.ts";
import { failure } from "../testing/contract-bench.ts";
import { HidConnection } from "./connection.ts";
import { OtpSession } from "./otp-session.ts";
import type { HidTransport } from "./transport.ts";
import { truncatedCode } from "./truncate.ts";

const secret = rfc4226Secret();
const NEVER = new AbortController().signal;

function open(options = {}) {
  return subjectSource("hid:emulated").open(options);
}

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

/** The reads of the worked example, after the three writes. */
const RESPONSE = [
  "75A48A19D4CBE140",
  "00644E8AC1397E41",
  "EA747A2D33AB1B42",
  "6E00000000000043",
  "0000000000000040",
];

test("asks and reads the worked example of the document, report by report", async () => {
  const sent: string[] = [];
  const reads = RESPONSE.map(hex);
  const transport: HidTransport = {
    sendFeature: async (report) => void sent.push(Buffer.from(report).toString("hex")),
    getFeature: async () =>
      (sent.at(-1)?.endsWith("89") ? reads.shift() : undefined) ?? new Uint8Array(8),
    write: async () => {},
    read: async () => new Uint8Array(8),
    close: async () => {},
  };
  const session = new OtpSession(new HidConnection(transport, () => {}, 1000));
  const challenge = { slot: 0x38, payload: hex("0000000000000001") };
  const hmac = await session.ask(challenge, 20, NEVER);
  expect(Buffer.from(hmac).toString("hex")).toBe("75a48a19d4cbe100644e8ac1397eea747a2d33ab");
  expect(truncatedCode(hmac, 8)).toBe("94287082");
  expect(sent).toEqual([
    "000000000000008f",
    "0000000000000080",
    "0100000000000081",
    "0038b98e00000089",
    "000000000000008f",
  ]);
});

test("two slots hold two credentials, and any other name means slot 2", async () => {
  await using subject = await open();
  const device = await subject.connect();
  const other = new Uint8Array(16).fill(7);
  await device.provision({ name: "slot 1", secret: other, parameters: totpParameters() });
  const parameters = totpParameters({ digits: 8, stepSeconds: 60, t0: 10 });
  await device.provision({ name: "whatever", secret, parameters });
  const read = (credential: string) => device.readTotp({ credential, atUs: 69_000_000 });
  expect(await read("slot 2")).toEqual({ code: "84755224", movingFactor: 0n });
  const expected = generateSync({ secret: encodeBase32(other), epoch: 69, digits: 6 });
  expect((await read("slot 1")).code).toBe(expected);
  await device.remove("slot 1");
  expect(await failure(read("slot 1"))).toBe("refused");
  expect((await read("slot 2")).code).toBe("84755224");
});

test("time steps whose last byte is zero are not cut short", async () => {
  await using subject = await open();
  const device = await subject.connect();
  await device.provision({ name: "a", secret, parameters: totpParameters() });
  for (const step of [0, 256, 65_536, 57_000_000 - (57_000_000 % 256)]) {
    const { code } = await device.readTotp({ atUs: step * 30_000_000 });
    expect(code).toBe(generateSync({ secret: encodeBase32(secret), epoch: step * 30, digits: 6 }));
  }
});

test("a slot that asks for a touch waits for it, and says so", async () => {
  await using subject = await open({ pressToShow: true });
  const device = await subject.connect();
  await device.provision({ name: "a", secret, parameters: totpParameters(), touch: true });
  const onTouch = Promise.withResolvers<void>();
  const reading = device.readTotp({ atUs: 59_000_000, onTouch: onTouch.resolve });
  await onTouch.promise;
  await subject.rig?.pressButton();
  expect((await reading).code).toBe("287082");
});

test("a touch that does not come is refused after 15 seconds of the token's time", async () => {
  await using subject = await open({ pressToShow: true });
  const device = await subject.connect();
  await device.provision({ name: "a", secret, parameters: totpParameters(), touch: true });
  const onTouch = Promise.withResolvers<void>();
  const reading = failure(device.readTotp({ atUs: 59_000_000, onTouch: onTouch.resolve }));
  await onTouch.promise;
  await subject.rig?.advance(16_000_000);
  expect(await reading).toBe("refused");
});

test("event-based slots can be written, and their codes are not read here", async () => {
  await using subject = await open();
  const device = await subject.connect();
  await device.provision({ name: "a", secret, parameters: hotpParameters(), counter: 16n });
  expect(await failure(device.readHotp())).toBe("not-supported");
  // The token refuses a challenge to such a slot.
  expect(await failure(device.readTotp({ atUs: 0 }))).toBe("refused");
  for (const change of [
    { counter: 1n },
    { counter: 1n << 20n },
    { parameters: hotpParameters({ digits: 7 }) },
  ]) {
    const put = device.provision({
      name: "a",
      secret,
      parameters: hotpParameters(),
      counter: 0n,
      ...change,
    });
    expect(await failure(put)).toBe("bad-argument");
  }
});
