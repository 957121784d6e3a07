// Passwords of tokens come by file, stdin or the inventory; never by a flag.

import { open } from "node:fs/promises";
import type { InventoryToken } from "../devices/inventory/inventory.ts";
import type { Context } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/** Longest password, bytes; YubiKeys take any length, and hash it. */
const MAX_BYTES = 1024;

/** @see PASSWORD_OPTIONS */
export interface PasswordArguments {
  readonly "password-file"?: string | undefined;
  readonly "password-stdin"?: boolean | undefined;
}

/**
 * The password that the options point to; undefined when they point to none.
 *
 * @throws {UsageError} when both are given, or there is nothing to read; never quotes it
 */
export async function givenPassword(
  args: PasswordArguments,
  { terminal, signal }: Context,
): Promise<string | undefined> {
  const path = args["password-file"];
  if (path !== undefined && args["password-stdin"] === true) {
    throw new UsageError(
      "--password-file and --password-stdin exclude each other",
      "give one of them",
    );
  }
  if (path !== undefined) return passwordFrom(path);
  if (args["password-stdin"] !== true) return undefined;
  if (terminal.inIsTerminal) terminal.err("password (end with Ctrl-D): ");
  return passwordIn(await terminal.readInput(MAX_BYTES + 2, signal), "stdin");
}

/** The password of a token of the inventory; undefined when it has none there. */
export async function passwordOf(token: InventoryToken | undefined): Promise<string | undefined> {
  const path = token?.passwordFile;
  return path === undefined ? undefined : passwordFrom(path);
}

/** The password in a file. @throws {UsageError} */
export async function passwordFrom(path: string): Promise<string> {
  return passwordIn(await readStart(path), path);
}

/** One line: a line end behind it is not part of it. */
function passwordIn(text: string, where: string): string {
  const password = text.replace(/\r?\n$/, "");
  if (password === "") {
    throw new UsageError(`${where} holds no password`, "write it there, on one line");
  }
  if (Buffer.byteLength(password) > MAX_BYTES || /[\r\n]/.test(password)) {
    throw new UsageError(`${where} must hold one line of at most ${MAX_BYTES} bytes`);
  }
  return password;
}

async function readStart(path: string): Promise<string> {
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES + 2), 0, MAX_BYTES + 2, 0);
  return buffer.toString("utf8", 0, bytesRead);
}
