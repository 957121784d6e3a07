// Reading CSV files of secrets, as vendors deliver them (token formats, section 4). All cells are
// texts; what a spreadsheet made of a serial number is refused, not repaired.

import { Base32Error, decodeBase32 } from "../../../core/oath/base32.ts";
import { wipe } from "../../../core/oath/secret.ts";
import { linesOf } from "../otpauth-list.ts";
import { Notes, type Parsed, type ParsedToken } from "../parsed.ts";
import { Fault, Problems } from "../problems.ts";
import type { SourceText } from "../source.ts";
import { MAX_TRANSFER_TOKENS, wipeTokens } from "../token.ts";
import { MAX_LINE, type Row, readRows, type Separator } from "./cells.ts";
import {
  CSV_COLUMNS,
  CSV_FORMS,
  type CsvColumn,
  type CsvForm,
  type CsvLayout,
  columnOfHeader,
  encodingOfHeader,
  isHeader,
  layoutOf,
  type SecretEncoding,
} from "./columns.ts";
import { tokenOfRow } from "./row.ts";

/** What the operator knows about a file; default: what its header or its rows tell. */
export interface CsvOptions {
  /** A vendor's form without a header. */
  readonly form?: CsvForm;
  /** What the columns mean, in order; a header is skipped then. */
  readonly columns?: readonly CsvColumn[];
  readonly encoding?: SecretEncoding;
  readonly separator?: Separator;
}

const SEPARATORS: readonly Separator[] = [",", ";", "\t"];

/**
 * The tokens of a CSV file.
 *
 * @throws {TransferError} naming each place and column that is wrong; no token was taken then
 */
export function readCsv(source: SourceText, options: CsvOptions = {}): Parsed {
  const problems = new Problems((offset) => source.placeAt(offset));
  const tokens: ParsedToken[] = [];
  const notes = new Notes();
  try {
    const rows = rowsOf(source.text, options);
    const layout = layoutFor(rows, source.text, options);
    const body = layout.header ? rows.slice(1) : rows;
    if (body.length === 0) throw new Fault(0, "file", "holds no token, only a header");
    const encoding = layout.encoding ?? encodingOf(body, layout);
    for (const row of body) {
      const first = row.cells[0]?.text ?? "";
      const known = layout.mixed === true ? layoutOf("phenixid", first) : layout;
      try {
        tokens.push(tokenOfRow(row, { ...known, encoding }, notes));
      } catch (error) {
        problems.take(error);
      }
    }
    if (problems.count === 0) assertWhole(body, tokens);
  } catch (error) {
    problems.take(error);
  }
  if (problems.count > 0) wipeTokens(tokens.map(({ token }) => token));
  problems.throwIfAny();
  return { tokens, notes: notes.sentences(tokens.length) };
}

function rowsOf(text: string, options: CsvOptions): readonly Row[] {
  const separator = separatorOf(text, options);
  const rows: Row[] = [];
  for (const row of readRows(text, separator)) {
    rows.push(row);
    if (rows.length > MAX_TRANSFER_TOKENS + 1) {
      throw new Fault(row.offset, "file", `more than ${MAX_TRANSFER_TOKENS} rows; split it`);
    }
  }
  if (rows.length === 0) throw new Fault(0, "file", "holds no row");
  return rows;
}

/** The one that splits the first line into most cells. */
function separatorOf(text: string, options: CsvOptions): Separator {
  if (options.separator !== undefined) return options.separator;
  if (options.form !== undefined) return layoutOf(options.form, "").separator;
  const [first] = linesOf(text);
  const line = first?.text.slice(0, MAX_LINE) ?? "";
  const counts = SEPARATORS.map((separator) => line.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ",";
}

function layoutFor(rows: readonly Row[], text: string, options: CsvOptions): CsvLayout {
  const first = (rows[0]?.cells ?? []).map((cell) => cell.text);
  const separator = separatorOf(text, options);
  const header = isHeader(first);
  const given = options.encoding;
  if (options.columns !== undefined) {
    assertColumns(options.columns);
    const encoding = given ?? null;
    return { separator, columns: options.columns, optional: 0, encoding, header };
  }
  const form = options.form ?? (header ? null : formOf(first, text));
  if (form !== null) {
    const layout = layoutOf(form, first[0] ?? "");
    return given === undefined ? layout : { ...layout, encoding: given };
  }
  if (!header) {
    const remedy = `give --columns (of ${CSV_COLUMNS.join(", ")}) or --form (${CSV_FORMS.join(", ")})`;
    throw new Fault(rows[0]?.offset ?? 0, "file", `has no header that is known; ${remedy}`);
  }
  const encoding = given ?? encodingOfHeader(first);
  const columns = first.map(columnOfHeader);
  return { separator, columns, optional: 0, encoding, header: true };
}

/** A form that shows itself: PhenixID by its first cell, privacyIDEA by its third. */
function formOf(first: readonly string[], text: string): CsvForm | null {
  if (first.length >= 4 && /^[ht]otp$/i.test(first[0] ?? "")) return "phenixid";
  if (/^\s*#\s*version:\s*2\s*$/im.test(text.slice(0, 4096))) return "privacyidea-users";
  return /^(?:hotp|totp|ocra)$/i.test(first[2] ?? "") ? "privacyidea" : null;
}

function assertColumns(columns: readonly CsvColumn[]): void {
  const unknown = columns.find((column) => !CSV_COLUMNS.includes(column));
  const named = columns.filter((column) => column !== "skip");
  const twice = named.find((column, at) => named.indexOf(column) !== at);
  const secrets = named.filter((column) => column.startsWith("secret")).length;
  if (unknown !== undefined || twice !== undefined || secrets !== 1) {
    throw new RangeError(
      `columns must be of ${CSV_COLUMNS.join(", ")}, each once but skip, one of them a secret`,
    );
  }
}

/** The encoding that all secrets have, if only one would do for the file as a whole. */
function encodingOf(rows: readonly Row[], layout: CsvLayout): SecretEncoding {
  const at = layout.columns.indexOf("secret");
  if (at < 0) return "hex";
  const cells = rows.map((row) => row.cells[at]).filter((cell) => cell !== undefined);
  const all = (fits: (text: string) => boolean): boolean => cells.every(({ text }) => fits(text));
  const hex = all((text) => /^(?:[0-9a-f]{2})+$/i.test(text));
  const base32 = all(isBase32);
  if (hex !== base32) return hex ? "hex" : "base32";
  const what = hex ? "could be hexadecimal and Base32" : "are not all hexadecimal or all Base32";
  const offset = cells[0]?.offset ?? 0;
  throw new Fault(offset, "secret", `the secrets ${what}; give --csv-encoding hex or base32`);
}

function isBase32(text: string): boolean {
  try {
    wipe(decodeBase32(text));
    return text !== "";
  } catch (error) {
    if (!(error instanceof Base32Error)) throw error;
    return error.problem === "trailing-bits";
  }
}

/** A last row without a line end whose secret is shorter than all others was cut off. */
function assertWhole(rows: readonly Row[], tokens: readonly ParsedToken[]): void {
  const last = rows.at(-1);
  const lengths = tokens.map(({ token }) => token.secret.length);
  const lastLength = lengths.at(-1) ?? 0;
  if (last === undefined || last.ended || lengths.length < 2) return;
  if (lengths.slice(0, -1).every((length) => length > lastLength)) {
    const what = "the last secret is shorter than all others and no line end follows";
    throw new Fault(last.offset, "secret", `${what}; the file may be cut off`);
  }
}
