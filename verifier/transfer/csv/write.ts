// Writing tokens as CSV, with the header that this reader knows. The secrets are in clear.

import type { TransferToken } from "../token.ts";

const HEADER = [
  "serial",
  "label",
  "user",
  "issuer",
  "manufacturer",
  "model",
  "type",
  "algorithm",
  "digits",
  "period",
  "t0",
  "counter",
  "drift_steps",
  "secret_hex",
];

/** The text of a CSV file, lines ended by CRLF (RFC 4180). It holds the secrets: never log it. */
export function writeCsv(tokens: readonly TransferToken[]): string {
  const rows = tokens.map((token) => {
    const { parameters: p } = token;
    const totp = p.kind === "totp" ? p : null;
    return [
      token.serial,
      token.label,
      token.user,
      token.issuer,
      token.manufacturer,
      token.model,
      p.kind,
      p.algorithm,
      p.digits,
      totp?.stepSeconds ?? null,
      totp?.t0 ?? null,
      totp === null ? token.counter : null,
      totp === null ? null : token.driftSteps,
      Buffer.from(token.secret).toString("hex"),
    ];
  });
  return [HEADER, ...rows].map((cells) => `${csvLine(cells)}\r\n`).join("");
}

/** Cells of a line, quoted where they must be; null is an empty one. */
export function csvLine(cells: readonly (string | number | bigint | null)[]): string {
  return cells.map((cell) => csvCell(cell === null ? "" : String(cell))).join(",");
}

function csvCell(text: string): string {
  return /[",;\t\r\n#]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
