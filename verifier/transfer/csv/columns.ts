// What the columns of a CSV file mean: by its header, by the vendor's form, or by --columns.

import type { Separator } from "./cells.ts";

/** Columns that are read. */
export type CsvColumn =
  | "serial"
  | "label"
  | "user"
  | "secret" // in the encoding of the form, or of --csv-encoding
  | "secret_hex"
  | "secret_base32"
  | "type" // hotp or totp
  | "algorithm"
  | "digits"
  | "period" // X, seconds
  | "counter"
  | "counter_or_period" // by type
  | "drift_steps"
  | "issuer"
  | "manufacturer"
  | "model"
  | "t0"
  | "skip";

/** Every column, for --columns and messages. */
export const CSV_COLUMNS: readonly CsvColumn[] = [
  "serial",
  "label",
  "user",
  "secret",
  "secret_hex",
  "secret_base32",
  "type",
  "algorithm",
  "digits",
  "period",
  "counter",
  "counter_or_period",
  "drift_steps",
  "issuer",
  "manufacturer",
  "model",
  "t0",
  "skip",
];

/** How secrets are written; never guessed where both would do. */
export type SecretEncoding = "hex" | "base32";

/** What is known of a file before its rows are read. */
export interface CsvLayout {
  readonly separator: Separator;
  readonly columns: readonly CsvColumn[];
  /** Columns that a row may leave out at its end. */
  readonly optional: number;
  /** Of the column "secret"; null: the rows must tell. */
  readonly encoding: SecretEncoding | null;
  /** Whether the first row is a header. */
  readonly header: boolean;
  /** Whether each row's first cell tells its columns. */
  readonly mixed?: boolean;
}

/** Forms of vendors without a header (token formats, section 4). */
export type CsvForm = "privacyidea" | "privacyidea-users" | "pingid" | "securenvoy" | "phenixid";

/** Every form, for flags. */
export const CSV_FORMS: readonly CsvForm[] = [
  "privacyidea",
  "privacyidea-users",
  "pingid",
  "securenvoy",
  "phenixid",
];

const OATH_CSV: readonly CsvColumn[] = ["serial", "secret", "type", "digits", "counter_or_period"];

/** The layout of a form; PhenixID's depends on the row's first cell. */
export function layoutOf(form: CsvForm, first: string): CsvLayout {
  const commas = { separator: ",", encoding: "hex", header: false } as const;
  switch (form) {
    case "privacyidea":
      return { ...commas, columns: OATH_CSV, optional: 3 };
    case "privacyidea-users":
      return { ...commas, columns: ["user", "skip", "skip", ...OATH_CSV], optional: 3 };
    case "pingid":
      return { ...commas, columns: ["serial", "secret", "counter"], optional: 1 };
    case "securenvoy":
      return { ...commas, columns: ["serial", "secret"], optional: 0, encoding: "base32" };
    case "phenixid": {
      const totp = ["type", "serial", "algorithm", "secret", "t0", "period", "digits"] as const;
      const hotp = ["type", "serial", "secret", "counter"] as const;
      const columns = /^totp$/i.test(first) ? totp : hotp;
      const form = { separator: ";", encoding: "hex", header: false, mixed: true } as const;
      return { ...form, columns, optional: 0 };
    }
  }
}

const HEADERS: Readonly<Record<string, CsvColumn>> = {
  upn: "user",
  user: "user",
  username: "user",
  userid: "user",
  serial: "serial",
  serialno: "serial",
  serialnumber: "serial",
  label: "label",
  name: "label",
  secret: "secret",
  secretkey: "secret",
  seed: "secret",
  key: "secret",
  secrethex: "secret_hex",
  secretbase32: "secret_base32",
  type: "type",
  algorithm: "algorithm",
  hash: "algorithm",
  digits: "digits",
  responselength: "digits",
  length: "digits",
  timeinterval: "period",
  interval: "period",
  period: "period",
  counter: "counter",
  driftsteps: "drift_steps",
  timedrift: "drift_steps",
  issuer: "issuer",
  manufacturer: "manufacturer",
  model: "model",
  t0: "t0",
};

/** The column of a header cell; "skip" for one that nothing is read from. */
export function columnOfHeader(cell: string): CsvColumn {
  return HEADERS[cell.toLowerCase().replace(/[ _-]/g, "")] ?? "skip";
}

/** Whether a row's cells are a header: the secret, and who it belongs to, are named. */
export function isHeader(cells: readonly string[]): boolean {
  const columns = cells.map(columnOfHeader);
  const secret = columns.some((column) => column.startsWith("secret"));
  return secret && columns.some((column) => column === "serial" || column === "label");
}

/** Encoding told by the header: Entra's has a upn, pskc2csv's a response_length. */
export function encodingOfHeader(cells: readonly string[]): SecretEncoding | null {
  const names = cells.map((cell) => cell.toLowerCase().replace(/[ _-]/g, ""));
  if (names.includes("upn") && names.includes("secretkey")) return "base32";
  return names.includes("responselength") ? "hex" : null;
}
