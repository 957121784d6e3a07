import { expect, test } from "vitest";
import { bytes, hex } from "../../core/wire/testing/frames.ts";
import { fakeHid } from "../../firmware-sim/testing/fake-card.ts";
import { FaultyHid } from "./faulty-hid.ts";

function faulty(reportBytes = 8) {
  let nowMs = 0;
  const unplugged: number[] = [];
  const application = fakeHid(reportBytes);
  application.setFeatureReport(new Uint8Array(reportBytes).fill(1));
  const hid = new FaultyHid(
    application,
    () => unplugged.push(nowMs),
    () => nowMs,
  );
  const pass = (byMs: number): void => {
    nowMs += byMs;
  };
  return { hid, unplugged, pass, read: () => hex(hid.getFeatureReport()) };
}

const RIGHT = "01".repeat(8);

test("each fault befalls one report", () => {
  const { hid, read } = faulty();
  hid.inject({ kind: "drop", bytes: 3 });
  hid.inject({ kind: "corrupt", bytes: 1 });
  hid.inject({ kind: "garbage", bytes: 5 });
  expect(read()).toBe("01".repeat(5));
  expect(read()).toBe(`41${"01".repeat(7)}`);
  expect(read()).not.toBe(RIGHT);
  expect(read()).toBe(RIGHT);
});

test("a late report is a token that is busy until then, a mute one that is busy for ever", () => {
  const { hid, read, pass } = faulty();
  hid.inject({ kind: "delay", byMs: 50 });
  expect(read()).toBe(`${"00".repeat(7)}80`);
  pass(49);
  expect(read()).toBe(`${"00".repeat(7)}80`);
  pass(1);
  expect(read()).toBe(RIGHT);
  hid.inject({ kind: "mute" });
  pass(1e9);
  expect(read()).toBe(`${"00".repeat(7)}80`);
  hid.unmute();
  expect(read()).toBe(RIGHT);
});

test("a Nitrokey says busy in its first byte", () => {
  const { hid } = faulty(64);
  hid.inject({ kind: "mute" });
  expect(hid.getFeatureReport().subarray(0, 2)).toEqual(bytes("0100"));
  hid.clear();
  expect(hid.getFeatureReport()[0]).toBe(1);
  expect(hid.getFeatureReport()[1]).toBe(1);
});

test("it is unplugged in the report that goes over the limit", () => {
  const { hid, read, unplugged } = faulty();
  hid.inject({ kind: "disconnect", afterBytes: 10 });
  expect(read()).toBe(RIGHT);
  expect(unplugged).toEqual([]);
  read();
  expect(unplugged).toEqual([0]);
});
