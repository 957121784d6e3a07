// What each error of the house comes to. Loaded only when something is thrown.

import { PluginError } from "../conformance/plugin.ts";
import { ReportFileError } from "../conformance/reports/file-errors.ts";
import { NothingSelected } from "../conformance/run/selection.ts";
import { SchemaError } from "../conformance/schema-check.ts";
import { TargetRefusal } from "../conformance/target.ts";
import { Base32Error } from "../core/oath/base32.ts";
import { OtpauthError } from "../core/oath/otpauth.ts";
import { DeviceError, type DeviceErrorCode } from "../devices/errors.ts";
import { InventoryError } from "../devices/inventory/inventory.ts";
import { PortError } from "../firmware-sim/ports/port-error.ts";
import { StoreError, type StoreErrorCode } from "../verifier/stores/store.ts";
import { VerifierError } from "../verifier/verifier.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import type { Failure } from "./failure.ts";

/** The failure that `error` is. What nobody foresaw is a mistake of oathbed's: exit code 4. */
export function failureOf(error: unknown): Failure {
  if (error instanceof NothingSelected) {
    const hint = "oathbed conformance --list shows the cases";
    return failure(error.message, hint, EXIT.nothingSelected);
  }
  if (error instanceof DeviceError) {
    return failure(error.message, error.hint, deviceExit(error.code));
  }
  if (error instanceof PortError) return failure(error.message, "", EXIT.noDevice);
  if (error instanceof StoreError) return failure(error.message, error.hint, storeExit(error.code));
  if (error instanceof ReportFileError) {
    return failure(error.message, error.hint, reportExit(error.code));
  }
  if (error instanceof VerifierError) return failure(error.message, error.hint, EXIT.usage);
  if (error instanceof SchemaError) {
    return failure(error.message, "correct the file, or name another one", EXIT.usage);
  }
  if (error instanceof InventoryError) return inventoryFailure(error);
  if (error instanceof OtpauthError || error instanceof Base32Error) {
    const hint = "give the secret as Base32 text or as an otpauth:// URI";
    return failure(error.message, hint, EXIT.usage);
  }
  if (error instanceof PluginError) return failure(error.message, error.hint, EXIT.usage);
  if (error instanceof TargetRefusal) return failure(error.message, "", EXIT.usage);
  return systemFailure(error) ?? callerFailure(error) ?? ownMistake(error);
}

function failure(message: string, hint: string, exitCode: ExitCode): Failure {
  return { message, hint, exitCode };
}

function deviceExit(code: DeviceErrorCode): ExitCode {
  switch (code) {
    case "not-found":
    case "no-access":
    case "missing-package":
    case "unsupported-platform":
    case "disconnected":
    case "timed-out":
    case "protocol":
    case "refused":
    case "not-supported":
      return EXIT.noDevice;
    case "bad-argument":
      return EXIT.usage;
    case "cancelled":
      return EXIT.interrupted;
    case "closed":
      return EXIT.harness;
  }
}

function storeExit(code: StoreErrorCode): ExitCode {
  switch (code) {
    case "unreadable":
    case "busy":
    case "full":
    case "read-only":
    case "lost":
    case "unreachable":
      return EXIT.noDevice;
    case "key":
    case "corrupt":
    case "version":
    case "duplicate":
      return EXIT.usage;
    case "closed":
      return EXIT.harness;
  }
}

function inventoryFailure({ message, cause }: InventoryError): Failure {
  const isDenied = cause instanceof Error && "code" in cause && cause.code === "EACCES";
  return failure(message, "", isDenied ? EXIT.noDevice : EXIT.usage);
}

function reportExit(code: ReportFileError["code"]): ExitCode {
  switch (code) {
    case "not-writable":
    case "disk-full":
    case "not-readable":
      return EXIT.noDevice;
    case "not-found":
    case "too-large":
      return EXIT.usage;
  }
}

/** What the operating system says of files. */
function systemFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") {
    return undefined;
  }
  const path = "path" in error && typeof error.path === "string" ? error.path : "a file";
  switch (error.code) {
    case "ENOENT":
      return failure(`there is no ${path}`, "check the path", EXIT.usage);
    case "EISDIR":
      return failure(`${path} is a folder`, "name a file", EXIT.usage);
    case "ENOTDIR":
      return failure(`a part of ${path} is no folder`, "check the path", EXIT.usage);
    case "EACCES":
    case "EPERM":
    case "EROFS": {
      const hint = "check its permissions and its folder's";
      return failure(`no access to ${path}`, hint, EXIT.noDevice);
    }
    case "ENOSPC":
      return failure(`no room left for ${path}`, "free space on its disk", EXIT.noDevice);
    default:
      return undefined;
  }
}

/** Rooms throw RangeError for values that came from the command line; V8 throws its own. */
function callerFailure(error: unknown): Failure | undefined {
  if (!(error instanceof RangeError)) return undefined;
  if (/^(Maximum call stack|Invalid (array|string|typed array) length)/.test(error.message)) {
    return undefined;
  }
  return failure(error.message, "", EXIT.usage);
}

function ownMistake(error: unknown): Failure {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const hint = "this is a mistake of oathbed's; please report it with the lines above";
  return failure(`oathbed broke: ${text}`, hint, EXIT.harness);
}
