// "A capability that is claimed works. One that is not claimed answers not-supported."

import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { RFC4226_VECTORS, RFC6238_VECTORS, rfc6238Secret } from "../../core/oath/vectors.ts";
import type { OpenSubject, TokenTraits } from "./contract.ts";
import { AT_59, AT_1111111109, Bench, failure } from "./contract-bench.ts";

/** Registers the tests. */
export function capabilityContract(open: OpenSubject, traits: TokenTraits): void {
  codes(open);
  counters(open);
  clock(open);
  if (traits.display ?? true) display(open);
}

function codes(open: OpenSubject): void {
  test("says which token it is and how to open it again", async () => {
    await using bench = await Bench.open(open);
    const { driver, address, model } = bench.device.info;
    expect(driver).toBe(bench.subject.driver);
    expect(address.startsWith(`${driver}:`)).toBe(true);
    expect(model).not.toBe("");
  });

  test("makes time-based codes of every hash it claims", async () => {
    await using bench = await Bench.open(open);
    const { device } = bench;
    for (const algorithm of device.capabilities.totp?.algorithms ?? []) {
      const parameters = totpParameters({ algorithm, digits: 8 });
      await device.provision({ name: "rfc", secret: rfc6238Secret(algorithm), parameters });
      for (const { seconds, codes: expected } of RFC6238_VECTORS) {
        if (seconds > device.capabilities.timeRange.toSeconds) continue;
        expect((await bench.codeAt({ seconds })).code).toBe(expected[algorithm]);
      }
    }
  });

  test("makes codes of every length it claims", async () => {
    await using bench = await Bench.open(open);
    const { device } = bench;
    for (const digits of device.capabilities.totp?.digits ?? []) {
      const parameters = totpParameters({ digits });
      await device.provision({ name: "long", secret: rfc6238Secret("SHA1"), parameters });
      // Truncation of counter 37037036 is 907081804: RFC 6238 Appendix B shows its last 8 digits.
      const { code } = await bench.codeAt(AT_1111111109);
      expect(code).toHaveLength(digits);
      expect(AT_1111111109.code.endsWith(code) || code.endsWith(AT_1111111109.code)).toBe(true);
    }
  });
}

function counters(open: OpenSubject): void {
  test("makes event-based codes for counters the host names, if it claims so", async () => {
    await using bench = await Bench.withHotp(open);
    if (bench.device.capabilities.hotp?.atCounter !== true) {
      expect(await failure(bench.device.readHotp({ counter: 0n }))).toBe("not-supported");
      return;
    }
    for (const { counter, code } of RFC4226_VECTORS) {
      expect((await bench.device.readHotp({ counter })).code).toBe(code);
    }
    const highest = bench.device.capabilities.hotp.highestCounter;
    expect((await bench.device.readHotp({ counter: highest })).code).toMatch(/^\d{6}$/);
    expect(await failure(bench.device.readHotp({ counter: highest + 1n }))).toBe("bad-argument");
  });

  test("counts event-based codes itself, if it claims so", async () => {
    await using bench = await Bench.withHotp(open);
    const { device } = bench;
    if (device.capabilities.hotp?.ownCounter !== true) {
      expect(await failure(device.readHotp())).toBe("not-supported");
      return;
    }
    expect(await device.readHotp()).toMatchObject({ code: RFC4226_VECTORS[0]?.code });
    // A counter that the host names is not the token's own.
    if (device.capabilities.hotp.atCounter) await device.readHotp({ counter: 7n });
    expect(await device.readHotp()).toMatchObject({ code: RFC4226_VECTORS[1]?.code });
  });

  test("reading a time-based code changes nothing", async () => {
    await using bench = await Bench.withTotp(open);
    const first = await bench.codeAt(AT_59);
    expect(first.code).toBe(AT_59.code);
    for (let again = 0; again < 3; again++) {
      expect(await bench.readTotp()).toEqual(first);
    }
  });

  test("a token without a credential refuses to make a code", async () => {
    await using bench = await Bench.open(open);
    expect(await failure(bench.readTotp())).toBe("refused");
  });
}

function clock(open: OpenSubject): void {
  test("holds every time it claims, and refuses the others", async () => {
    await using bench = await Bench.withTotp(open);
    const { device } = bench;
    const { setTime, readTime, timeRange } = device.capabilities;
    if (!setTime || !readTime) {
      if (setTime) await device.setTime(timeRange.fromSeconds + 59);
      if (!setTime) expect(await failure(device.setTime(59))).toBe("not-supported");
      if (!readTime) expect(await failure(device.readTime())).toBe("not-supported");
      return;
    }
    const { fromSeconds, toSeconds } = timeRange;
    for (const seconds of [fromSeconds, toSeconds, fromSeconds + 59]) {
      await device.setTime(seconds);
      expect(await device.readTime()).toBe(seconds);
    }
    for (const seconds of [fromSeconds - 1, toSeconds + 1, 1.5, Number.NaN, Infinity]) {
      expect(await failure(device.setTime(seconds))).toBe("bad-argument");
    }
    expect(await device.readTime()).toBe(fromSeconds + 59);
  });

  test("its clock goes on with the rig's time", async () => {
    await using bench = await Bench.withTotp(open);
    const { device, rig } = bench;
    if (!device.capabilities.setTime) return;
    await device.setTime(device.capabilities.timeRange.fromSeconds + 29);
    const before = await device.readTotp();
    await rig.advance(1_000_000);
    expect((await device.readTotp()).code).not.toBe(before.code);
  });
}

function display(open: OpenSubject): void {
  test("the display shows the code that is read", async () => {
    await using bench = await Bench.withTotp(open);
    if (bench.device.capabilities.button) await bench.rig.pressButton();
    const { code } = await bench.readTotp();
    expect((await bench.rig.display()).text).toBe(code);
  });
}
