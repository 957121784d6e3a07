// What a token does with credentials: as many, as long and under such names as it claims.

import { expect, test } from "vitest";
import {
  HASH_ALGORITHMS,
  hotpParameters,
  type TotpParameters,
  totpParameters,
} from "../../core/oath/parameters.ts";
import { RFC4226_VECTORS, rfc6238Secret } from "../../core/oath/vectors.ts";
import type { Device } from "../device.ts";
import type { OpenSubject, TokenTraits } from "./contract.ts";
import { AT_59, Bench, failure } from "./contract-bench.ts";

/** Registers the tests. */
export function credentialContract(open: OpenSubject, traits: TokenTraits): void {
  writing(open, traits.nameBytes ?? 64);
  refusals(open);
  names(open);
}

const NAMES: readonly string[] = ["a", "two words", "ACME:bob", "100 %", "ключ 🔑"];

function writing(open: OpenSubject, nameBytes: number): void {
  test("lists what was written, or says it cannot", async () => {
    await using bench = await Bench.open(open);
    const { device } = bench;
    if (!device.capabilities.list) {
      expect(await failure(device.list())).toBe("not-supported");
      return;
    }
    expect(await device.list()).toEqual([]);
    const names = [...NAMES, "n".repeat(nameBytes)];
    const written = names.map((name) => ({ name, parameters: parametersOf(device) }));
    for (const credential of written) {
      await device.provision({ ...credential, secret: rfc6238Secret("SHA1") });
    }
    expect(await device.list()).toEqual(written);
    for (const name of names) {
      expect((await bench.readTotp({ credential: name })).code).toMatch(/^\d{8}$/);
    }
  });

  test("removes a credential once, or says it cannot", async () => {
    await using bench = await Bench.withTotp(open);
    const { device } = bench;
    if (!device.capabilities.remove) {
      expect(await failure(device.remove("timed"))).toBe("not-supported");
      return;
    }
    await device.remove("timed");
    expect(await failure(device.remove("timed"))).toBe("refused");
    expect(await failure(bench.readTotp())).toBe("refused");
  });

  test("takes as many credentials as it claims, and replaces one of the same name", async () => {
    await using bench = await Bench.open(open);
    const { provision } = bench.device.capabilities;
    if (provision?.names !== true) {
      // One credential, whatever its name.
      await bench.putTotp("first");
      await bench.putTotp("second");
      expect((await bench.codeAt(AT_59)).code).toBe(AT_59.code);
      return;
    }
    for (let at = 0; at < provision.credentials; at++) await bench.putTotp(`c${at}`);
    expect(await failure(bench.putTotp("one too many"))).toBe("refused");
    await bench.putTotp("c0");
    expect(await bench.device.list()).toHaveLength(provision.credentials);
  });
}

function refusals(open: OpenSubject): void {
  test("takes the shortest and the longest secret it claims, and refuses others", async () => {
    await using bench = await Bench.withTotp(open);
    const { device } = bench;
    const { low, high } = device.capabilities.provision?.secretBytes ?? { low: 1, high: 1 };
    const put = (bytes: number): Promise<void> =>
      device.provision({
        name: "timed",
        secret: new Uint8Array(bytes).fill(0x41),
        parameters: parametersOf(device),
      });
    expect(await failure(put(low - 1))).toBe("bad-argument");
    expect(await failure(put(high + 1))).toBe("bad-argument");
    // What was refused left the old one as it was.
    expect((await bench.codeAt(AT_59)).code).toBe(AT_59.code);
    await put(low);
    await put(high);
    expect((await bench.codeAt(AT_59)).code).not.toBe(AT_59.code);
  });

  test("refuses what it does not claim, and keeps what it holds", async () => {
    await using bench = await Bench.withTotp(open);
    const { device } = bench;
    const { totp } = device.capabilities;
    const wrong = [
      ...HASH_ALGORITHMS.filter((algorithm) => !totp?.algorithms.includes(algorithm)).map(
        (algorithm) => totpParameters({ algorithm, digits: 8 }),
      ),
      totpParameters({ digits: 8, stepSeconds: (totp?.stepSeconds.high ?? 0) + 1 }),
      { ...totpParameters(), digits: 5 },
    ];
    for (const parameters of wrong) {
      const put = device.provision({ name: "timed", secret: rfc6238Secret("SHA1"), parameters });
      expect(await failure(put)).toBe("bad-argument");
    }
    expect((await bench.codeAt(AT_59)).code).toBe(AT_59.code);
  });
}

function names(open: OpenSubject): void {
  test("refuses names that are none", async () => {
    await using bench = await Bench.withTotp(open);
    const { device } = bench;
    if (device.capabilities.provision?.names !== true) {
      expect((await bench.readTotp({ credential: "any" })).code).toMatch(/^\d{8}$/);
      return;
    }
    for (const name of ["", "n".repeat(65), "a\nb", "a\x00", "\ud800", "ä".repeat(5000)]) {
      expect(await failure(bench.putTotp(name))).toBe("bad-argument");
    }
    expect(await failure(bench.readTotp({ credential: "nobody" }))).toBe("refused");
  });

  test("tells time-based and event-based credentials apart, if it holds several", async () => {
    await using bench = await Bench.withHotp(open);
    const { device } = bench;
    if (device.capabilities.provision?.names !== true) {
      if (device.capabilities.hotp?.atCounter !== true) return;
      expect((await device.readHotp({ counter: 0n })).code).toBe(RFC4226_VECTORS[0]?.code);
      return;
    }
    await bench.putTotp();
    expect(await failure(bench.readTotp({ credential: "counted" }))).toBe("refused");
    expect(await failure(device.readHotp({ credential: "timed" }))).toBe("refused");
    const list = await device.list();
    expect(list).toContainEqual({ name: "counted", parameters: hotpParameters() });
  });
}

function parametersOf(device: Device): TotpParameters {
  const low = device.capabilities.totp?.stepSeconds.low ?? 30;
  return totpParameters({ digits: 8, stepSeconds: Math.max(low, 30) });
}
