// "Everything fails as DeviceError. A token that goes away: disconnected." And after any fault but
// that one, the next answer is right.

import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import type { Fault } from "../rig.ts";
import type { OpenSubject } from "./contract.ts";
import { AT_59, AT_1111111109, Bench, failure } from "./contract-bench.ts";

const DAMAGE: readonly (readonly [string, Fault])[] = [
  ["lost bytes", { kind: "drop", bytes: 3 }],
  ["a lost answer", { kind: "drop", bytes: 60 }],
  ["one damaged byte", { kind: "corrupt", bytes: 1 }],
  ["a damaged answer", { kind: "corrupt", bytes: 60 }],
  ["noise before the answer", { kind: "garbage", bytes: 64 }],
  ["noise without end", { kind: "garbage", bytes: 6000 }],
];
const IMPATIENT_MS = 50;

/** Registers the tests. */
export function faultContract(open: OpenSubject): void {
  test.each(DAMAGE)(
    "%s: an error or the right code, and right codes after it",
    async (_, fault) => {
      await using bench = await Bench.withTotp(open);
      const { rig } = bench;
      await bench.setTime(AT_59);
      await rig.inject(fault);
      const code = await bench.readTotp({ timeoutMs: IMPATIENT_MS }).then(
        (reading) => reading.code,
        (error: unknown) => failure(Promise.reject(error)),
      );
      expect([AT_59.code, "protocol", "timed-out"]).toContain(code);
      expect((await bench.codeAt(AT_1111111109)).code).toBe(AT_1111111109.code);
    },
  );

  test.each([0, 1, 5, 20])("goes away after %d bytes of an answer", async (afterBytes) => {
    await using bench = await Bench.withTotp(open);
    await bench.rig.inject({ kind: "disconnect", afterBytes });
    const [first, waiting] = await Promise.all([failure(bench.readTotp()), failure(bench.ask())]);
    expect([first, waiting]).toEqual(["disconnected", "disconnected"]);
    expect(await failure(bench.readTotp())).toBe("disconnected");
    expect(await failure(bench.subject.connect())).toBe("not-found");
  });

  test("comes back with all it held", async () => {
    await using bench = await Bench.withTotp(open);
    for (let time = 0; time < 2; time++) {
      await bench.rig.inject({ kind: "disconnect", afterBytes: 2 });
      const old = bench.device;
      expect(await failure(bench.readTotp())).toBe("disconnected");
      await bench.rig.reconnect();
      await bench.reconnect();
      expect((await bench.codeAt(AT_59)).code).toBe(AT_59.code);
      // The device of before stays gone.
      expect(await failure(old.readTotp())).toMatch(/^(disconnected|closed)$/);
    }
  });

  test("power that fails while a credential is written leaves the old one or the new", async () => {
    for (let afterWrites = 1; afterWrites <= 6; afterWrites++) {
      await using bench = await Bench.withTotp(open);
      const { device, rig } = bench;
      await rig.inject({ kind: "brown-out", afterWrites });
      const secret = rfc4226Secret().reverse();
      const parameters = totpParameters({ digits: 8 });
      const written = await device
        .provision({ name: "timed", secret, parameters }, { timeoutMs: IMPATIENT_MS })
        .then(
          () => "written",
          (error: unknown) => failure(Promise.reject(error)),
        );
      expect(["written", "disconnected", "timed-out"]).toContain(written);
      // On a busy machine what was written may arrive only now, and bring the fault.
      await bench.revive().catch(() => bench.revive());
      // Setting the clock may be the write that the fault was waiting for.
      const { code } = await bench.codeAt(AT_59).catch(async () => {
        await bench.revive();
        return bench.codeAt(AT_59);
      });
      // RFC 6238's code, or that of the secret read backwards (node:crypto).
      expect([AT_59.code, BACKWARDS_AT_59]).toContain(code);
      if (written === "written") expect(code).toBe(BACKWARDS_AT_59);
    }
  });
}

/** HOTP(09876543210987654321, 1), 8 digits; computed with openssl dgst -hmac. */
const BACKWARDS_AT_59 = "73350769";
