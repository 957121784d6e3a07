// One row of a CSV file of secrets as a token. Faults name the column and its place; no cell is
// shown, because a column may hold what another should.

import { Base32Error, decodeBase32 } from "../../../core/oath/base32.ts";
import { parseUnsigned } from "../../../core/oath/codes.ts";
import {
  hotpParameters,
  MAX_MOVING_FACTOR,
  MAX_SECRET_BYTES,
  type OathParameters,
  totpParameters,
} from "../../../core/oath/parameters.ts";
import type { Notes, ParsedToken } from "../parsed.ts";
import { Fault } from "../problems.ts";
import { hashOfSuite } from "../pskc/names.ts";
import { ownBytes } from "../source.ts";
import { isTransferName, MAX_DRIFT_STEPS, MAX_TRANSFER_NAME, transferToken } from "../token.ts";
import type { Cell, Row } from "./cells.ts";
import type { CsvColumn, CsvLayout, SecretEncoding } from "./columns.ts";

/** A row's cells by column; empty ones are missing. */
type Cells = ReadonlyMap<CsvColumn, Cell>;

/** The token of a row. @throws {Fault} naming the column */
export function tokenOfRow(
  row: Row,
  layout: CsvLayout & { readonly encoding: SecretEncoding },
  notes: Notes,
): ParsedToken {
  const cells = cellsOf(row, layout);
  const serial = nameOf(cells, "serial");
  const label = nameOf(cells, "label") ?? serial;
  if (label === null) throw new Fault(row.offset, "serial", "missing; it names the token");
  const kind = kindOf(cells);
  const common = { algorithm: algorithmOf(cells), digits: digitsOf(cells) };
  const counter = cells.get("counter") ?? (kind === "hotp" ? cells.get("counter_or_period") : null);
  if (kind === "hotp" && counter == null) notes.add("give no counter: 0 was taken");
  const names = {
    label,
    serial,
    user: nameOf(cells, "user"),
    issuer: nameOf(cells, "issuer"),
    manufacturer: nameOf(cells, "manufacturer"),
    model: nameOf(cells, "model"),
  };
  const numbers =
    kind === "hotp"
      ? {
          parameters: hotpParameters(common),
          counter: counter == null ? 0n : wholeOf(counter, "counter", 0n, MAX_MOVING_FACTOR),
        }
      : { parameters: totpOf(cells, common, notes), driftSteps: driftOf(cells) };
  const secret = secretOf(cells, row, layout.encoding);
  return { token: transferToken({ ...names, ...numbers, secret }), offset: row.offset };
}

function cellsOf(row: Row, { columns, optional }: CsvLayout): Cells {
  const { cells } = row;
  if (cells.length < columns.length - optional || cells.length > columns.length) {
    const range = optional === 0 ? "" : `${columns.length - optional} to `;
    const what = `has ${cells.length} cells instead of ${range}${columns.length}`;
    throw new Fault(row.offset, "row", `${what}; a cell is missing or the file is cut off`);
  }
  const found = new Map<CsvColumn, Cell>();
  for (const [at, cell] of cells.entries()) {
    const column = columns[at];
    if (column !== undefined && column !== "skip" && cell.text !== "") found.set(column, cell);
  }
  return found;
}

/** At least 26 letters and digits without a gap: 16 bytes in Base32. */
const LOOKS_LIKE_SECRET = /^(?=.*\d)(?=.*[A-Z])[0-9A-Z]{26,}$/i;

function nameOf(cells: Cells, column: CsvColumn): string | null {
  const cell = cells.get(column);
  if (cell === undefined) return null;
  if (!isTransferName(cell.text)) {
    const form = `at most ${MAX_TRANSFER_NAME} characters without control characters`;
    throw new Fault(cell.offset, column, `must be ${form}`);
  }
  if (LOOKS_LIKE_SECRET.test(cell.text)) {
    throw new Fault(cell.offset, column, "looks like a secret; check the order of the columns");
  }
  if (column === "serial" && /^\d[.,]\d+E[+-]?\d+$/i.test(cell.text)) {
    const remedy = "take the vendor's own file, or format the column as text";
    throw new Fault(cell.offset, column, `a spreadsheet turned it into a number; ${remedy}`);
  }
  return cell.text;
}

function kindOf(cells: Cells): OathParameters["kind"] {
  const cell = cells.get("type");
  if (cell === undefined) {
    // pskc2csv writes HOTP or TOTP as the algorithm; only HOTP has counters.
    const algorithm = cells.get("algorithm")?.text ?? "";
    const named = /(?:^|[:#])([ht]otp)$/i.exec(algorithm)?.[1]?.toLowerCase();
    if (named === "hotp" || named === "totp") return named;
    return cells.has("counter") ? "hotp" : "totp";
  }
  const kind = cell.text.toLowerCase();
  if (kind === "hotp" || kind === "totp") return kind;
  throw new Fault(cell.offset, "type", "must be hotp or totp; others are not verified here");
}

function algorithmOf(cells: Cells): OathParameters["algorithm"] {
  const cell = cells.get("algorithm");
  if (cell === undefined || /(?:^|[:#])[ht]otp$/i.test(cell.text)) return "SHA1";
  const hash = hashOfSuite(cell.text);
  if (hash !== null) return hash;
  throw new Fault(cell.offset, "algorithm", "must be SHA1, SHA256 or SHA512");
}

function digitsOf(cells: Cells): number {
  const cell = cells.get("digits");
  return cell === undefined ? 6 : Number(wholeOf(cell, "digits", 6n, 10n));
}

function totpOf(
  cells: Cells,
  common: Pick<OathParameters, "algorithm" | "digits">,
  notes: Notes,
): OathParameters {
  const period = cells.get("period") ?? cells.get("counter_or_period");
  if (period === undefined) notes.add("give no time interval: 30 s was taken");
  const t0 = cells.get("t0");
  return totpParameters({
    ...common,
    stepSeconds: period === undefined ? 30 : Number(wholeOf(period, "period", 1n, 86_400n)),
    t0: t0 === undefined ? 0 : signedOf(t0, "t0", 0x8000_0000n, 0xffff_ffffn),
  });
}

function driftOf(cells: Cells): number {
  const cell = cells.get("drift_steps");
  return cell === undefined
    ? 0
    : signedOf(cell, "drift_steps", BigInt(MAX_DRIFT_STEPS), BigInt(MAX_DRIFT_STEPS));
}

/** From `-below` to `above`. */
function signedOf(cell: Cell, column: CsvColumn, below: bigint, above: bigint): number {
  if (!cell.text.startsWith("-")) return Number(wholeOf(cell, column, 0n, above));
  const size = wholeOf({ ...cell, text: cell.text.slice(1) }, column, 0n, below);
  return Number(-size);
}

function wholeOf(cell: Cell, column: CsvColumn, low: bigint, high: bigint): bigint {
  const number = parseUnsigned(cell.text, high);
  if (number.kind === "number" && number.value >= low) return number.value;
  throw new Fault(cell.offset, column, `must be a whole number from ${low} to ${high}`);
}

function secretOf(cells: Cells, row: Row, encoding: SecretEncoding): Uint8Array {
  const hex = cells.get("secret_hex") ?? (encoding === "hex" ? cells.get("secret") : undefined);
  const base32 =
    cells.get("secret_base32") ?? (encoding === "base32" ? cells.get("secret") : undefined);
  const cell = hex ?? base32;
  if (cell === undefined) throw new Fault(row.offset, "secret", "missing");
  const secret = hex === undefined ? base32Of(cell) : hexOf(cell);
  if (secret.length >= 1 && secret.length <= MAX_SECRET_BYTES) return secret;
  throw new Fault(cell.offset, "secret", `must be 1 to ${MAX_SECRET_BYTES} bytes`);
}

function hexOf(cell: Cell): Uint8Array {
  const text = cell.text.replace(/^0x/i, "").replace(/[ :-]/g, "");
  if (text.length % 2 !== 0) {
    throw new Fault(cell.offset, "secret", "an odd number of hexadecimal digits; one is missing");
  }
  if (!/^[0-9a-f]*$/i.test(text)) {
    throw new Fault(cell.offset, "secret", "is not hexadecimal; check --csv-encoding");
  }
  return ownBytes(Buffer.from(text, "hex"));
}

function base32Of(cell: Cell): Uint8Array {
  try {
    return decodeBase32(cell.text);
  } catch (error) {
    if (!(error instanceof Base32Error)) throw error;
    throw new Fault(cell.offset, "secret", `${error.message}; check --csv-encoding`);
  }
}
