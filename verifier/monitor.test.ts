import { expect, test } from "vitest";
import { HostClockMonitor } from "./monitor.ts";

const MINUTE_US = 60_000_000;

test("the same jump on three tokens is the host's; on two it is theirs (D13)", () => {
  const monitor = new HostClockMonitor();
  expect(monitor.observe(1, -3600, 0, 60)).toBeNull();
  expect(monitor.observe(2, -3590, MINUTE_US, 60)).toBeNull();
  expect(monitor.alarm).toBeNull();
  const fault = { kind: "host-clock", seconds: -3610, tokens: 3 };
  expect(monitor.observe(3, -3610, 2 * MINUTE_US, 60)).toEqual(fault);
  expect(monitor.alarm).toEqual({ ...fault, atUs: 2 * MINUTE_US });
});

test("one token that jumps three times is one token", () => {
  const monitor = new HostClockMonitor();
  for (let time = 0; time < 9; time++) expect(monitor.observe(1, 300, time, 60)).toBeNull();
});

test.each<[string, (monitor: HostClockMonitor) => void]>([
  ["jumps that differ", (monitor) => monitor.observe(2, 700, 0, 60)],
  ["a jump of yesterday", (monitor) => monitor.observe(2, 3600, -86_400 * 1e6, 60)],
  [
    "a jump that is over",
    (monitor) => {
      monitor.observe(2, 3600, 0, 60);
      monitor.settle(2);
    },
  ],
])("%s do not count", (_, also) => {
  const monitor = new HostClockMonitor();
  monitor.observe(1, 3600, 0, 60);
  also(monitor);
  expect(monitor.observe(3, 3600, 0, 60)).toBeNull();
});

test("remembers a thousand tokens and no more", () => {
  const monitor = new HostClockMonitor({ tokens: 1001 });
  for (let token = 0; token < 3000; token++) {
    expect(monitor.observe(token, 100, 0, 60)).toBeNull();
  }
});
