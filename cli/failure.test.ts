import { expect, test } from "vitest";
import { NothingSelected } from "../conformance/run/selection.ts";
import { SchemaError } from "../conformance/schema-check.ts";
import { Base32Error } from "../core/oath/base32.ts";
import { DeviceError } from "../devices/errors.ts";
import { StoreError } from "../verifier/stores/store.ts";
import { VerifierError } from "../verifier/verifier.ts";
import { EXIT } from "./exit-codes.ts";
import { describeFailure, printFailure } from "./failure.ts";
import { keptTerminal } from "./testing/terminal.ts";
import { UsageError } from "./usage-error.ts";

const system = (code: string, path: string): Error =>
  Object.assign(new Error(`${code}: no`), { code, path });

test.each([
  ["a wrong flag", new UsageError("no", "so"), EXIT.usage],
  ["an empty selection", new NothingSelected("no"), EXIT.nothingSelected],
  ["a token that is not there", new DeviceError("not-found", "no"), EXIT.noDevice],
  ["a port without permission", new DeviceError("no-access", "no"), EXIT.noDevice],
  ["a missing package", new DeviceError("missing-package", "no"), EXIT.noDevice],
  ["a token that went away", new DeviceError("disconnected", "no"), EXIT.noDevice],
  ["a value the token does not take", new DeviceError("bad-argument", "no"), EXIT.usage],
  ["a device we closed ourselves", new DeviceError("closed", "no"), EXIT.harness],
  ["a cancelled operation", new DeviceError("cancelled", "no"), EXIT.interrupted],
  ["a corrupt state file", new StoreError("corrupt", "no", "so"), EXIT.usage],
  ["a state file without permission", new StoreError("read-only", "no", "so"), EXIT.noDevice],
  ["a full disk", new StoreError("full", "no", "so"), EXIT.noDevice],
  ["a label that is taken", new StoreError("duplicate", "no", "so"), EXIT.usage],
  ["an admin act that is not allowed", new VerifierError("device-limit", "no", ""), EXIT.usage],
  ["a file against its schema", new SchemaError("a.json", ["no"]), EXIT.usage],
  ["a secret that is not Base32", new Base32Error("character", "no"), EXIT.usage],
  ["a value out of range", new RangeError("no"), EXIT.usage],
  ["a missing file", system("ENOENT", "/a"), EXIT.usage],
  ["a file without permission", system("EACCES", "/a"), EXIT.noDevice],
  ["an endless recursion", new RangeError("Maximum call stack size exceeded"), EXIT.harness],
  ["what nobody foresaw", new Error("no"), EXIT.harness],
  ["a thrown text", "no", EXIT.harness],
])("%s has its exit code", async (_what, error, exitCode) => {
  expect((await describeFailure(error)).exitCode).toBe(exitCode);
});

test("a failure is an error line and a hint line on stderr, nothing on stdout", async () => {
  const terminal = keptTerminal();
  const error = new DeviceError("no-access", "/dev/ttyACM0 is not yours", { hint: "join dialout" });
  expect(await printFailure(error, terminal)).toBe(EXIT.noDevice);
  expect(terminal.errText).toBe("error: /dev/ttyACM0 is not yours\nhint: join dialout\n");
  expect(terminal.outText).toBe("");
});

test("a mistake of oathbed's asks to be reported, with its place", async () => {
  const { message, hint } = await describeFailure(new TypeError("x is undefined"));
  expect(message).toContain("x is undefined");
  expect(message).toContain("failure.test.ts");
  expect(hint).toContain("report");
});
