// The inventory, oathbed.tokens.json: the tokens of a bench by name, each with its driver and
// address, and where its secret is.

import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { JSON_REMEDY, JsonTextError, parseJson } from "../../core/wire/json-text.ts";
import { schemaFaultText, schemaPlace } from "../../core/wire/schema-problem.ts";
import { INVENTORY_SCHEMA, type InventoryFile } from "./schema.ts";

/** Name of the file when none is given. */
export const INVENTORY_FILE_NAME = "oathbed.tokens.json";
/** Longest file taken, bytes: 10,000 tokens with every field. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_PROBLEMS = 10;
/** Names that `--device` takes without an inventory. */
const RESERVED_NAMES: readonly string[] = ["virtual", "drifting-clock", "serial"];

/** A token of the inventory. Paths of secret files are absolute. */
export type InventoryToken = InventoryFile["tokens"][number];

/** @see readInventory */
export interface Inventory {
  /** The file it was read from. */
  readonly path: string;
  readonly tokens: readonly InventoryToken[];
  /** What is not wrong and should be changed, a sentence each. */
  readonly warnings: readonly string[];
}

/** The inventory cannot be used. The message names the file, the place in it, and the remedy. */
export class InventoryError extends Error {
  override readonly name = "InventoryError";
  /** One line a problem: a JSON pointer, and what would be right. */
  readonly problems: readonly string[];
  constructor(path: string, problems: readonly string[], options?: ErrorOptions) {
    super(`${path}: ${problems.join("; ")}`, options);
    this.problems = problems;
  }
}

/** Reads an inventory. @throws {InventoryError} */
export async function readInventory(path: string): Promise<Inventory> {
  const inventory = parseInventory(await readText(path), path);
  const warnings = await Promise.all(inventory.tokens.map(secretFileWarning));
  return { ...inventory, warnings: warnings.filter((warning) => warning !== undefined) };
}

/**
 * Reads the text of an inventory.
 *
 * @param path names it in errors, and its folder is where the paths in it begin
 * @throws {InventoryError}
 */
export function parseInventory(text: string, path: string): Inventory {
  const file = checked(parsed(text, path), path);
  const problems = [...duplicateNames(file), ...reservedNames(file), ...emptyRanges(file)];
  if (problems.length > 0) throw new InventoryError(path, problems.slice(0, MAX_PROBLEMS));
  const folder = dirname(resolve(path));
  return {
    path,
    tokens: file.tokens.map((token) => withAbsolutePath(token, folder)),
    warnings: [],
  };
}

/** The token of that name; undefined when there is none. */
export function inventoryToken(inventory: Inventory, name: string): InventoryToken | undefined {
  return inventory.tokens.find((token) => token.name === name);
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) {
      throw new InventoryError(path, [`longer than ${MAX_BYTES} bytes; split it`]);
    }
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof InventoryError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const problem =
      code === "ENOENT"
        ? "there is no such file; name yours with --inventory FILE"
        : `it cannot be read (${code}); check its permissions`;
    throw new InventoryError(path, [problem], { cause });
  }
}

function parsed(text: string, path: string): unknown {
  if (text.length > MAX_BYTES) throw new InventoryError(path, [`longer than ${MAX_BYTES} bytes`]);
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new InventoryError(path, [`it is ${error.message}`, JSON_REMEDY]);
  }
}

let validate: ValidateFunction<InventoryFile> | undefined;

function checked(value: unknown, path: string): InventoryFile {
  validate ??= new Ajv2020({ strict: true, allErrors: true }).compile<InventoryFile>(
    INVENTORY_SCHEMA,
  );
  if (validate(value)) return value;
  const problems = (validate.errors ?? []).filter(isTelling).map(problemText);
  throw new InventoryError(path, [...new Set(problems)].slice(0, MAX_PROBLEMS));
}

/** Of oneOf, that none matches says less than why each does not. */
function isTelling({ keyword, schemaPath }: ErrorObject): boolean {
  return keyword === "oneOf" || !schemaPath.includes("/oneOf/");
}

function problemText(error: ErrorObject): string {
  if (error.keyword !== "oneOf") return schemaFaultText(error);
  const forms = '{"file": PATH} or {"state": LABEL}';
  return `${schemaPlace(error)}: must be ${forms}; a secret itself has no place here`;
}

function duplicateNames({ tokens }: InventoryFile): readonly string[] {
  const first = new Map<string, number>();
  return tokens.flatMap(({ name }, at) => {
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, at);
      return [];
    }
    return [
      `at /tokens/${at}/name: ${JSON.stringify(name)} is also /tokens/${earlier}; rename one`,
    ];
  });
}

function reservedNames({ tokens }: InventoryFile): readonly string[] {
  return tokens.flatMap(({ name }, at) =>
    RESERVED_NAMES.includes(name)
      ? [`at /tokens/${at}/name: ${JSON.stringify(name)} has a meaning of its own; rename it`]
      : [],
  );
}

function emptyRanges({ tokens }: InventoryFile): readonly string[] {
  return tokens.flatMap(({ timeRange }, at) =>
    timeRange !== undefined && timeRange.fromSeconds > timeRange.toSeconds
      ? [`at /tokens/${at}/timeRange: fromSeconds must not be after toSeconds`]
      : [],
  );
}

function withAbsolutePath(token: InventoryToken, folder: string): InventoryToken {
  const { secret, passwordFile } = token;
  const password = passwordFile && { passwordFile: resolve(folder, passwordFile) };
  if (secret === undefined || !("file" in secret)) return { ...token, ...password };
  return { ...token, ...password, secret: { ...secret, file: resolve(folder, secret.file) } };
}

/** Files of secrets are for their owner's eyes only. */
async function secretFileWarning({ name, secret }: InventoryToken): Promise<string | undefined> {
  if (secret === undefined || !("file" in secret)) return undefined;
  const { file } = secret;
  try {
    const { mode } = await stat(file);
    if (process.platform === "win32" || (mode & 0o077) === 0) return undefined;
    return `the secret of ${name} can be read by others: chmod 600 ${file}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `the secret of ${name} cannot be read (${code}): ${file}`;
  }
}
