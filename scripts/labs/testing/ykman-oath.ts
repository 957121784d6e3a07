// What people do with ykman and the OATH applet, as tests for whichever way it reaches the token.

import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Rig } from "../../../devices/rig.ts";
import { counterCode, SECRET_BASE32, timeCodes } from "./codes.ts";
import type { Ykman } from "./ykman.ts";

/** The token that ykman finds, and the hand around it. */
export interface YkmanBench {
  readonly ykman: Ykman;
  readonly rig: Pick<Rig, "pressButton">;
  /** Makes it as it came from the factory; nobody touches it but the rig. */
  fresh(): Promise<void>;
}

/** Registers the tests. */
export function ykmanOathTests(bench: () => YkmanBench): void {
  accounts(bench);
  changes(bench);
  password(bench);
  touch(bench);
}

function accounts(bench: () => YkmanBench): void {
  test("ykman adds accounts, by options and by URI, and lists them as they are", async () => {
    await bench().fresh();
    const { ykman } = bench();
    const add = (...more: string[]) => ykman.says("oath", "accounts", "add", ...more);
    await add("ACME:bob", SECRET_BASE32);
    await add("counted", SECRET_BASE32, "-o", "HOTP", "-c", "7", "-d", "8");
    const uri = `otpauth://totp/Big:eve?secret=${SECRET_BASE32}&issuer=Big&digits=8&period=60`;
    await ykman.says("oath", "accounts", "uri", `${uri}&algorithm=SHA512`);
    const listed = await ykman.says("oath", "accounts", "list", "-o", "-P");
    // ykman 4 shows the period twice.
    expect(listed.trim().split("\n").sort()).toEqual([
      "60/Big:eve, TOTP, 60",
      "ACME:bob, TOTP, 30",
      "counted, HOTP, 0",
    ]);
    const info = await ykman.says("oath", "info");
    expect(info).toContain("OATH version: 5.4.3");
    expect(info).toContain("Password protection: disabled");
  });

  test("its codes are otplib's: 6 and 8 digits, three hashes, time and counter", async () => {
    await bench().fresh();
    const { ykman } = bench();
    for (const algorithm of ["SHA1", "SHA256", "SHA512"] as const) {
      for (const [digits, stepSeconds] of [
        [6, 30],
        [8, 60],
      ] as const) {
        const form = { algorithm, digits, stepSeconds };
        const uri = `otpauth://totp/x${algorithm}${digits}?secret=${SECRET_BASE32}`;
        const options = `&algorithm=${algorithm}&digits=${digits}&period=${stepSeconds}`;
        await ykman.says("oath", "accounts", "uri", uri + options);
        const since = Date.now();
        const code = await ykman.says("oath", "accounts", "code", "-s", `x${algorithm}${digits}`);
        expect(timeCodes(since, form)).toContain(code.trim());
      }
    }
    await ykman.says("oath", "accounts", "add", "c", SECRET_BASE32, "-o", "HOTP", "-c", "3");
    for (const counter of [3, 4]) {
      const code = await ykman.says("oath", "accounts", "code", "-s", "c");
      expect(code.trim()).toBe(counterCode(counter, {}));
    }
    const since = Date.now();
    const all = await ykman.says("oath", "accounts", "code");
    expect(all.trim().split("\n")).toHaveLength(7);
    expect(all).toMatch(/^c +\[HOTP Account\]$/m);
    const shown = /^xSHA16 +(\d{6})$/m.exec(all)?.[1];
    expect(timeCodes(since)).toContain(shown);
  });
}

function changes(bench: () => YkmanBench): void {
  test("ykman renames, deletes and resets; what is gone is gone", async () => {
    await bench().fresh();
    const { ykman } = bench();
    await ykman.says("oath", "accounts", "add", "ACME:bob", SECRET_BASE32);
    await ykman.says("oath", "accounts", "add", "other", SECRET_BASE32);
    await ykman.says("oath", "accounts", "rename", "-f", "ACME:bob", "ACME:robert");
    expect(await ykman.says("oath", "accounts", "list")).toBe("ACME:robert\nother\n");
    await ykman.says("oath", "accounts", "delete", "-f", "robert");
    expect(await ykman.says("oath", "accounts", "list")).toBe("other\n");
    const since = Date.now();
    const code = await ykman.says("oath", "accounts", "code", "-s", "other");
    expect(timeCodes(since)).toContain(code.trim());
    await ykman.says("oath", "reset", "-f");
    expect(await ykman.says("oath", "accounts", "list")).toBe("");
  });
}

function password(bench: () => YkmanBench): void {
  test("ykman sets the password, remembers it, uses it and takes it away", async () => {
    await bench().fresh();
    const { ykman } = bench();
    await ykman.says("oath", "accounts", "add", "kept", SECRET_BASE32);
    await ykman.says("oath", "access", "change", "-n", "correct horse");
    expect(await ykman.says("oath", "info")).toContain("Password protection: enabled");
    expect(await ykman.refuses("oath", "accounts", "list", "-p", "wrong")).toMatch(/password/i);
    expect(await ykman.says("oath", "accounts", "list", "-p", "correct horse")).toBe("kept\n");
    await ykman.says("oath", "access", "remember", "-p", "correct horse");
    expect(await ykman.says("oath", "accounts", "list")).toBe("kept\n");
    await ykman.says("oath", "access", "change", "-c", "-p", "correct horse");
    expect(await ykman.says("oath", "info")).toContain("Password protection: disabled");
    expect(await ykman.says("oath", "accounts", "list")).toBe("kept\n");
  });
}

function touch(bench: () => YkmanBench): void {
  test("an account that asks for a touch gives its code after one", async () => {
    await bench().fresh();
    const { ykman, rig } = bench();
    await ykman.says("oath", "accounts", "add", "-t", "guarded", SECRET_BASE32);
    await ykman.says("oath", "accounts", "add", "other", SECRET_BASE32);
    expect(await ykman.says("oath", "accounts", "code")).toMatch(/^guarded +\[Requires Touch\]$/m);
    const since = Date.now();
    const asked = Promise.withResolvers<void>();
    const reading = ykman.ran(["oath", "accounts", "code", "-s", "guarded"], {
      onOutput: (text) => {
        if (/touch/i.test(text)) asked.resolve();
      },
    });
    await Promise.race([asked.promise, reading]);
    // The prompt comes a little before the command.
    for (let ended = false; !ended; ) {
      await rig.pressButton();
      ended = await Promise.race([reading.then(() => true), pause(100, false)]);
    }
    const { exitCode, stdout } = await reading;
    expect(exitCode).toBe(0);
    expect(timeCodes(since)).toContain(stdout.trim());
  });
}
