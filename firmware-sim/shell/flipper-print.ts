// What the Flipper Authenticator prints (protocols/serial-tokens.md §1.1, §1.4).

import { encodeBase32 } from "../../core/oath/base32.ts";
import type { StoredCredential } from "../emulated-token.ts";

/** Line end. */
export const CRLF = "\r\n";
/** Erases the line above the cursor. */
export const ERASE_LINE = "\x1b[A\x1b[2K\r";

/** A line in a colour; the colour is reset behind the line end. */
export function coloured(colour: "error" | "warning" | "success" | "info", text: string): string {
  const code = { error: 91, warning: 93, success: 92, info: 96 }[colour];
  return `\x1b[${code}m${text}\x1b[0m`;
}

/** `totp list`. */
export function listText(all: readonly StoredCredential[], asTsv: boolean): string {
  if (all.length === 0) return `There are no tokens${CRLF}`;
  const rows = all.map(({ name, parameters }, at) => {
    const { kind, digits } = parameters;
    return { index: String(at + 1), name, algorithm: hashOf(parameters), digits, kind };
  });
  if (asTsv) {
    const lines = rows.map((row) =>
      [row.index, row.name, row.algorithm, row.digits, row.kind].join("\t"),
    );
    return [["#", "Name", "Algo", "Ln", "Type"].join("\t"), ...lines, ""].join(CRLF);
  }
  const border = `+-----+${"-".repeat(27)}+--------+----+------+`;
  const head = `| ${"#".padEnd(3)} | ${"Name".padEnd(25)} | ${"Algo".padEnd(6)} | Ln | Type |`;
  const lines = rows.map((row) => {
    const name = row.name.slice(0, 25).padEnd(25);
    const digits = String(row.digits).padEnd(2);
    const cells = [row.index.padEnd(3), name, row.algorithm.padEnd(6), digits, row.kind];
    return `| ${cells.join(" | ")} |`;
  });
  return [border, head, border, ...lines, border, ""].join(CRLF);
}

/** `totp lsattr`. */
export function attributesText(
  index: number,
  credential: StoredCredential,
  asTsv: boolean,
): string {
  const { name, parameters, counter } = credential;
  const rows: readonly (readonly [string, string])[] = [
    ["Index", String(index)],
    ["Type", parameters.kind],
    ["Name", name],
    ["Hashing algorithm", hashOf(parameters)],
    ["Number of digits", String(parameters.digits)],
    parameters.kind === "totp"
      ? ["Token lifetime", `${parameters.stepSeconds} seconds`]
      : ["Token counter", String(counter)],
    ["Automation features", "None"],
  ];
  const all = [["Property", "Value"] as const, ...rows];
  if (asTsv) return [...all.map((row) => row.join("\t")), ""].join(CRLF);
  const lines = all.map(([property, value]) => `| ${property.padEnd(20)} | ${value.padEnd(28)} |`);
  const border = `+${"-".repeat(22)}+${"-".repeat(30)}+`;
  return [border, ...lines, border, ""].join(CRLF);
}

/** `totp export`, once it was confirmed on the device. Shows every secret: it is the protocol. */
export function exportText(all: readonly StoredCredential[]): string {
  const lines = all.map((credential) => {
    const { name, secret, parameters, counter } = credential;
    const moving =
      parameters.kind === "totp" ? `period=${parameters.stepSeconds}` : `counter=${counter}`;
    const query = `secret=${encodeBase32(secret)}&algorithm=${hashOf(parameters)}`;
    const uri = `otpauth://${parameters.kind}/${percentEncoded(name)}?${query}`;
    return `${uri}&digits=${parameters.digits}&${moving}`;
  });
  const frame = ["# --- EXPORT LIST BEGIN ---", ...lines, "# --- EXPORT LIST END ---"];
  return [...frame, ""].join(CRLF);
}

function hashOf({ algorithm }: StoredCredential["parameters"]): string {
  return algorithm.toLowerCase();
}

/** With lower-case hexadecimal, all but letters, digits, `-` and `_`. */
function percentEncoded(name: string): string {
  return [...Buffer.from(name, "utf8")]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (/[A-Za-z0-9_-]/.test(character)) return character;
      return `%${byte.toString(16).padStart(2, "0")}`;
    })
    .join("");
}
