import { describe, expect, it } from "vitest";
import { fuzzCcidReader, fuzzUsbipConnections, fuzzVpcdSessions } from "../testing/port-fuzz.ts";
import { fuzzUhidDevice } from "../testing/token-fuzz.ts";

const COUNT = 1_000_000;

describe(`${COUNT} damaged frames`, () => {
  it("hurt no USB/IP host but the one that sent them", () => {
    const { answers, closed } = fuzzUsbipConnections(COUNT);
    expect(answers).toBeGreaterThan(2 * COUNT);
    expect(closed).toBeGreaterThan(COUNT / 10);
  });

  it("leave a CCID reader that gives whole answers", () => {
    expect(fuzzCcidReader(COUNT).answers).toBeGreaterThan(COUNT / 4);
  });

  it("get whole frames from a card in a vpcd reader", () => {
    expect(fuzzVpcdSessions(COUNT).answers).toBeGreaterThan(COUNT / 10);
  });

  it("are answered one by one by a device of /dev/uhid", async () => {
    expect(await fuzzUhidDevice(COUNT)).toBeGreaterThan(COUNT / 10);
  });
});
